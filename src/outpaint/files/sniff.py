"""Which codec reads the data, told by its first bytes, never by the file's name; and which one writes a format."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import cast

from outpaint.files.codec import Sheet, Stored

_PARSERS = {
    "png": rb"\x89PNG\r\n\x1a\n",
    "jpeg": rb"\xff\xd8\xff",
    "tiff": rb"II[*+]\0|MM\0[*+]",
    "webp": rb"RIFF....WEBP",
    "avif": rb"....ftyp(?:avi[fs]|(?:mif1|msf1).*avif)",
    "gif": rb"GIF8[79]a",
    "plain": rb"BM|qoif",
    "pnm": rb"P[1-6][\s#]",
}

_WRITERS = {
    "PNG": "png.write",
    "JPEG": "jpeg.write",
    "TIFF": "tiff.write",
    "WEBP": "webp.write",
    "AVIF": "avif.write",
    "GIF": "gif.write",
    "PPM": "pnm.write",
    "BMP": "plain.write_bmp",
    "QOI": "plain.write_qoi",
}


def parser_of(data: bytes) -> Callable[[bytes], Stored] | None:
    """What parses a file that begins like this; None if nobody does."""
    start = bytes(data[:64])
    name = next((n for n, pattern in _PARSERS.items() if re.match(pattern, start, re.DOTALL)), None)
    return cast(Callable[[bytes], Stored], _named(f"{name}.parse")) if name else None


def writer_of(format: str) -> Callable[[Sheet], bytes]:
    """What writes a format of `outpaint.files.formats`."""
    return cast(Callable[[Sheet], bytes], _named(_WRITERS[format]))


def _named(path: str) -> object:
    module, _, function = path.partition(".")
    return getattr(import_module(f"outpaint.files.{module}"), function)
