# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""One step of the Poisson solver: a relaxed Jacobi sweep, or what is still missing."""

import numpy as np

from outpaint.compiled import compiled
from outpaint.painters.patch.piece_kernels import neighbour


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
