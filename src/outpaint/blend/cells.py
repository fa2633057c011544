"""Square cells of pixels: corrections are smooth, so they are measured and solved on cells and read at pixels."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.pixels import Bools

Index = npt.NDArray[np.intp]
Field = npt.NDArray[np.float64]
"""h x w x C, one value per cell and channel."""


@dataclass(frozen=True)
class Cells:
    """A frame of `height` x `width` pixels cut into squares of `size` pixels; the last ones may be cut short."""

    height: int
    width: int
    size: int

    @classmethod
    def over(cls, shape: tuple[int, ...], largest: int = 16) -> "Cells":
        """Cells of 1, 2, 4 ... `largest` pixels, such that at least 64 lie along the shorter side if they can."""
        size = 1
        while size < largest and size * 128 <= min(shape[:2]):
            size *= 2
        return cls(shape[0], shape[1], size)

    @cached_property
    def shape(self) -> tuple[int, int]:
        return -(-self.height // self.size), -(-self.width // self.size)

    def of(self, rows: Index, columns: Index) -> Index:
        """The flat number of the cell in which each pixel lies."""
        number: Index = (rows // self.size) * self.shape[1] + columns // self.size
        return number

    def touched(self, mask: Bools) -> Bools:
        """h x w, True for cells with any pixel in the mask."""
        rows = np.logical_or.reduceat(mask, np.arange(0, self.height, self.size), axis=0)
        return np.logical_or.reduceat(rows, np.arange(0, self.width, self.size), axis=1)

    def total(self, cell: Index, values: npt.NDArray[np.floating]) -> Field:
        """Sum of values (N x C) by cell."""
        count = self.shape[0] * self.shape[1]
        sums = np.empty((count, values.shape[1]))
        for channel in range(values.shape[1]):
            sums[:, channel] = np.bincount(cell, values[:, channel], count)
        return sums.reshape(*self.shape, -1)

    def read(self, field: Field, place: Frame) -> npt.NDArray[np.float32]:
        """The field at the pixels of a place, bilinear between the centres of cells and flat beyond."""
        low, high, share = _between(np.arange(place.top, place.bottom), self.size, self.shape[0])
        upper, lower = field[low].astype(np.float32), field[high].astype(np.float32)
        rows = upper + (lower - upper) * share[:, None, None]
        low, high, share = _between(np.arange(place.left, place.right), self.size, self.shape[1])
        left = rows[:, low]
        return left + (rows[:, high] - left) * share[:, None]


def _between(pixel: Index, size: int, count: int) -> tuple[Index, Index, npt.NDArray[np.float32]]:
    """The two cells between whose centres each pixel lies, and the share of the second."""
    position = np.clip((pixel + 0.5) / size - 0.5, 0, count - 1)
    low = position.astype(np.intp)
    return low, np.minimum(low + 1, count - 1), (position - low).astype(np.float32)


def smooth(field: Field, radius: int) -> Field:
    """Three box filters of 2 radius + 1 cells, nearly a Gaussian of deviation radius + 0.5; zero outside."""
    for axis in (0, 1):
        reach = min(radius, field.shape[axis])
        for _ in range(3):
            field = _box(field, reach, axis)
    return field


def _box(field: Field, radius: int, axis: int) -> Field:
    if radius == 0:
        return field
    length = field.shape[axis]
    edges = [(0, 0)] * field.ndim
    edges[axis] = (1, 0)
    sums = np.pad(np.cumsum(field, axis), edges)
    place = np.arange(length)
    above = np.take(sums, np.minimum(place + radius + 1, length), axis)
    box: Field = (above - np.take(sums, np.maximum(place - radius, 0), axis)) / (2 * radius + 1)
    return box
