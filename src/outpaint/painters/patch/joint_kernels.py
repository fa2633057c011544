# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `joints`: what lies beyond each joint, and what flows through it."""

import numpy as np

from outpaint.compiled import compiled
from outpaint.painters.patch.piece_kernels import neighbour

KNOWN, NOTHING = -1, -2


@compiled
def beyond(start, stop, ys, xs, labels, known, other):
    """other: N x 4, the label beyond in each direction, KNOWN, or NOTHING where there is no joint."""
    height, width = known.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for d in range(4):
            t, s = neighbour(y, x, d)
            other[i, d] = NOTHING
            if t < 0 or s < 0 or t >= height or s >= width:
                continue
            if known[t, s]:
                other[i, d] = KNOWN
            elif labels[t, s] != labels[y, x]:
                other[i, d] = labels[t, s]


@compiled
def flowing(start, stop, ys, xs, index, other, jump, flow):
    """flow: H x W x C, what flows into each pixel through its joints; what flows in here flows out there."""
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for d in range(4):
            if other[i, d] == NOTHING:
                continue
            t, s = neighbour(y, x, d)
            j = index[t, s]
            for c in range(jump.shape[2]):
                if other[i, d] == KNOWN:
                    flow[y, x, c] += jump[i, d, c]
                else:
                    flow[y, x, c] += (jump[i, d, c] - jump[j, d ^ 1, c]) / np.float32(2)
