"""A screened membrane over cells: the smoothest surface that passes near its data and sinks to 0 far from it.

    minimise  sum over neighbours (c_p - c_q)^2  +  screen * sum c_p^2  +  sum trust_p (c_p - data_p)^2

Its normal equations are the screened Poisson equation (Bhat, Curless, Cohen, Zitnick 2008) with free
(Neumann) borders and soft boundary data. Conjugate gradients solve them, preconditioned by one multigrid
V-cycle of damped Jacobi sweeps over 2 x 2 aggregates (Braess 1995: halve the coarse couplings).

`painters.diffuse_membrane` is another one on purpose. That has a million pixels whose values the known ones fix
exactly, and compiled sweeps; this has a few thousand cells, data that only pull, a screen, and plain numpy, because
compiled code takes longer to load than blends take to run.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outpaint.pixels import Bools

Grid = npt.NDArray[np.float64]
"""h x w, or C x h x w for the unknown of every channel at once."""

TOLERANCE = 1e-5
"""Where the solver stops: its error as a share of the surface, in the energy that the membrane minimises."""

DAMPING = 0.75
"""Of a Jacobi sweep; near the best smoother for five-point Laplacians."""


@dataclass(frozen=True)
class Level:
    """One grid of the hierarchy: couplings down and to the right, and what holds each cell to 0 or to its data."""

    down: Grid
    right: Grid
    hold: Grid
    diagonal: Grid

    @classmethod
    def of(cls, down: Grid, right: Grid, hold: Grid) -> "Level":
        diagonal = hold.copy()
        diagonal[:-1] += down
        diagonal[1:] += down
        diagonal[:, :-1] += right
        diagonal[:, 1:] += right
        diagonal[diagonal == 0] = 1  # cells outside the domain: 1 * c = 0
        return cls(down, right, hold, diagonal)

    def coarser(self) -> "Level":
        """The same membrane over aggregates of 2 x 2 cells."""
        down = _pairs(self.down[1::2], 1) / 2
        right = _pairs(self.right[:, 1::2], 0) / 2
        return Level.of(down, right, _pairs(_pairs(self.hold, 0), 1))

    def apply(self, c: Grid) -> Grid:
        """The left side of the normal equations."""
        out = self.diagonal * c
        out[..., :-1, :] -= self.down * c[..., 1:, :]
        out[..., 1:, :] -= self.down * c[..., :-1, :]
        out[..., :, :-1] -= self.right * c[..., :, 1:]
        out[..., :, 1:] -= self.right * c[..., :, :-1]
        return out


def membrane(data: Grid, trust: Grid, domain: Bools, screen: float) -> Grid:
    """C x h x w of the surface; 0 outside `domain`.

    data: C x h x w, read where trust > 0. trust: h x w, 0 where there is no data. screen: > 0; the surface
    sinks by 1/e over 1 / sqrt(screen) cells.
    """
    down = (domain[:-1] & domain[1:]).astype(np.float64)
    right = (domain[:, :-1] & domain[:, 1:]).astype(np.float64)
    hold = np.where(domain, trust + screen, 0.0)
    levels = [Level.of(down, right, hold)]
    while max(levels[-1].hold.shape) > 2:
        levels.append(levels[-1].coarser())
    wanted = np.where(domain & (trust > 0), trust * data, 0.0)
    return _conjugate_gradients(levels, wanted)


def _conjugate_gradients(levels: list[Level], wanted: Grid) -> Grid:
    """Solve for every channel at once, each with its own step lengths."""
    c = np.zeros_like(wanted)
    residual = wanted.copy()
    ready = _cycle(levels, 0, residual)
    direction, energy = ready, _dot(residual, ready)
    goal = TOLERANCE**2 * energy
    for _ in range(200):
        if (energy <= goal).all():
            break
        image = levels[0].apply(direction)
        step = energy / np.maximum(_dot(direction, image), 1e-300)
        c += step * direction
        residual -= step * image
        ready = _cycle(levels, 0, residual)
        before, energy = energy, _dot(residual, ready)
        direction = ready + energy / np.maximum(before, 1e-300) * direction
    return c


def _dot(a: Grid, b: Grid) -> Grid:
    """Inner product by channel, C x 1 x 1; a sum of numpy's, whose order no thread count changes."""
    product: Grid = (a * b).sum((1, 2), keepdims=True)
    return product


def _cycle(levels: list[Level], depth: int, residual: Grid) -> Grid:
    """One symmetric V-cycle: roughly the correction that belongs to a residual."""
    level = levels[depth]
    c = DAMPING * residual / level.diagonal
    if depth + 1 < len(levels):
        left = residual - level.apply(c)
        coarse = _cycle(levels, depth + 1, _pairs(_pairs(left, -2), -1))
        height, width = level.hold.shape
        c += np.repeat(np.repeat(coarse, 2, -2)[:, :height], 2, -1)[..., :width] * (level.hold > 0)
    c += DAMPING * (residual - level.apply(c)) / level.diagonal
    return c


def _pairs(grid: Grid, axis: int) -> Grid:
    """Sums of neighbours 0+1, 2+3, ... along an axis; the last may stand alone."""
    length = grid.shape[axis]
    if length == 0:
        return grid
    return np.add.reduceat(grid, np.arange(0, length, 2), axis)
