"""Does the picture have an up and a down? Then what is painted should come from its own height.

The share of the variance of coarse colours or roughness that their row explains (R squared): near 1 for a sky above a
meadow, near 0 for gravel, foliage, or a pattern of columns. The row prior is scaled by it, so that it
switches itself off.
"""

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pyramid import Level


def uprightness(level: Level) -> float:
    """0 where rows mean nothing, 1 where a pixel's row tells its colour; expects the coarsest level."""
    rows = np.nonzero(level.known)[0]
    values = level.pixels[level.known].astype(np.float64)
    return max(_explained(rows, values[:, :3]), _explained(rows, values[:, 3:]))


def _explained(groups: npt.NDArray[np.intp], values: npt.NDArray[np.float64]) -> float:
    """How far R squared of N x C values by group lies above chance, as 0 (below 0.15) to 1 (above 0.4)."""
    count = np.bincount(groups)
    values = values - values.mean(0)
    total = (values**2).sum()
    if total < 1e-9 * len(values):
        return 0.0
    between = sum((np.bincount(groups, plane) ** 2 / np.maximum(count, 1)).sum() for plane in values.T)
    explained = between / total - (count > 0).sum() / len(values)
    return float(np.clip((explained - 0.15) / 0.25, 0, 1))
