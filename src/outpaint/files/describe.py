"""What a file says about itself, without opening it to pixels."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, JpegImagePlugin

from outpaint.files import exif
from outpaint.files.profile import description
from outpaint.files.read import read_bytes, stored


def describe(source: str | Path | bytes | BinaryIO) -> dict[str, Any]:
    """Facts that fit into JSON; width and height are those of the upright picture. FileError as for opening."""
    data, name = read_bytes(source)
    found = stored(data, name)
    orientation = exif.orientation(found.exif)
    width, height = found.extent if orientation < 5 else (found.extent.height, found.extent.width)
    mode = found.mode.partition(";")[0]
    clear = found.palette is not None and found.palette.shape[1] == 4
    facts: dict[str, Any] = {
        "format": found.format,
        "width": width,
        "height": height,
        "mode": found.mode,
        "depth": found.bits,
        "channels": {"1": 1, "L": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode],
        "alpha": mode.endswith("A") or found.key is not None or clear,
        "colours": None if found.palette is None else len(found.palette),
        "icc": None if found.icc is None else description(found.icc) or "unnamed",
        "orientation": orientation,
        "dpi": None if found.dpi is None else [round(v, 3) for v in found.dpi],
        "exif": found.exif is not None,
        "xmp": found.xmp is not None,
        "frames": found.frames,
        "bytes": len(data),
        "recipe": found.recipe,
    }
    if found.format == "JPEG":
        facts["quality"] = jpeg_quality(found.options["qtables"])
    told = ("subsampling", "progressive", "lossless", "compression")
    return facts | {name: value for name, value in found.options.items() if name in told}


def read_recipe(source: str | Path | bytes | BinaryIO) -> str | None:
    """The recipe that an earlier result carries, or None. FileError if the file is no picture."""
    return stored(*read_bytes(source)).recipe


def jpeg_quality(tables: list[list[int]]) -> int:
    """The quality 1..100 of the Independent JPEG Group whose luminance table is nearest to the first of these."""

    def distance(quality: int) -> int:
        return sum(abs(a - b) for a, b in zip(_luminance(quality), tables[0], strict=True))

    return min(range(100, 0, -1), key=distance)


@lru_cache
def _luminance(quality: int) -> list[int]:
    """The table that Pillow's encoder takes for this quality."""
    out = BytesIO()
    Image.new("L", (1, 1)).save(out, "JPEG", quality=quality)
    return JpegImagePlugin.JpegImageFile(BytesIO(out.getvalue())).quantization[0]
