"""A screened Poisson equation on any set of pixels, solved by multigrid (Brandt 1977).

For every free pixel: sum over its neighbours of (w - w') + damping * w = flow. Known pixels hold w = 0; nothing
flows through the border of the window. Sources that lie side by side with opposite signs are what a joint is
made of, so a coarse grid takes each pixel's share by its distance: that keeps their moment, and the step.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import over_rows

CYCLES = 2
"""Visits to all coarser grids on every grid, from the coarsest on."""

SWEEPS = 2
"""Jacobi sweeps before and after every visit to a coarser grid."""

RELAXED = np.float32(0.8)
"""Share of a Jacobi step that is taken: with it every sweep removes what a coarser grid cannot see."""


@dataclass(frozen=True)
class Grid:
    """free: H x W. damping: H x W. ys, xs: the free pixels."""

    free: Bools
    damping: Floats
    ys: npt.NDArray[np.int32]
    xs: npt.NDArray[np.int32]

    @classmethod
    def of(cls, free: Bools, damping: Floats) -> Self:
        ys, xs = np.nonzero(free)
        return cls(free, np.ascontiguousarray(damping), ys.astype(np.int32), xs.astype(np.int32))

    def coarser(self) -> Self:
        """Half the size, rounded up; free where all pixels are, damped as all together."""
        odd = [(0, size % 2) for size in self.free.shape]
        free, damping = np.pad(self.free, odd, "edge"), np.pad(self.damping, odd)
        every = free[::2] & free[1::2]
        rows = damping[::2] + damping[1::2]
        return self.of(every[:, ::2] & every[:, 1::2], rows[:, ::2] + rows[:, 1::2])


def solved(flow: Floats, free: Bools, damping: Floats) -> Floats:
    """w, H x W x C. flow: H x W x C, 0 where not free. damping: H x W, at least 0."""
    grids = [Grid.of(free, damping)]
    while min(grids[-1].free.shape) > 2 and len(grids[-1].ys):
        grids.append(grids[-1].coarser())
    flows = [flow]
    for grid in grids[1:]:
        flows.append(shared(flows[-1], grid))
    w = np.zeros_like(flows[-1])
    for number in reversed(range(len(grids))):
        if number + 1 < len(grids):
            w = between(w, np.zeros_like(flows[number]), grids[number])
        for _ in range(CYCLES):
            w = _cycle(w, flows[number], grids[number:])
    return w


def _cycle(w: Floats, flow: Floats, grids: list[Grid]) -> Floats:
    from outpaint.painters.patch.poisson_kernels import missing

    grid = grids[0]
    if len(grids) == 1:
        return _swept(w, flow, grid, 16 * SWEEPS)
    w = _swept(w, flow, grid, SWEEPS)
    left = np.zeros_like(flow)
    over_rows(missing, len(grid.ys), grid.ys, grid.xs, flow, grid.damping, w, left, at_least=4096)
    left = shared(left, grids[1])
    w = between(_cycle(np.zeros_like(left), left, grids[1:]), w, grid)
    return _swept(w, flow, grid, SWEEPS)


def _swept(w: Floats, flow: Floats, grid: Grid, times: int) -> Floats:
    from outpaint.painters.patch.poisson_kernels import sweep

    other = w.copy()
    for _ in range(times):
        over_rows(sweep, len(grid.ys), grid.ys, grid.xs, flow, grid.damping, RELAXED, w, other, at_least=4096)
        w, other = other, w
    return w


def shared(values: Floats, coarse: Grid) -> Floats:
    """What flows on the next coarser grid: each pixel is shared among its four nearest, 3/4 and 1/4 an axis."""
    from outpaint.painters.patch.poisson_kernels import share

    out = np.zeros((*coarse.free.shape, values.shape[2]), np.float32)
    over_rows(share, len(coarse.ys), coarse.ys, coarse.xs, values, out, at_least=4096)
    return out


def between(values: Floats, w: Floats, fine: Grid) -> Floats:
    """w with what was found on the next coarser grid added, bilinearly."""
    from outpaint.painters.patch.poisson_kernels import spread

    out = w.copy()
    over_rows(spread, len(fine.ys), fine.ys, fine.xs, values, out, at_least=4096)
    return out
