"""Which shifts are offered to which pixels: few everywhere, many only where somebody takes them already."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pieces import Labels
from outpaint.painters.patch.pyramid import Bools

Places = tuple[npt.NDArray[np.intp], ...]
"""Rows and columns of pixels."""

BAND = 2
"""In pixels, how far a cut may move on a finer level."""


@dataclass(frozen=True)
class Offers:
    """Which of the free pixels each shift is offered to: shift k to pixels[first[k] : first[k + 1]]."""

    first: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int32]

    @classmethod
    def everywhere(cls, shifts: int, pixels: int) -> Self:
        return cls(np.arange(shifts + 1) * pixels, np.tile(np.arange(pixels, dtype=np.int32), shifts))

    @classmethod
    def nearby(cls, labels: Labels, hole: Bools, free: Places, shifts: int) -> Self:
        """Each shift where it, or a pixel at most BAND + 1 away in one of the eight directions, is taken now.

        labels: below 0 where none of these shifts is taken.
        """
        height, width = hole.shape
        reach = (-BAND - 1, 0, BAND + 1)
        seen: list[npt.NDArray[np.int32]] = []
        for dy in reach:
            for dx in reach:
                y, x = np.clip(free[0] + dy, 0, height - 1), np.clip(free[1] + dx, 0, width - 1)
                there = np.where(hole[y, x], labels[y, x], -1).astype(np.int32)
                for other in seen:
                    there[there == other] = -1
                seen.append(there)
        of = np.concatenate(seen)
        taken = of >= 0
        pixels = np.tile(np.arange(len(free[0]), dtype=np.int32), len(seen))[taken]
        return cls._of(of[taken], pixels[np.argsort(of[taken], kind="stable")], shifts)

    def __add__(self, other: Self) -> Self:
        """These shifts, then those of the other."""
        first = np.concatenate([self.first, self.first[-1] + other.first[1:]])
        return type(self)(first, np.concatenate([self.pixels, other.pixels]))

    def only(self, wanted: Bools) -> Self:
        """The same shifts, offered to those of `pixels` only that are wanted."""
        of = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        return self._of(of[wanted], self.pixels[wanted], len(self.first) - 1)

    @classmethod
    def _of(cls, of: npt.NDArray[np.signedinteger], pixels: npt.NDArray[np.int32], shifts: int) -> Self:
        return cls(np.concatenate([[0], np.cumsum(np.bincount(of, minlength=shifts))]), pixels)
