"""Windows that are sampled jointly: where they lie, and how much each counts where they overlap.

Every window's prediction is weighed with a tent, 1 in the middle and almost 0 at its border, and the mean is taken
(MultiDiffusion, Bar-Tal 2023, with the smooth weights of Mixture of Diffusers, Jiménez 2023): a window's border
has next to no weight, so no step shows there as long as windows overlap.

    y = sum w_k y_k / sum w_k          k: windows, of what the UNet predicts, the VAE encodes or decodes
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from outpaint.pixels import Mask
from outpaint.plan import spread

UNCOVERED = 1e-9
"""Weight of places that no window covers, because there is nothing to paint: they are 0."""


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


class Mean:
    """The mean of windows that come one by one: tensors whose last two axes are rows and columns, as float32.

    A window that is all of it counts as it is.
    """

    def __init__(self, height: int, width: int) -> None:
        self.size = height, width
        self.total: Any = None
        self.weights: Any = None

    def add(self, place: tuple[slice, slice], values: Any) -> None:
        """place: its rows and columns in the whole."""
        import torch

        size = tuple(values.shape[-2:])
        weight = torch.ones(size) if size == self.size else torch.from_numpy(tent(*size))
        weight = weight.to(values.device)
        if self.total is None:
            self.total = torch.zeros(*values.shape[:-2], *self.size, device=values.device)
            self.weights = torch.zeros(self.size, device=values.device)
        self.total[..., *place] += values.float() * weight
        self.weights[place] += weight

    def taken(self) -> Any:
        """Of all that have come."""
        return self.total / self.weights.clamp_min(UNCOVERED)
