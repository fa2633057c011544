"""The subject of a picture must not be painted a second time: no second dog, no second face.

What the hole continues reaches its border; a subject does not. So a pixel is as salient as the barrier that
every path from the border of the hole to it has to cross: the smallest possible (highest - lowest colour on
the path), the minimum barrier distance of Zhang et al. 2015, here by plain relaxation on a coarse level.
"""

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.means import known_means
from outpaint.painters.patch.pyramid import Bools, Bytes

SWEEPS = 120
ORDINARY = 40.0
"""A barrier of so many levels, summed over the three colours, is not yet a subject."""

DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""Where the neighbours lie over which paths come."""


def barrier(pixels: Bytes, known: Bools) -> npt.NDArray[np.float32]:
    """H x W: levels, summed over the colours, that separate each known pixel from the hole; 0 where unknown.

    If nothing is unknown next to a known pixel, the border of the picture counts as the hole.
    """
    from outpaint.painters.patch.saliency_kernels import FAR, relax

    around = np.pad(known, 1)
    open_ = known & ~(around[2:, 1:-1] & around[:-2, 1:-1] & around[1:-1, 2:] & around[1:-1, :-2])
    # Means of 3 x 3, so that a single bright grain is no wall.
    colours = known_means(pixels[..., :3].astype(np.float32), known, 1)
    low, high = colours.copy(), colours.copy()
    cost = np.where(open_, np.float32(0), FAR)
    for _ in range(SWEEPS):
        if not sum([relax(low, high, cost, colours, known, *direction) for direction in DIRECTIONS]):
            break
    above = np.maximum(cost - np.float32(ORDINARY), 0)
    return np.where(known & (cost < FAR), above, np.float32(0))
