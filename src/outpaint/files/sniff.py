"""Which codec reads the data, told by its first bytes, never by the file's name."""

import re
from importlib import import_module
from typing import Protocol, cast

from outpaint.files.codec import Sheet, Stored


class Codec(Protocol):
    """A module that reads and writes one family of formats."""

    def parse(self, data: bytes) -> Stored: ...

    def write(self, sheet: Sheet) -> bytes: ...


_STARTS = {
    "png": rb"\x89PNG\r\n\x1a\n",
    "jpeg": rb"\xff\xd8\xff",
}

_WRITERS = {"PNG": "png", "JPEG": "jpeg"}


def codec_of(data: bytes) -> Codec | None:
    """The codec for a file that begins like this; None if nobody knows it."""
    start = bytes(data[:64])
    name = next((n for n, pattern in _STARTS.items() if re.match(pattern, start, re.DOTALL)), None)
    return _codec(name) if name else None


def codec_for(format: str) -> Codec:
    """The codec that writes a format of `outpaint.files.formats`."""
    return _codec(_WRITERS[format])


def _codec(name: str) -> Codec:
    return cast(Codec, import_module(f"outpaint.files.{name}"))
