# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""How steep a picture is in a direction."""

import numpy as np

from outpaint.compiled import compiled


@compiled
def oblique(start, stop, pixels, known, most, out):
    """out: the squared slope of each pixel's colours, summed, along the diagonals, and at most so much.

    It is 0 where an edge runs along rows or columns.
    """
    height, width = known.shape
    for y in range(start, stop):
        for x in range(width):
            down, across = np.float32(0), np.float32(0)
            if 0 < y < height - 1 and known[y - 1, x] and known[y + 1, x]:
                for c in range(3):
                    down += (np.float32(pixels[y + 1, x, c]) - np.float32(pixels[y - 1, x, c])) / np.float32(2)
            if 0 < x < width - 1 and known[y, x - 1] and known[y, x + 1]:
                for c in range(3):
                    across += (np.float32(pixels[y, x + 1, c]) - np.float32(pixels[y, x - 1, c])) / np.float32(2)
            steep = max(np.sqrt(down * down + across * across), np.float32(1e-3))
            slope = np.float32(2) * abs(down * across) / steep
            out[y, x] = min(slope * slope, most)
