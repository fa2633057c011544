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


_LUMINANCE_SUM = 3688
"""Sum of the luminance table of ITU-T T.81, annex K, which is quality 50 of the Independent JPEG Group."""


def jpeg_quality(tables: list[list[int]]) -> int | None:
    """The quality 1..100 of the IJG scale whose luminance table has about the same sum as the first of these."""
    if not tables:
        return None
    scale = sum(tables[0]) / _LUMINANCE_SUM * 100
    return round(min(max(100 - scale / 2 if scale <= 100 else 5000 / scale, 1), 100))
