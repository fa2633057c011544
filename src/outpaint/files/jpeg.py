"""JPEG: tables, sampling and segments of the file are kept; a multi-picture file is its first picture.

Pillow tells them all without decoding (ITU-T T.81, annex B; JFIF 1.02).
"""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from outpaint.files import exif, recipe
from outpaint.files.codec import Format, Options, Sheet, Stored, Unsupported
from outpaint.geometry import Extent

_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_REWRITTEN = (_EXIF, _XMP, b"ICC_PROFILE\0", b"MPF\0")
_LONGEST = 65533
_SAMPLINGS = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}


class _File(JpegImagePlugin.JpegImageFile):
    """Without the look into EXIF for a resolution, which warns if EXIF is damaged."""

    def _read_dpi_from_exif(self) -> None:
        pass


def parse(data: bytes) -> Stored:
    try:
        image = _File(BytesIO(data))
    except SyntaxError as error:
        if str(error).startswith("cannot handle"):
            raise _unreadable(f"{error}") from error
        raise
    tables = [number for *_, number in image.layer]
    if not {*tables} <= image.quantization.keys():
        raise _unreadable("a quantisation table is missing")
    while tables[-1:] == tables[-2:-1]:  # Pillow repeats the last one for the components that remain
        del tables[-1]
    info = image.info
    density = (info["jfif_unit"], *info["jfif_density"]) if "jfif_unit" in info else None
    block, written = recipe.taken_out(exif.sound(info.get("exif")))
    options: Options = {
        "qtables": [image.quantization[number] for number in tables],
        "progressive": "progressive" in info,
        "subsampling": _SAMPLINGS.get(JpegImagePlugin.get_sampling(image)),
        "keep_rgb": _is_rgb(image),
        "density": density,
        "segments": b"".join(
            _segment(name, body)
            for name, body in image.applist
            if name not in ("APP0", "APP14") and not body.startswith(_REWRITTEN)
        ),
    }
    return Stored(
        "JPEG",
        Extent(*image.size),
        image.mode,
        lambda: np.asarray(image),
        icc=info.get("icc_profile"),
        exif=block,
        xmp=info.get("xmp"),
        dpi=_dpi(density),
        recipe=written,
        options=options,
    )


def write(sheet: Sheet) -> bytes:
    options, quality = sheet.options, 95 if sheet.quality is None else sheet.quality
    colour = sheet.mode == "RGB"
    # Pillow would halve magenta, yellow and black, so only RGB is ever sampled down.
    how: dict[str, Any] = {"quality": quality, "subsampling": "4:2:0" if colour and quality < 90 else "4:4:4"}
    if options:
        how["progressive"] = options["progressive"]
        if colour and options["subsampling"] is not None:
            how["subsampling"] = options["subsampling"]
        if colour and options["keep_rgb"]:
            how |= {"keep_rgb": True, "subsampling": "4:4:4"}
        if sheet.quality is None:
            how |= {"quality": -1, "qtables": options["qtables"]}
    block = _EXIF + (recipe.put_in(sheet.exif, sheet.recipe) or b"")
    if len(block) > _LONGEST:
        block = _EXIF + (sheet.exif or b"")
    if max(len(block), len(_XMP + (sheet.xmp or b""))) > _LONGEST:
        raise Unsupported("has EXIF or XMP longer than 64 KB, which JPEG cannot hold; use --format png or tiff")
    density = options.get("density")
    if sheet.dpi is not None and _dpi(density) != sheet.dpi:
        x, y = (min(max(round(v), 1), 0xFFFF) for v in sheet.dpi)
        density = (1, x, y)
    if density and "keep_rgb" not in how:  # in a JFIF file three components are never RGB
        how["dpi"] = (1, 1)  # so that Pillow writes a JFIF header, which we then correct
    how |= {"exif": block if block != _EXIF else b"", "xmp": sheet.xmp, "icc_profile": sheet.icc}
    data = _encoded(Image.fromarray(sheet.array, sheet.mode), how | {"extra": options.get("segments", b"")})
    if density and "dpi" in how:
        struct.pack_into(">BHH", data, 13, *density)
    return bytes(data)


def _encoded(image: Image.Image, how: dict[str, Any]) -> bytearray:
    """Pillow's encoder needs the whole of a progressive picture in one buffer and may have guessed it too small."""
    out = BytesIO()
    try:
        image.save(out, "JPEG", **how)
    except OSError:
        if not how.get("progressive"):
            raise
        out = BytesIO()
        image.save(out, "JPEG", **(how | {"progressive": False}))
    return bytearray(out.getvalue())


def _segment(name: str, body: bytes) -> bytes:
    """`name` is APP1 to APP15, or COM."""
    return struct.pack(">BBH", 0xFF, 0xFE if name == "COM" else 0xE0 + int(name[3:]), len(body) + 2) + body


def _is_rgb(image: _File) -> bool:
    """Whether the components are RGB itself, as libjpeg decides: JFIF is not, else Adobe tells, else their names."""
    if image.mode != "RGB" or "jfif" in image.info:
        return False
    if "adobe_transform" in image.info:
        return bool(image.info["adobe_transform"] == 0)
    return bytes(name for name, *_ in image.layer) == b"RGB"


def _unreadable(why: str) -> Unsupported:
    return Unsupported(f"is a JPEG of a kind that cannot be read ({why}); convert it to PNG or TIFF")


def _dpi(density: tuple[int, int, int] | None) -> tuple[float, float] | None:
    unit, x, y = density or (0, 0, 0)
    scale = {1: 1.0, 2: 2.54}.get(unit)
    return (x * scale, y * scale) if scale and x and y else None


JPEG = Format(
    "JPEG",
    "JPEG",
    (".jpg", ".jpeg", ".jpe", ".jfif"),
    rb"\xff\xd8\xff",
    parse,
    write,
    frozenset({"L", "RGB", "CMYK"}),
    side=65535,
)
