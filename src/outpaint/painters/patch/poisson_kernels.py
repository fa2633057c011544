# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""One step of the Poisson solver: a relaxed Jacobi sweep, or what is still missing."""

import numpy as np

from outpaint.compiled import compiled, inlined
from outpaint.painters.patch.piece_kernels import neighbour


@inlined
def part(fine, coarse, size):
    """The share that a fine place has in a coarse one beside or around it: 3/4 or 1/4; all of it at the border."""
    if fine >> 1 != coarse:
        return np.float32(0.25)
    alone = (coarse == 0 and fine == 0) or (coarse == size - 1 and fine == 2 * size - 1)
    return np.float32(1) if alone else np.float32(0.75)


@compiled
def sweep(start, stop, ys, xs, flow, damping, relaxed, old, new):
    """new = old + relaxed * (what solves each pixel's equation alone - old), at the points.

    The equation: sum over neighbours of (w - w') + damping * w = flow; beyond the window there is no neighbour.
    """
    rows, columns, channels = old.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for c in range(channels):
            total = flow[y, x, c]
            count = damping[y, x]
            for d in range(4):
                t, s = neighbour(y, x, d)
                if t >= 0 and s >= 0 and t < rows and s < columns:
                    total += old[t, s, c]
                    count += np.float32(1)
            new[y, x, c] = old[y, x, c] + relaxed * (total / count - old[y, x, c])


@compiled
def missing(start, stop, ys, xs, flow, damping, w, out):
    """out: by how much each pixel's equation is not yet met."""
    rows, columns, channels = w.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for c in range(channels):
            total = flow[y, x, c] - damping[y, x] * w[y, x, c]
            for d in range(4):
                t, s = neighbour(y, x, d)
                if t >= 0 and s >= 0 and t < rows and s < columns:
                    total += w[t, s, c] - w[y, x, c]
            out[y, x, c] = total


@compiled
def share(start, stop, ys, xs, fine, out):
    """out, on the coarse grid: the sum over 4 x 4 fine pixels, each by its share."""
    rows, columns, channels = fine.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for c in range(channels):
            out[y, x, c] = 0
        for t in range(max(2 * y - 1, 0), min(2 * y + 3, rows)):
            for s in range(max(2 * x - 1, 0), min(2 * x + 3, columns)):
                weight = part(t, y, out.shape[0]) * part(s, x, out.shape[1])
                for c in range(channels):
                    out[y, x, c] += weight * fine[t, s, c]


@compiled
def spread(start, stop, ys, xs, coarse, out):
    """Add what a coarse grid holds, bilinearly."""
    rows, columns, channels = coarse.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        top, left = (y - 1) >> 1, (x - 1) >> 1
        for t in range(max(top, 0), min(top + 2, rows)):
            for s in range(max(left, 0), min(left + 2, columns)):
                weight = part(y, t, rows) * part(x, s, columns)
                for c in range(channels):
                    out[y, x, c] += weight * coarse[t, s, c]
