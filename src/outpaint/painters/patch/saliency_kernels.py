# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `saliency`: paths from one direction."""

import numpy as np

from outpaint.compiled import compiled

FAR = np.float32(1e6)
"""The barrier of what no path has reached."""


@compiled
def relax(low, high, cost, colours, known, down, across):
    """Every known pixel takes the path over its neighbour in one direction if its barrier is lower; answers how many.

    low, high: H x W x 3, the extremes on the best path to each pixel, and cost: H x W, their sum; changed in place.
    Rows and columns are visited against the direction, so that no path grows by two pixels in one visit.
    """
    height, width = cost.shape
    changed = 0
    for i in range(height):
        y = i if down > 0 else height - 1 - i
        t = y + down
        if t < 0 or t >= height:
            continue
        for j in range(width):
            x = j if across > 0 else width - 1 - j
            s = x + across
            if s < 0 or s >= width or not known[y, x] or cost[t, s] >= FAR:
                continue
            through = np.float32(0)
            for c in range(3):
                through += max(high[t, s, c], colours[y, x, c]) - min(low[t, s, c], colours[y, x, c])
            if through < cost[y, x]:
                changed += 1
                cost[y, x] = through
                for c in range(3):
                    low[y, x, c] = min(low[t, s, c], colours[y, x, c])
                    high[y, x, c] = max(high[t, s, c], colours[y, x, c])
    return changed
