"""The picture at several sizes, each with its hole, its margin and the patches that may be copied.

A coarse pixel is known only if all four fine ones are: the hole grows with every halving, so that nothing
unknown bleeds into a colour. Around every level lies a margin of unknown pixels that is cut off at the end;
the dirty fringe of patch methods at the outer border stays in there.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from outpaint.nearest import distance_to
from outpaint.parallel import over_rows

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Points = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]

MARGIN = 8
TEXTURE = 3
STEEPEST = 24000.0
"""No squared slope, of all three colours together, counts more."""

SMALL, SMALLEST = 40, 24
DEEP = 24
"""The known part is halved down to SMALL pixels on its shorter axis; on to SMALLEST while the hole is deeper
than DEEP pixels, because a deep hole needs larger pieces."""


@dataclass(frozen=True)
class Level:
    """One size of the picture. What not everybody needs is made when it is first asked for.

    pixels: H x W x 4, the picture and its texture (see `textured`), 0 where unknown.
    known: H x W.
    radius: of the patches, in pixels.
    finer: the next larger size, None for the picture itself.
    """

    pixels: Bytes
    known: Bools
    radius: int
    finer: "Level | None" = None

    @cached_property
    def source(self) -> Bytes:
        """H x 2W x 4: two sheets side by side, the picture and its mirror image."""
        return np.concatenate([self.pixels, self.pixels[:, ::-1]], axis=1)

    @cached_property
    def valid(self) -> Bools:
        """H x 2W, True where a patch is known in full."""
        valid = copyable(self.known, self.radius)
        return np.concatenate([valid, valid[:, ::-1]], axis=1)

    @cached_property
    def canvas(self) -> Bytes:
        """(H + 2m) x (W + 2m) x 4, what is known; the margin m and the holes are for the search to fill."""
        return np.pad(self.pixels, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)))

    @cached_property
    def target(self) -> Bools:
        """As large as the canvas, True where a colour is looked for."""
        near = box_sum(np.pad(~self.known, MARGIN), MARGIN) > 0
        return np.asarray(near & ~np.pad(self.known, MARGIN), np.bool_)

    @cached_property
    def oblique(self) -> npt.NDArray[np.float32]:
        """H x W: the squared slope of colours along the diagonals, here or on a finer level.

        Four finer pixels count as two, because a line through them has two: so stalks that are too thin for this
        level are told by it too.
        """
        from outpaint.painters.patch.slope_kernels import oblique

        slopes = np.zeros(self.known.shape, np.float32)
        over_rows(oblique, len(slopes), self.pixels, self.known, np.float32(STEEPEST), slopes)
        if self.finer is None:
            return slopes
        height, width = self.finer.known.shape
        finer = np.pad(self.finer.oblique, ((0, height % 2), (0, width % 2)))
        twice = (finer[::2, ::2] + finer[1::2, ::2] + finer[::2, 1::2] + finer[1::2, 1::2]) / 2
        return np.minimum(np.maximum(slopes, twice), np.float32(STEEPEST))

    @property
    def colour_points(self) -> Points:
        """Every pixel that needs a colour."""
        return _points(self.target)

    @property
    def patch_points(self) -> Points:
        """Every centre of a patch that covers a pixel which needs a colour, and that lies on the canvas."""
        r = self.radius
        near = box_sum(self.target, r) > 0
        near[:r], near[near.shape[0] - r :] = False, False
        near[:, :r], near[:, near.shape[1] - r :] = False, False
        return _points(near)


def _points(mask: Bools) -> Points:
    ys, xs = np.nonzero(mask)
    return ys.astype(np.int32), xs.astype(np.int32)


def box_sum(values: npt.NDArray[Any], radius: int) -> npt.NDArray[Any]:
    """Sum over the square of this radius around every pixel; beyond the border there is nothing.

    H x W of bool or int32, then int32; or of float64.
    """
    total = values if values.dtype == np.float64 else values.astype(np.int32)
    window = 2 * radius + 1
    for axis in (0, 1):
        around = [(0, 0)] * total.ndim
        around[axis] = (radius + 1, radius)
        sums = np.moveaxis(np.cumsum(np.pad(total, around), axis=axis, dtype=total.dtype), axis, 0)
        total = np.moveaxis(sums[window:] - sums[:-window], 0, axis)
    return total


def copyable(known: Bools, radius: int) -> Bools:
    """True where the whole patch around a pixel is known."""
    valid = box_sum(known, radius) == (2 * radius + 1) ** 2
    return np.asarray(valid, np.bool_)


def patch_radius(known: Bools) -> int:
    """The largest radius up to 3 for which the picture has a patch to copy."""
    return next(r for r in (3, 2, 1, 0) if copyable(known, r).any())


def shrink(pixels: Bytes, known: Bools) -> tuple[Bytes, Bools]:
    """Half the size, rounded up: means of four pixels, known where all four are."""
    height, width = known.shape
    odd = ((0, height % 2), (0, width % 2))
    pixels = np.pad(pixels, (*odd, (0, 0)), mode="edge")
    known = np.pad(known, odd, mode="edge")
    total = np.full((pixels.shape[0] // 2, pixels.shape[1] // 2, pixels.shape[2]), 2, np.uint16)
    every = np.ones(total.shape[:2], bool)
    for dy in (0, 1):
        for dx in (0, 1):
            total += pixels[dy::2, dx::2]
            every &= known[dy::2, dx::2]
    return (total // 4).astype(np.uint8) * every[..., None], every


def textured(pixels: Bytes, known: Bools) -> Bytes:
    """The picture with a fourth channel: how rough it is here (Newson et al. 2014).

    The mean absolute difference to the right and lower neighbour, times 4. It goes down the pyramid like a
    colour, so that even a coarse level, where grass is a smooth green, tells lawn from paint.
    """
    grey = pixels.astype(np.int16).sum(2)
    rough = np.zeros(known.shape, np.int16)
    for axis in (0, 1):
        first = [slice(None)] * 2
        second = [slice(None)] * 2
        first[axis], second[axis] = slice(None, -1), slice(1, None)
        a, b = tuple(first), tuple(second)
        step = np.abs(grey[a] - grey[b]) * (known[a] & known[b])
        rough[a] += step
        rough[b] += step
    energy = np.minimum(rough * TEXTURE // 3, 255).astype(np.uint8)
    return np.concatenate([pixels, energy[..., None]], axis=2)


def sizes(pixels: Bytes, known: Bools, radius: int) -> list[Level]:
    """The picture at every size, the finest first."""
    levels = [Level(pixels, known, radius)]
    depth = float(distance_to(known).max())
    while True:
        finer = levels[-1]
        smaller = shrink(finer.pixels, finer.known)
        rows, columns = smaller[1].any(1).sum(), smaller[1].any(0).sum()
        enough = SMALLEST if depth > DEEP else SMALL
        if min(rows, columns) < enough or copyable(smaller[1], radius).sum() < SMALLEST**2 // 4:
            return levels
        depth /= 2
        levels.append(Level(*smaller, radius, finer))
