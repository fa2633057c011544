# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `nearest`; imports numba, so it is itself imported only where it is used.

    d(x, y)^2 = min over columns i of (x - i)^2 + g(i, y)^2,   g(i, y) = distance inside column i

Each term is a parabola in x; their lower envelope is found in one sweep along the row. Felzenszwalb and
Huttenlocher, Distance Transforms of Sampled Functions, 2012.
"""

import numpy as np

from outpaint.compiled import compiled

FAR = 1 << 30


@compiled
def nearest_in_column(start, stop, known, found):
    """For columns start..stop: the row of the nearest known pixel of the same column; |row| >= FAR if none."""
    height = known.shape[0]
    for y in range(height):
        for x in range(start, stop):
            if known[y, x]:
                found[y, x] = y
            else:
                found[y, x] = found[y - 1, x] if y > 0 else -FAR
    below = np.full(stop - start, FAR, np.int64)
    for y in range(height - 1, -1, -1):
        for x in range(start, stop):
            if known[y, x]:
                below[x - start] = y
            elif below[x - start] - y < y - found[y, x]:
                found[y, x] = below[x - start]


@compiled
def nearest_in_plane(start, stop, found, rows, columns):
    """For rows start..stop: the nearest known pixel; at equal distance the leftmost, then the upper one."""
    width = found.shape[1]
    site = np.empty(width, np.intp)
    begin = np.empty(width, np.float64)
    for y in range(start, stop):
        count = 0
        for x in range(width):
            if abs(found[y, x]) >= FAR:
                continue
            cost = float(found[y, x] - y) ** 2 + float(x) ** 2
            cross = -np.inf
            while count > 0:
                before = site[count - 1]
                cross = (cost - float(found[y, before] - y) ** 2 - float(before) ** 2) / (2.0 * (x - before))
                if cross > begin[count - 1]:
                    break
                count -= 1
            begin[count] = cross if count > 0 else -np.inf
            site[count] = x
            count += 1
        here = 0
        for x in range(width):
            while here + 1 < count and begin[here + 1] < x:
                here += 1
            rows[y, x] = found[y, site[here]]
            columns[y, x] = site[here]
