"""The compiled part of `nearest`; imports numba, so it is itself imported only where it is used."""

import numpy as np
from numba import njit

FAR = 1 << 30


@njit(cache=True, nogil=True)  # type: ignore[misc]
def nearest(known):  # type: ignore[no-untyped-def]
    """Row and column of the nearest known pixel; at equal distance the leftmost, then the upper one wins."""
    height, width = known.shape
    up = np.empty((height, width), np.intp)
    for x in range(width):
        last = -FAR
        for y in range(height):
            if known[y, x]:
                last = y
            up[y, x] = last
        last = FAR
        for y in range(height - 1, -1, -1):
            if known[y, x]:
                last = y
            if last - y < y - up[y, x]:
                up[y, x] = last
    rows = np.empty((height, width), np.intp)
    columns = np.empty((height, width), np.intp)
    site = np.empty(width, np.intp)
    start = np.empty(width + 1, np.float64)
    for y in range(height):
        count = 0
        for x in range(width):
            if abs(up[y, x]) >= FAR:
                continue
            cost = float(up[y, x] - y) ** 2 + float(x) ** 2
            while count > 0:
                before = site[count - 1]
                cross = (cost - (float(up[y, before] - y) ** 2 + float(before) ** 2)) / (2.0 * (x - before))
                if cross > start[count - 1]:
                    break
                count -= 1
            start[count] = -np.inf if count == 0 else cross
            site[count] = x
            count += 1
        here = 0
        for x in range(width):
            while here + 1 < count and start[here + 1] < x:
                here += 1
            rows[y, x] = up[y, site[here]]
            columns[y, x] = site[here]
    return rows, columns
