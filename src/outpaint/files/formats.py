"""The formats, which one a file has, and which one a picture goes to."""

import re
from pathlib import Path

from outpaint.errors import FileError
from outpaint.files import avif, gif, jpeg, plain, png, pnm, tiff, webp
from outpaint.files.codec import Format
from outpaint.picture import Picture

_ALL = (png.PNG, tiff.TIFF, webp.WEBP, jpeg.JPEG, avif.AVIF, gif.GIF, plain.BMP, pnm.PPM, plain.QOI)
FORMATS: dict[str, Format] = {format.name: format for format in _ALL}
"""In the order in which they are suggested."""

SUFFIXES: dict[str, str] = {suffix: f.name for f in FORMATS.values() for suffix in f.suffixes}
PICTURE_SUFFIXES = frozenset(SUFFIXES) | {".mpo"}
"""What counts as a picture in a folder, in lower case."""

_WIDER = {
    "1": ("1", "L", "RGB", "LA", "RGBA"),
    "L": ("L", "RGB", "LA", "RGBA"),
    "LA": ("LA", "RGBA"),
    "P": ("P",),
    "RGB": ("RGB", "RGBA"),
    "RGBA": ("RGBA",),
    "CMYK": ("CMYK",),
    "L;16": ("L;16", "RGB;16", "LA;16", "RGBA;16"),
    "LA;16": ("LA;16", "RGBA;16"),
    "RGB;16": ("RGB;16", "RGBA;16"),
    "RGBA;16": ("RGBA;16",),
}
"""For every mode the modes that lose nothing of it, narrowest first."""


def format_of(data: bytes) -> Format | None:
    """The format of a file that begins like this; None if it is none of these."""
    start = bytes(data[:64])
    return next((f for f in FORMATS.values() if re.match(f.signature, start, re.DOTALL)), None)


def mode_in(target: Format, mode: str) -> str | None:
    """The narrowest mode of `target` that holds `mode`; None if it has none."""
    return next((wider for wider in _WIDER[mode] if wider in target.modes), None)


def alternatives(mode: str, icc: bool = False) -> str:
    """`--format png, tiff or webp`: formats that hold this mode, and a colour profile too if `icc`."""
    fit = [f.extension for f in FORMATS.values() if mode_in(f, mode) and (f.icc or not icc)][:3]
    return "--format " + " or ".join(filter(None, [", ".join(fit[:-1]), fit[-1]]))


def by_extension(text: str) -> str:
    """The format of `png`, `.PNG` or `JPEG`; FileError naming those that can be written."""
    plain = text.strip().lower().removeprefix(".")
    name = SUFFIXES.get(f".{plain}") or next((n for n in FORMATS if n.lower() == plain), None)
    if name is None:
        known = ", ".join(f.extension for f in FORMATS.values())
        raise FileError(f"cannot write {text!r} pictures; use --format with one of: {known}")
    return name


def output_format(picture: Picture | None, path: Path | str | None = None, format: str | None = None) -> str:
    """Pillow's name of the format to write: `format`, else the path's suffix, else the input's own, else PNG.

    FileError if `format` and the suffix name two different formats, or one that cannot be written.
    """
    suffix = Path(path).suffix.lower() if path is not None else ""
    asked = by_extension(format) if format else None
    if asked and SUFFIXES.get(suffix, asked) != asked:
        raise FileError(f"{path} and --format {format} disagree; leave one of them out")
    if asked or suffix:
        return asked or by_extension(suffix)
    if picture is None or not picture.origin.format:
        return "PNG"
    if picture.origin.format not in FORMATS:
        raise FileError(f"{picture.origin.format} can be read but not written; add --format png")
    return picture.origin.format
