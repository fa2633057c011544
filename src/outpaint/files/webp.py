"""WebP: lossless stays lossless; profile, EXIF and XMP are chunks (RFC 9649)."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, WebPImagePlugin

from outpaint.files import exif, recipe
from outpaint.files.codec import Format, Sheet, Stored
from outpaint.geometry import Extent

_QUALITY = 90


def parse(data: bytes) -> Stored:
    image = WebPImagePlugin.WebPImageFile(BytesIO(data))
    block, written = recipe.taken_out(exif.sound(image.info.get("exif")))
    return Stored(
        "WEBP",
        Extent(*image.size),
        image.mode,
        lambda: np.asarray(image),
        frames=image.n_frames,
        icc=image.info.get("icc_profile"),
        exif=block,
        xmp=image.info.get("xmp"),
        recipe=written,
        options={"lossless": _is_lossless(data)},
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


def _is_lossless(data: bytes) -> bool:
    """Whether the first bitstream is VP8L; it may lie in a frame (ANMF) of an animation."""
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if name in (b"VP8 ", b"VP8L"):
            return bool(name == b"VP8L")
        at += 24 if name == b"ANMF" else 8 + length + length % 2
    return False


WEBP = Format("WEBP", "WebP", (".webp",), rb"RIFF....WEBP", parse, write, frozenset({"RGB", "RGBA"}), side=16383)
