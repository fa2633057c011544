# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `bending`: how well a piece fits what lies beyond its joints, moved by a few pixels."""

import numpy as np

from outpaint.compiled import compiled, inlined
from outpaint.painters.patch.joint_kernels import KNOWN, NOTHING
from outpaint.painters.patch.piece_kernels import place, seen

ENOUGH = 12
"""So many pixels of a window have to be seen on both sides."""

TONE = np.float32(0.8)
"""The share of a window's mean difference that counts as a tone, not as a mismatch."""


@inlined
def window_gap(known, means, a, b, y, x, down, across, around):
    """Mean squared difference, without the tone, of the window around (y, x) between what b shows and what a shows
    (down, across) further; -1 if too little is seen. Places are those of the copy, shifts those of the picture."""
    height, width = known.shape
    count, squares = np.float32(0), np.float32(0)
    red, green, blue = np.float32(0), np.float32(0), np.float32(0)
    for t in range(max(0, y - around), min((height + 1) // 2, y + around + 1)):
        for s in range(max(0, x - around), min((width + 1) // 2, x + around + 1)):
            p, q = place(b, 2 * t, 2 * s)
            v, u = place(a, 2 * (t + down), 2 * (s + across))
            if seen(known, p, q) and seen(known, v, u):
                r = means[p, q, 0] - means[v, u, 0]
                g = means[p, q, 1] - means[v, u, 1]
                e = means[p, q, 2] - means[v, u, 2]
                count += np.float32(1)
                red += r
                green += g
                blue += e
                squares += r * r + g * g + e * e
    if count < ENOUGH:
        return np.float32(-1)
    return (squares - TONE * (red * red + green * green + blue * blue) / count) / count


@compiled
def mismatch(start, stop, ys, xs, other, shifts, labels, known, means, reach, around, gap):
    """gap: N x 4 x (2 reach + 1)^2, the window's mismatch at each joint for each displacement of the pixel's piece;
    -1 where it cannot be told. ys, xs, labels: of the copy. shifts, known, means: of the picture, softened."""
    side = 2 * reach + 1
    still = np.zeros(3, np.int32)
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        a = shifts[labels[y, x]]
        for d in range(4):
            if other[i, d] == NOTHING:
                continue
            b = still if other[i, d] == KNOWN else shifts[other[i, d]]
            for j in range(side):
                for k in range(side):
                    gap[i, d, j * side + k] = window_gap(known, means, a, b, y, x, j - reach, k - reach, around)


@compiled
def along(start, stop, ys, xs, index, other, labels, gap, weights, out):
    """out: N x 4 x E, the mean mismatch along the joint of the same two pieces. weights: (R + 1) x (R + 1), by how
    far down and across a pixel lies."""
    height, width = index.shape
    reach = weights.shape[0] - 1
    size = gap.shape[2]
    count = np.zeros(size, np.float32)
    total = np.zeros(size, np.float32)
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for d in range(4):
            if other[i, d] == NOTHING:
                continue
            count[:] = 0
            total[:] = 0
            for t in range(max(0, y - reach), min(height, y + reach + 1)):
                for s in range(max(0, x - reach), min(width, x + reach + 1)):
                    j = index[t, s]
                    if j < 0 or labels[t, s] != labels[y, x]:
                        continue
                    w = weights[abs(t - y), abs(s - x)]
                    for g in range(4):
                        if other[j, g] == other[i, d]:
                            for e in range(size):
                                if gap[j, g, e] >= 0:
                                    total[e] += w * gap[j, g, e]
                                    count[e] += w
            for e in range(size):
                out[i, d, e] = total[e] / count[e] if count[e] > 0 else np.float32(-1)
