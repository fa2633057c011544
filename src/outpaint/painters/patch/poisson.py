"""A screened Poisson equation on any set of pixels, solved by multigrid (Brandt 1977).

For every free pixel: sum over its neighbours of (w - w') + damping * w = flow. Known pixels hold w = 0; nothing
flows through the border of the window. Sources that lie side by side with opposite signs are what a joint is
made of, so a coarse grid takes each pixel's share by its distance: that keeps their moment, and the step.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import over_rows

CYCLES = 5
SWEEPS = 2
"""Jacobi sweeps before and after every visit to a coarser grid."""

RELAXED = np.float32(0.8)
"""Share of a Jacobi step that is taken: with it every sweep removes what a coarser grid cannot see."""


def solved(flow: Floats, free: Bools, damping: Floats) -> Floats:
    """w, H x W x C. flow: H x W x C, 0 where not free. damping: H x W, at least 0."""
    w = np.zeros_like(flow)
    if free.any():
        for _ in range(CYCLES):
            w = _cycle(w, flow, free, damping)
    return w


def _cycle(w: Floats, flow: Floats, free: Bools, damping: Floats) -> Floats:
    from outpaint.painters.patch.poisson_kernels import missing

    ys, xs = (part.astype(np.int32) for part in np.nonzero(free))
    if min(free.shape) <= 2:
        return _swept(w, flow, ys, xs, damping, 16 * SWEEPS)
    w = _swept(w, flow, ys, xs, damping, SWEEPS)
    left = np.zeros_like(flow)
    over_rows(missing, len(ys), ys, xs, flow, damping, w, left, at_least=4096)
    every = _halved(free[..., None].astype(np.float32), "edge")[..., 0] == 4
    error = np.zeros((*every.shape, flow.shape[2]), np.float32)
    coarse = _halved(damping[..., None])[..., 0]
    error = _cycle(error, shared(left) * every[..., None], every, coarse)
    w += between(error, free.shape) * free[..., None]
    return _swept(w, flow, ys, xs, damping, SWEEPS)


def _swept(
    w: Floats,
    flow: Floats,
    ys: npt.NDArray[np.int32],
    xs: npt.NDArray[np.int32],
    damping: Floats,
    times: int,
) -> Floats:
    from outpaint.painters.patch.poisson_kernels import sweep

    other = w.copy()
    for _ in range(times):
        over_rows(sweep, len(ys), ys, xs, flow, damping, RELAXED, w, other, at_least=4096)
        w, other = other, w
    return w


def _halved(values: Floats, beyond: Literal["constant", "edge"] = "constant") -> Floats:
    """Sums of four neighbours, at half the size rounded up."""
    padded = np.pad(values, ((0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)), beyond)
    rows = padded[::2] + padded[1::2]
    return np.asarray(rows[:, ::2] + rows[:, 1::2], np.float32)


def shared(values: Floats) -> Floats:
    """Half the size, rounded up: each pixel is shared among its four nearest, 3/4 and 1/4 along each axis."""
    for axis in (0, 1):
        lines = np.moveaxis(values, axis, 0)
        lines = np.concatenate([lines, np.zeros_like(lines[:1])]) if len(lines) % 2 else lines
        even, odd = lines[::2], lines[1::2]
        total = np.float32(0.75) * (even + odd)
        total[:-1] += np.float32(0.25) * even[1:]
        total[1:] += np.float32(0.25) * odd[:-1]
        total[0] += np.float32(0.25) * even[0]
        total[-1] += np.float32(0.25) * odd[-1]
        values = np.moveaxis(total, 0, axis)
    return np.ascontiguousarray(values)


def between(values: Floats, shape: tuple[int, ...]) -> Floats:
    """The way back: bilinear, to a height and width of about twice the size."""
    for axis in (0, 1):
        lines = np.moveaxis(values, axis, 0)
        before, after = np.concatenate([lines[:1], lines[:-1]]), np.concatenate([lines[1:], lines[-1:]])
        fine = np.empty((2 * len(lines), *lines.shape[1:]), np.float32)
        fine[::2] = np.float32(0.75) * lines + np.float32(0.25) * before
        fine[1::2] = np.float32(0.75) * lines + np.float32(0.25) * after
        values = np.moveaxis(fine[: shape[axis]], 0, axis)
    return np.ascontiguousarray(values)
