"""Does the picture have an up and a down? Then what is painted should come from its own height.

The share of the variance of coarse colours that their row explains (R squared): near 1 for a sky above a
meadow, near 0 for gravel, foliage, or a pattern of columns. The row prior is scaled by it, so that it
switches itself off.
"""

import numpy as np

from outpaint.painters.patch.pyramid import Level


def uprightness(level: Level) -> float:
    """0 where rows mean nothing, 1 where a pixel's row tells its colour; expects the coarsest level."""
    known = level.known
    pixels = level.pixels.astype(np.float64)
    count = known.sum(1)
    rows = count > 0
    mean = (pixels * known[..., None]).sum(1)[rows] / count[rows, None]
    every = pixels[known]
    total = ((every - every.mean(0)) ** 2).sum()
    if total < 1e-9 or rows.sum() < 2:
        return 0.0
    between = (count[rows, None] * (mean - every.mean(0)) ** 2).sum()
    explained = between / total
    by_chance = rows.sum() / len(every)
    return float(np.clip((explained - by_chance - 0.08) / 0.3, 0, 1))
