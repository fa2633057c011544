"""Windows that are sampled jointly: where they lie, and how much each counts where they overlap.

Every window's prediction is weighed with a tent, 1 in the middle and almost 0 at its border, and the mean is taken
(MultiDiffusion, Bar-Tal 2023, with the smooth weights of Mixture of Diffusers, Jiménez 2023): a window's border
has next to no weight, so no step shows there as long as windows overlap.
"""

from dataclasses import dataclass

import numpy as np

from outpaint.pixels import Mask
from outpaint.plan import spread


@dataclass(frozen=True)
class Tile:
    """A window in cells: rows top..bottom, columns left..right."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def extent(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left

    def scaled(self, factor: int) -> tuple[slice, slice]:
        """Its rows and columns in units that are `factor` to a cell."""
        return slice(self.top * factor, self.bottom * factor), slice(self.left * factor, self.right * factor)


def tiles(height: int, width: int, side: int, overlap: float) -> list[Tile]:
    """Equal windows of at most `side` cells, spread evenly, neighbours sharing at least `overlap` of a side."""
    tall, wide = min(side, height), min(side, width)
    return [
        Tile(top, left, top + tall, left + wide)
        for top in spread(height, tall, max(1, round(tall * overlap)))
        for left in spread(width, wide, max(1, round(wide * overlap)))
    ]


def needed(found: list[Tile], mask: Mask) -> list[Tile]:
    """Those in which something is to be painted; all, if there is nothing."""
    return [tile for tile in found if mask[tile.scaled(1)].any()] or found


def tent(height: int, width: int) -> Mask:
    """Weights above 0 that fall linearly from the middle to the border."""

    def slope(length: int) -> Mask:
        place = np.arange(length) + 0.5
        return np.asarray(np.minimum(place, length - place) / (length / 2), np.float32)

    return np.outer(slope(height), slope(width))
