"""What the codecs speak: a `Stored` picture is what a file holds, a `Sheet` is what shall be written.

Each codec ends in its `Format`, which says all that is known of it. Pillow takes the containers apart where it tells
all that has to be kept, and nothing is decoded before it was measured. PNG and TIFF are taken apart here: Pillow
halves their sixteen bits of several channels and forgets chunks and tags. EXIF, XMP and profiles are bytes for it and
for us, so they survive as they are. Whatever Pillow raises for a damaged file may pass through.

Modes are Pillow's names, with ";16" for sixteen bits: 1, L, LA, P, RGB, RGBA, CMYK, L;16, LA;16, RGB;16, RGBA;16.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypedDict, cast

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Extent
from outpaint.picture import Picture

Array = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]


class Broken(Exception):
    """The data ends too early or contradicts itself; the text says where, in a few words."""


class Unsupported(Exception):
    """The file is sound but holds something that cannot be kept; the text says what and what to do."""


class Options(TypedDict, total=False):
    """How a file was encoded, so that it can be encoded that way again; each codec sets what is below its name.

    Every picture: bits, key and dpi as in `Stored` (turned upright); indices: H x W of a palette file.
    JPEG: qtables: one for each component, in reading order, the last for all that remain; density: JFIF's unit, x, y;
        segments: those that are kept as they are, with their markers.
    JPEG, AVIF: subsampling: "4:4:4", "4:2:2", "4:2:0", "4:0:0", or None for any other.
    PNG: chunks: those that are kept; aspect: pHYs without a unit; profile: its name; type: colour type and depth.
    TIFF: compression: Pillow's name; tags: the data of those that are kept.
    GIF: comment: without the recipe.
    """

    bits: int
    key: tuple[int, ...] | None
    dpi: tuple[float, float] | None
    indices: Array
    qtables: list[list[int]]
    progressive: bool
    keep_rgb: bool
    density: tuple[int, int, int] | None
    segments: bytes
    subsampling: str | None
    chunks: list[tuple[bytes, bytes]]
    aspect: bytes | None
    profile: bytes
    type: tuple[int, int]
    compression: str
    predictor: int
    tags: dict[int, bytes]
    lossless: bool
    comment: bytes


def options_of(picture: Picture) -> Options:
    """How the file was encoded that the picture came from; empty for pixels from memory."""
    return cast(Options, picture.origin.options)


@dataclass(frozen=True)
class Stored:
    """What a file says about itself, known without decoding it.

    extent: as stored, before `exif` turns it.
    bits: per sample as stored (1, 2, 4, 8, 16).
    frames: how many pictures there are; only a single one can be opened.
    load: decodes; H x W for 1 (0 or 255), L and P (indices), H x W x C for the others, alpha last.
    palette: N x 3 or N x 4 uint8.
    key: the sample values that mean "transparent" (grey: one, rgb: three), or None.
    exif: a TIFF structure without the leading "Exif\\0\\0".
    dpi: pixels per inch along x and y.
    """

    format: str
    extent: Extent
    mode: str
    load: Callable[[], Array]
    bits: int = 8
    frames: int = 1
    palette: Bytes | None = None
    key: tuple[int, ...] | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    recipe: str | None = None
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Sheet:
    """Samples in exactly the mode to write, and everything that goes with them.

    array: as `Stored.load` gives it.
    options: those of the file the picture came from if that had the same format, else empty.
    quality: 1..100 if somebody asked for one.
    """

    array: Array
    mode: str
    bits: int = 8
    palette: Bytes | None = None
    key: tuple[int, ...] | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    recipe: str | None = None
    quality: int | None = None
    options: Options = field(default_factory=Options)

    @property
    def extent(self) -> Extent:
        return Extent(self.array.shape[1], self.array.shape[0])


EIGHT = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
SIXTEEN = frozenset({"L;16", "LA;16", "RGB;16", "RGBA;16"})


@dataclass(frozen=True)
class Format:
    """A file format and its codec.

    name: Pillow's.   suffixes: the first is the one `--format` is taught with.
    signature: a regular expression (a dot is any byte) for the first 64 bytes; a file's name says nothing.
    parse, write: what they raise besides `Unsupported` means that the file is damaged, or cannot be written.
    modes: what it holds.   side: the longest side in pixels.   icc: whether it holds a profile.
    opacity: of palette entries: none, one entry fully transparent, any.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    signature: bytes
    parse: Callable[[bytes], Stored]
    write: Callable[[Sheet], bytes]
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
