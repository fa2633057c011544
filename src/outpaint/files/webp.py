"""WebP: lossless stays lossless; profile, EXIF and XMP are chunks (RFC 9649)."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, WebPImagePlugin

from outpaint.files import exif, recipe
from outpaint.files.codec import Array, Broken, Sheet, Stored
from outpaint.geometry import Extent

_QUALITY = 90


def parse(data: bytes) -> Stored:
    chunks = _chunks(data)
    first = dict(reversed(chunks))
    frames = [body for name, body in chunks if name == b"ANMF"]
    inner = dict(_walk(frames[0], 16)) if len(frames) == 1 else {}
    lossless = b"VP8L" in first or b"VP8L" in inner
    extent, alpha = _header(first)
    mode = "RGBA" if alpha else "RGB"

    def load() -> Array:
        try:
            return np.asarray(WebPImagePlugin.WebPImageFile(BytesIO(data)).convert(mode))
        except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, Image.DecompressionBombError) as error:
            raise Broken(str(error)) from error

    block, written = recipe.taken_out(exif.sound(first.get(b"EXIF")))
    return Stored(
        "WEBP",
        extent,
        mode,
        load,
        frames=max(1, len(frames)),
        icc=first.get(b"ICCP"),
        exif=block,
        xmp=first.get(b"XMP "),
        recipe=written,
        options={"lossless": lossless},
    )


def write(sheet: Sheet) -> bytes:
    how: dict[str, Any] = {"quality": _QUALITY if sheet.quality is None else sheet.quality, "method": 4}
    if sheet.options.get("lossless") and sheet.quality is None:
        how = {"lossless": True, "exact": True, "quality": 75, "method": 4}
    out = BytesIO()
    Image.fromarray(sheet.array).save(
        out,
        "WEBP",
        icc_profile=sheet.icc or b"",
        exif=recipe.put_in(sheet.exif, sheet.recipe) or b"",
        xmp=sheet.xmp or b"",
        **how,
    )
    return out.getvalue()


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    size = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < size:
        raise Broken("it ends too early")
    return _walk(data[:size], 12)


def _walk(data: bytes, at: int) -> list[tuple[bytes, bytes]]:
    found = []
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > len(data):
            raise Broken("it ends too early")
        found.append((name, data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def _header(first: dict[bytes, bytes]) -> tuple[Extent, bool]:
    """Size, and whether there is opacity."""
    try:
        if b"VP8X" in first:
            body = first[b"VP8X"]
            sides = (int.from_bytes(body[i : i + 3], "little") + 1 for i in (4, 7))
            return Extent(*sides), bool(body[0] & 0x10)
        if b"VP8L" in first:
            packed = int.from_bytes(first[b"VP8L"][1:5], "little")
            return Extent((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1), bool(packed >> 28 & 1)
        width, height = struct.unpack_from("<HH", first[b"VP8 "], 6)
        return Extent(width & 0x3FFF, height & 0x3FFF), False
    except (KeyError, IndexError, struct.error):
        raise Broken("the picture itself is missing") from None
