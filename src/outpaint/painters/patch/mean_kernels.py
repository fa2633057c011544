# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `means`: the mean of what is known around a pixel."""

import numpy as np

from outpaint.compiled import compiled


@compiled
def known_means(start, stop, values, known, radius, out):
    """values, out: H x W x C float32; out is 0 where nothing around is known."""
    height, width, channels = values.shape
    for y in range(start, stop):
        for x in range(width):
            count = 0
            for c in range(channels):
                out[y, x, c] = 0
            for t in range(max(0, y - radius), min(height, y + radius + 1)):
                for s in range(max(0, x - radius), min(width, x + radius + 1)):
                    if known[t, s]:
                        count += 1
                        for c in range(channels):
                            out[y, x, c] += values[t, s, c]
            for c in range(channels):
                out[y, x, c] /= np.float32(max(count, 1))
