"""What each file format can hold, as data, and which one a picture goes to."""

from dataclasses import dataclass
from pathlib import Path

from outpaint.errors import FileError
from outpaint.picture import Picture

_EIGHT = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
_SIXTEEN = frozenset({"L;16", "LA;16", "RGB;16", "RGBA;16"})


@dataclass(frozen=True)
class Format:
    """A file format that can be written.

    name: Pillow's.   suffixes: the first is the one `--format` is taught with.
    modes: what it holds, as `outpaint.files.codec` names them.
    side: the longest side in pixels.   opacity: of palette entries: none, one entry fully transparent, any.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    modes: frozenset[str]
    side: int = 2**31 - 1
    icc: bool = True
    opacity: str = "none"

    @property
    def transparency(self) -> bool:
        """Whether it has any way at all to say that a pixel is transparent."""
        return self.opacity != "none" or any("A" in mode for mode in self.modes)

    @property
    def extension(self) -> str:
        """Without the dot."""
        return self.suffixes[0].removeprefix(".")


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("PNG", "PNG", (".png", ".apng"), _EIGHT | _SIXTEEN, opacity="any"),
        Format("TIFF", "TIFF", (".tiff", ".tif"), _EIGHT | _SIXTEEN | {"CMYK"}),
        Format("WEBP", "WebP", (".webp",), frozenset({"RGB", "RGBA"}), 16383),
        Format("JPEG", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), frozenset({"L", "RGB", "CMYK"}), 65535),
        Format("AVIF", "AVIF", (".avif",), frozenset({"L", "RGB", "RGBA"}), 65535),
        Format("GIF", "GIF", (".gif",), frozenset({"1", "L", "P"}), 65535, icc=False, opacity="one"),
        Format("BMP", "BMP", (".bmp", ".dib"), frozenset({"1", "L", "P", "RGB"}), icc=False),
        Format(
            "PPM", "PPM", (".ppm", ".pgm", ".pbm", ".pnm"), frozenset({"1", "L", "RGB", "L;16", "RGB;16"}), icc=False
        ),
        Format("QOI", "QOI", (".qoi",), frozenset({"RGB", "RGBA"}), icc=False),
    )
}
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
