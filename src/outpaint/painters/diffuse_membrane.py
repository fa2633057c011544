"""The smooth membrane: the harmonic function that continues what is known into the holes.

    sum over 4-neighbours q of p of (u(p) - u(q)) = 0   for p in a hole,   u(q) given where q is known

Beyond the picture there is nothing to pull (Neumann). Solved by full multigrid (Brandt 1977): a start from the
coarsest grid upwards, then V-cycles of red-black Gauss-Seidel. A coarse cell joins the 2 x 2 hole pixels
below it; couplings between cells keep their strength per length (half their sum), and what holds a cell to
the known adds up. That is a little too stiff, so a cycle corrects too little rather than too much, and it
converges for scattered known pixels as well as for straight borders, by about 0.3 a cycle.

`blend.poisson_membrane` is another one on purpose: its surface is screened and only pulled towards its data, which
conjugate gradients solve in plain numpy, fast on a few thousand cells and far too slow on these millions of pixels.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outpaint.parallel import over_rows
from outpaint.pixels import Pixels

Grid = npt.NDArray[np.float32]

EXACT = 2e-4
"""A correction that nobody sees, 1/20 of an 8-bit step; what is left after it is smaller still."""

MOST_CYCLES = 30


@dataclass
class Level:
    """One grid, every array with a rim of one cell. wanted: what known neighbours pull with, H x W x 3."""

    down: Grid
    right: Grid
    hold: Grid
    wanted: Grid

    def __post_init__(self) -> None:
        total = self.hold + self.down + self.right
        total[1:] += self.down[:-1]
        total[:, 1:] += self.right[:, :-1]
        self.inverse = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
        self.u = np.zeros_like(self.wanted)

    @property
    def rows(self) -> int:
        return len(self.hold) - 2

    def coarser(self) -> "Level":
        down = _blocks(self.down, rows=slice(2, None, 2)) * np.float32(0.5)
        right = _blocks(self.right, columns=slice(2, None, 2)) * np.float32(0.5)
        return Level(down, right, _blocks(self.hold), _blocks(self.wanted))


def _blocks(grid: Grid, rows: slice = slice(1, None), columns: slice = slice(1, None)) -> Grid:
    """Sums over blocks of 2 x 2 inside the rim, or of their last rows or columns only, with a new rim."""
    height, width = (grid.shape[0] - 1) // 2, (grid.shape[1] - 1) // 2
    coarse = np.zeros((height + 2, width + 2, *grid.shape[2:]), np.float32)
    for y in (1, 2) if rows.start == 1 else (2,):
        for x in (1, 2) if columns.start == 1 else (2,):
            part = grid[y : grid.shape[0] - 1 : 2, x : grid.shape[1] - 1 : 2]
            coarse[1 : 1 + part.shape[0], 1 : 1 + part.shape[1]] += part
    return coarse


def membrane(pixels: Pixels, holes: npt.NDArray[np.bool_]) -> Pixels:
    """H x W x 3 with every hole filled; at least one pixel has to be known."""
    levels = [_finest(pixels, holes)]
    while levels[-1].rows > 2 or levels[-1].hold.shape[1] > 4:
        levels.append(levels[-1].coarser())
    for depth in range(len(levels) - 1, -1, -1):
        if depth + 1 < len(levels):
            _climb(levels, depth)
        _cycle(levels, depth, levels[depth].wanted)
    correction = np.inf
    for _ in range(MOST_CYCLES if len(levels) > 1 else 0):
        _cycle(levels, 0, levels[0].wanted)
        before, correction = correction, float(np.abs(levels[1].u).max())
        if correction < EXACT or correction > 0.9 * before:  # done, or as exact as float32 can be
            break
    return np.where(holes[..., None], levels[0].u[1:-1, 1:-1], pixels)


def _finest(pixels: Pixels, holes: npt.NDArray[np.bool_]) -> Level:
    """Couplings of 1 between neighbouring hole pixels; each known neighbour holds with 1."""
    height, width = holes.shape
    hole = np.pad(holes, 1)
    known = np.pad(~holes, 1)
    values = np.pad(np.where(holes[..., None], np.float32(0), pixels), ((1, 1), (1, 1), (0, 0)))
    down, right, hold = (np.zeros(hole.shape, np.float32) for _ in range(3))
    wanted = np.zeros(values.shape, np.float32)
    down[:-1] = hole[:-1] & hole[1:]
    right[:, :-1] = hole[:, :-1] & hole[:, 1:]
    inside = slice(1, height + 1), slice(1, width + 1)
    for dy, dx in (-1, 0), (1, 0), (0, -1), (0, 1):
        beside = slice(1 + dy, height + 1 + dy), slice(1 + dx, width + 1 + dx)
        hold[inside] += known[beside]
        wanted[inside] += values[beside]
    hold[~hole], wanted[~hole] = 0, 0
    return Level(down, right, hold, wanted)


def _cycle(levels: list[Level], depth: int, wanted: Grid) -> None:
    """One V-cycle from this grid down and up again; improves its `u`, overwrites those of coarser grids."""
    from outpaint.painters.diffuse_membrane_kernels import restrict

    level = levels[depth]
    if depth + 1 == len(levels):
        _relax(level, wanted, 16)
        return
    _relax(level, wanted, 2)
    coarse = levels[depth + 1]
    left = np.zeros_like(coarse.u)
    over_rows(restrict, coarse.rows, level.u, wanted, level.down, level.right, level.hold, left)
    coarse.u[:] = 0
    _cycle(levels, depth + 1, left)
    _climb(levels, depth)
    _relax(level, wanted, 2)


def _relax(level: Level, wanted: Grid, sweeps: int) -> None:
    from outpaint.painters.diffuse_membrane_kernels import relax

    couplings = level.down, level.right, level.hold, level.inverse
    for half in range(2 * sweeps):
        over_rows(relax, level.rows, half % 2, level.u, wanted, *couplings)


def _climb(levels: list[Level], depth: int) -> None:
    from outpaint.painters.diffuse_membrane_kernels import prolong

    level, coarse = levels[depth], levels[depth + 1]
    over_rows(prolong, level.rows, coarse.u, coarse.inverse, level.u, level.inverse)
