# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""A shift found on half the size is right to two pixels; here it finds its exact place."""

import numpy as np

from outpaint.compiled import compiled
from outpaint.painters.patch.piece_kernels import apart, colour_gap, neighbour, place, seen

MISSING = 100_000
MOST = 40_000
UNSEEN = 10_000
"""Squared levels, summed over channels: what an unknown source pixel counts, the most that two pixels differ, and
what a known pixel beside the piece counts if the shift cannot show it. (A reflection that repeats the last pixel
would else fit best, and stop every gradient there.)"""


@compiled
def settle(shifts, k, labels, ys, xs, filled, known):
    """Move shift k by up to a pixel to where its pieces fit their neighbours best; changed in place.

    ys, xs: the pixels of its pieces that touch another piece or the known picture.
    """
    height, width = known.shape
    best_down, best_across, least = 0, 0, np.int64(1) << 60
    trial = shifts[k].copy()
    for down in (0, -1, 1):
        for across in (0, -1, 1):
            trial[1] = shifts[k, 1] + down
            trial[2] = shifts[k, 2] + across
            total = np.int64(0)
            for i in range(len(ys)):
                y, x = ys[i], xs[i]
                v, u = place(trial, y, x)
                if not seen(known, v, u):
                    total += MISSING
                for d in range(4):
                    t, s = neighbour(y, x, d)
                    if t < 0 or s < 0 or t >= height or s >= width:
                        continue
                    if known[t, s]:
                        p, q = place(trial, t, s)
                        if seen(known, p, q):
                            total += min(2 * colour_gap(filled, t, s, filled, p, q), MOST)
                        else:
                            total += UNSEEN
                    elif labels[t, s] != k:
                        b = shifts[labels[t, s]]
                        total += min(apart(filled, trial, b, y, x) + apart(filled, trial, b, t, s), MOST)
            if total < least:
                best_down, best_across, least = down, across, total
    shifts[k, 1] += best_down
    shifts[k, 2] += best_across
