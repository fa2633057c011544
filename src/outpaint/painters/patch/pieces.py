"""What a hole is put together from: whole pieces of the photo, each moved by one shift, maybe mirrored.

A shift-map (Pritch et al. 2009): every unknown pixel has a label, every label is a shift, and what is seen at
the pixel is the known pixel that the shift points to.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pyramid import Bools

Shifts = npt.NDArray[np.int32]
"""K x 3: flipped (0 or 1), down, across. Pixel (y, x) is copied from row y + down and from column x + across,
or across - x if flipped."""

Labels = npt.NDArray[np.int32]
"""H x W: which shift each unknown pixel takes; what known pixels hold means nothing."""


Bend = npt.NDArray[np.int32]
"""H x W x 2: how many pixels further down and across the content of every pixel is fetched, before it is shifted."""

Sources = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""H x W each: the row and the column every pixel is copied from."""


@dataclass(frozen=True)
class Pieces:
    shifts: Shifts
    labels: Labels
    bend: Bend

    @classmethod
    def straight(cls, shifts: Shifts, labels: Labels) -> Self:
        return cls(shifts, labels, np.zeros((*labels.shape, 2), np.int32))

    def trimmed(self, hole: Bools) -> Self:
        """The same without the shifts that no pixel of the hole takes."""
        used = np.unique(self.labels[hole])
        number = np.zeros(len(self.shifts), np.int32)
        number[used] = np.arange(len(used))
        return type(self)(self.shifts[used], number[self.labels], self.bend)

    def sorted(self, hole: Bools) -> Self:
        """The same, the shift that most pixels of the hole take first."""
        order = np.argsort(-np.bincount(self.labels[hole], minlength=len(self.shifts)), kind="stable")
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order))
        return type(self)(self.shifts[order], rank[self.labels], self.bend)

    def enlarged(self, height: int, width: int, factor: int = 2) -> Self:
        """The same pieces, not bent, on a picture that is `factor` times larger."""
        rows = np.minimum(np.arange(height) // factor, self.labels.shape[0] - 1)
        columns = np.minimum(np.arange(width) // factor, self.labels.shape[1] - 1)
        shifts = self.shifts * np.array([1, factor, factor], np.int32)
        # Column x' = factor * x + i of the mirror image lies in the middle of its pixels: i becomes factor - 1 - i.
        shifts[:, 2] += shifts[:, 0] * (factor - 1)
        return type(self).straight(shifts, np.ascontiguousarray(self.labels[rows][:, columns]))

    def places(self) -> Sources:
        """Where every pixel is copied from; may lie outside the picture."""
        height, width = self.labels.shape
        flipped, down, across = (part[self.labels] for part in self.shifts.T)
        v = self.bend[..., 0] + np.arange(height, dtype=np.int32)[:, None] + down
        x = self.bend[..., 1] + np.arange(width, dtype=np.int32)
        return v, across + np.where(flipped, -x, x)

    def sources(self) -> Sources:
        """The same, held within the picture."""
        height, width = self.labels.shape
        v, u = self.places()
        return np.clip(v, 0, height - 1), np.clip(u, 0, width - 1)


def distinct(shifts: Shifts) -> tuple[Shifts, npt.NDArray[np.int32]]:
    """The shifts that differ, and for each of those given which it is."""
    low = shifts.min(0).astype(np.int64)
    span = shifts.max(0) - low + 1
    flipped, down, across = (shifts - low).T
    _, first, number = np.unique(
        (flipped * span[1] + down) * span[2] + across, return_index=True, return_inverse=True
    )
    return shifts[first], number.ravel().astype(np.int32)


def source_of(
    shift: npt.NDArray[np.int32], y: npt.NDArray[np.int_], x: npt.NDArray[np.int_]
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """Where one shift (3) copies the pixels (y, x) from; may lie outside the picture."""
    flipped, down, across = (int(part) for part in shift)
    return y + down, across - x if flipped else x + across


def seams(labels: Labels, hole: Bools) -> Bools:
    """True on both sides of every joint: of two labels, or of a label and the known picture."""
    marked = np.where(hole, labels, -1)
    edge = np.zeros_like(hole)
    for axis in (0, 1):
        first, second = [slice(None)] * 2, [slice(None)] * 2
        first[axis], second[axis] = slice(None, -1), slice(1, None)
        a, b = tuple(first), tuple(second)
        differ = marked[a] != marked[b]
        edge[a] |= differ
        edge[b] |= differ
    return edge & hole
