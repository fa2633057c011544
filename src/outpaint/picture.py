"""A picture: samples as the file had them, what of them is known, and where it lies on the plane.

Samples stay in the file's own depth and colour space; painters see floats of one window at a time, and
`fill`, the only place that writes, leaves every sample alone whose weight is zero. That is why known pixels
come back byte for byte whatever a painter does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from outpaint import colour
from outpaint.geometry import Extent, Frame
from outpaint.painters.protocol import View
from outpaint.pixels import Bools, Mask, Pixels, Samples

Space = Literal["grey", "rgb", "cmyk"]
_SPACES: Mapping[int, Space] = {1: "grey", 3: "rgb", 4: "cmyk"}


@dataclass(frozen=True, eq=False)
class Origin:
    """How the picture was stored, so that it can be stored the same way again. Empty for pixels from memory.

    format: Pillow's format name ("JPEG", "PNG", ...), empty if there was no file.
    mode: the mode inside the file ("P", "1", "LA", "CMYK", "RGB;16", ...), before it was opened to samples.
    exif: the whole EXIF block with its orientation already applied and reset, or None.
    xmp: the XMP packet, or None.
    palette: N x 3 or N x 4 uint8 entries of a palette file, or None.
    options: what the writer needs to repeat the encoding (JPEG tables, lossless flag, resolution, ...).
    recipe: the text of an earlier request found in the file, or None.
    """

    format: str = ""
    mode: str = ""
    exif: bytes | None = field(default=None, repr=False)
    xmp: bytes | None = field(default=None, repr=False)
    palette: npt.NDArray[np.uint8] | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    recipe: str | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels and what is known of them.

    samples: H x W x C, uint8 or uint16; C is 1 for grey, 3 for rgb, 4 for cmyk (0 = no ink).
    alpha: H x W of the same dtype, or None if the file has none.
    known: H x W, False where a pixel has to be painted.
    frame: its place on the plane.
    icc: the embedded colour profile, or None for sRGB.
    """

    samples: Samples = field(repr=False)
    known: Bools = field(repr=False)
    frame: Frame
    alpha: Samples | None = field(default=None, repr=False)
    space: Space = "rgb"
    icc: bytes | None = field(default=None, repr=False)
    origin: Origin = Origin()

    @property
    def extent(self) -> Extent:
        return self.frame.extent

    @property
    def depth(self) -> int:
        """Bits per sample, 8 or 16."""
        return self.samples.dtype.itemsize * 8

    @property
    def white(self) -> int:
        """The largest sample value."""
        return int(np.iinfo(self.samples.dtype).max)

    @classmethod
    def of(cls, samples: Samples, alpha: Samples | None = None, **more: Any) -> "Picture":
        """From samples H x W or H x W x 1 (grey), x 3 (rgb) or x 4 (cmyk: four channels are ink).

        alpha: H x W of the same type; fully transparent pixels count as unknown.
        """
        samples = samples[..., None] if samples.ndim == 2 else samples
        height, width, channels = samples.shape
        if channels not in _SPACES or samples.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"samples are uint8 or uint16, H x W x 1, 3 or 4, not {samples.dtype} {samples.shape}")
        space = _SPACES[channels]
        known = np.ones((height, width), bool) if alpha is None else alpha > 0
        return cls(samples, known, Frame(0, 0, width, height), alpha, space, **more)

    def without(self, hole: Bools) -> "Picture":
        """The same picture with the pixels where `hole` is true forgotten."""
        return replace(self, known=self.known & ~hole)

    def within(self, frame: Frame) -> "Picture":
        """The picture on another frame: cropped where that is smaller, unknown where it is larger."""
        both = frame & self.frame
        there, here = both.inside(frame), both.inside(self.frame)

        def moved(old: npt.NDArray[Any]) -> npt.NDArray[Any]:
            new = np.zeros((frame.height, frame.width, *old.shape[2:]), old.dtype)
            new[there] = old[here]
            return new

        alpha = None if self.alpha is None else moved(self.alpha)
        return replace(self, samples=moved(self.samples), known=moved(self.known), frame=frame, alpha=alpha)

    def pixels(self, frame: Frame | None = None) -> Pixels:
        """H x W x 3 float pixels of the whole picture or of a frame inside it; unknown ones are 0."""
        cut = (frame or self.frame).inside(self.frame)
        pixels = colour.to_pixels(self.samples[cut], self.space, self.icc)
        pixels[~self.known[cut]] = 0
        return pixels

    def view(self, frame: Frame, unknown: Mask) -> View:
        """One window for a painter; `unknown` (H x W of that window) may be wider than what is unknown here."""
        return View(self.pixels(frame), unknown, frame)

    def knows(self, frame: Frame) -> bool:
        """Whether any pixel inside `frame` is known."""
        return bool(self.known[frame.inside(self.frame)].any())

    def fill(self, frame: Frame, pixels: Pixels, weight: Mask) -> None:
        """Write `old * (1 - weight) + pixels * weight` inside `frame`, in place; weight 0 is not touched.

        Where the old pixel is unknown it counts as nothing at all and is replaced; where it is partly
        transparent it counts by its opacity. Everything that was written is known and opaque afterwards.
        """
        cut = frame.inside(self.frame)
        write = weight > 0
        new, old = pixels[write], self.pixels(frame)[write]
        kept: npt.NDArray[Any] = (1 - weight[write]) * self.known[cut][write]
        if self.alpha is not None:
            kept = kept * (self.alpha[cut][write] / self.white)
        mixed = new + (old - new) * kept[:, None].astype(np.float32)
        self.samples[cut][write] = colour.to_samples(mixed, self.space, self.icc, self.samples.dtype)
        self.known[cut][write] = True
        if self.alpha is not None:
            self.alpha[cut][write] = self.white
