"""AVIF of eight bits; the sampling of the colours is kept (AV1 Image File Format 1.1; AV1 ISOBMFF binding, 2.3)."""

from io import BytesIO

import numpy as np
from PIL import AvifImagePlugin, Image

from outpaint.files import exif, recipe
from outpaint.files.codec import Format, Sheet, Stored, Unsupported
from outpaint.geometry import Extent

_QUALITY = 85


def parse(data: bytes) -> Stored:
    at = data.find(b"av1C")
    flags = data[at + 6] if 0 < at < len(data) - 7 else 0
    deep, alone, across, down = (flags >> bit & 1 for bit in (6, 4, 3, 2))
    if deep:
        raise Unsupported(
            "is an AVIF of 10 or 12 bits, which would be lost; convert it to a 16-bit PNG or TIFF first"
        )
    image = AvifImagePlugin.AvifImageFile(BytesIO(data))
    block, written = recipe.taken_out(exif.sound(image.info.get("exif")))
    return Stored(
        "AVIF",
        Extent(*image.size),
        image.mode,
        lambda: np.asarray(image),
        frames=image.n_frames,
        icc=image.info.get("icc_profile"),
        exif=block,
        xmp=image.info.get("xmp"),
        recipe=written,
        options={
            "subsampling": "4:0:0" if alone else {(0, 0): "4:4:4", (1, 0): "4:2:2"}.get((across, down), "4:2:0")
        },
    )


def write(sheet: Sheet) -> bytes:
    out = BytesIO()
    sampling = "4:0:0" if sheet.mode == "L" else sheet.options.get("subsampling", "4:4:4")
    Image.fromarray(sheet.array).save(
        out,
        "AVIF",
        quality=_QUALITY if sheet.quality is None else sheet.quality,
        subsampling="4:4:4" if sampling == "4:0:0" and sheet.mode != "L" else sampling,
        icc_profile=sheet.icc or b"",
        exif=recipe.put_in(sheet.exif, sheet.recipe) or b"",
        xmp=sheet.xmp or b"",
    )
    return out.getvalue()


AVIF = Format(
    "AVIF",
    "AVIF",
    (".avif",),
    rb"....ftyp(?:avi[fs]|(?:mif1|msf1).*avif)",
    parse,
    write,
    frozenset({"L", "RGB", "RGBA"}),
    side=65535,
)
