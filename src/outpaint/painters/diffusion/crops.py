"""Which part of the view a model is shown, and how that part gets the size the model can take."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from outpaint.geometry import Frame
from outpaint.nearest import bounds
from outpaint.painters.protocol import View
from outpaint.resizing import resized

Array = Any


def needed(view: View, area: str, padding: int, side: int, multiple: int) -> Frame:
    """The unknown with context, inside the view.

    needed: at least `padding` on every side, at least a window of `side`, and a multiple, as far as the picture goes.
    only masked: padded, then grown to the window's shape, a square (the webui's order: inside the picture, so that
        near the border of a narrow one it is none; it is then scaled by its longer side).
    """
    hole = bounds(view.holes, view.frame).padded(padding) & view.frame
    if area == "whole picture":
        return view.frame
    least = (max(hole.extent),) * 2 if area == "only masked" else (side, side)
    wide, tall = (-(-max(size, low) // multiple) * multiple for size, low in zip(hole.extent, least, strict=True))
    left, width = _grown(hole.left, hole.width, wide, view.frame.left, view.frame.width)
    top, height = _grown(hole.top, hole.height, tall, view.frame.top, view.frame.height)
    return Frame(left, top, width, height)


def _grown(start: int, length: int, least: int, first: int, room: int) -> tuple[int, int]:
    """An interval grown evenly to `least`, shifted back inside first..first + room."""
    if length >= least:
        return start, length
    size = min(least, room)
    return min(max(start - (size - length) // 2, first), first + room - size), size


@dataclass(frozen=True)
class Fit:
    """From a part's size to one the model takes: scaled if asked for, then padded to the multiple.

    The padding repeats the border, of the mask too, and is cut off again: what was asked for is what comes out.
    """

    size: tuple[int, int]
    scaled: tuple[int, int]
    padded: tuple[int, int]

    @classmethod
    def of(cls, height: int, width: int, multiple: int, scaled: tuple[int, int] | None = None) -> "Fit":
        """`scaled`: rows and columns to scale to before padding; None: as it is."""
        scaled = scaled or (height, width)
        rows, columns = (-(-length // multiple) * multiple for length in scaled)
        return cls((height, width), scaled, (rows, columns))

    def into(self, array: Array) -> Array:
        """H x W or H x W x C in the model's size."""
        array = resized(array, self.scaled)
        room = [(0, big - small) for big, small in zip(self.padded, self.scaled, strict=True)]
        return np.pad(array, room + [(0, 0)] * (array.ndim - 2), mode="edge")

    def back(self, array: Array) -> Array:
        """An answer of the model's size in the part's."""
        return resized(array[: self.scaled[0], : self.scaled[1]], self.size)


def to_window(height: int, width: int, side: int) -> tuple[int, int]:
    """The longer side becomes `side`."""
    factor = side / max(height, width)
    return max(1, round(height * factor)), max(1, round(width * factor))


def small_enlarged(height: int, width: int, side: int) -> tuple[int, int]:
    """What stablediffusion-infinity shows a model of a small selection: rows and columns, for a side of 512.

    A square becomes the model's size, anything else grows by a factor that depends on its shorter side; in whole
    cells of 8. Its numbers are for 512 and are taken in proportion.
    """
    unit = side / 512
    shorter, longer = min(height, width), max(height, width)
    if shorter >= 512 * unit or (longer >= 608 * unit and height != width):
        return height, width
    if height == width:
        return side, side
    factor = next((factor for below, factor in _FACTORS if shorter < below * unit), 1.0)
    if factor == 1:
        return height, width
    return max(8, int(height * factor) // 8 * 8), max(8, int(width * factor) // 8 * 8)


_FACTORS = (290, 2.0), (330, 1.75), (384, 1.375), (400, 1.25), (450, 1.125)
"""(shorter side below, factor)."""
