"""What a file says about itself, without opening it to pixels."""

from pathlib import Path
from typing import Any, BinaryIO

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
    options = found.options
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
        facts["quality"] = jpeg_quality(options["qtables"])
        facts["subsampling"] = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}.get(options["subsampling"])
        facts["progressive"] = options["progressive"]
    for name in ("lossless", "compression"):
        if name in options:
            facts[name] = options[name]
    return facts


def read_recipe(source: str | Path | bytes | BinaryIO) -> str | None:
    """The recipe that an earlier result carries, or None. FileError if the file is no picture."""
    return stored(*read_bytes(source)).recipe


_LUMINANCE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
"""The luminance table of ITU-T T.81, annex K, in reading order; the Independent JPEG Group calls it quality 50."""


def jpeg_quality(tables: list[list[int]]) -> int | None:
    """The quality 1..100 of the IJG scale whose luminance table is nearest to the first of these."""
    if not tables:
        return None

    def distance(quality: int) -> int:
        percent = 5000 // quality if quality < 50 else 200 - 2 * quality
        scaled = (min(max((v * percent + 50) // 100, 1), 255) for v in _LUMINANCE)
        return sum(abs(a - b) for a, b in zip(scaled, tables[0], strict=True))

    return min(range(100, 0, -1), key=distance)
