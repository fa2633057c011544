"""The border of the photo is made as rough as the photo beside it.

A step that is too large shows as a line, and so does one that is too small. The eye, like the seam ratio of the
benchmarks, compares the steps across the border with those in the strip next to it.
"""

import numpy as np

from outpaint.colour import LUMA
from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.painters.protocol import Pixels

STRIP = 8
"""Width in pixels of the strip."""

LEAST, MOST = 0.65, 1.5
"""Steps are scaled by no less and no more."""


def step_scale(pixels: Pixels, known: Bools, steps: Floats) -> float:
    """What steps across the border, N x 3, are to be multiplied by to be like those in the strip, in mean luma."""
    inside: list[Floats] = []
    for turn in range(4):
        photo, seen = np.rot90(pixels, turn), np.rot90(known, turn)
        y, x = np.nonzero(seen[:, :-1] & ~seen[:, 1:])
        for left in (x - depth for depth in range(STRIP)):
            far = left >= 1
            far[far] = seen[y[far], left[far]] & seen[y[far], left[far] - 1]
            inside.append(np.abs((photo[y[far], left[far]] - photo[y[far], left[far] - 1]) @ LUMA))
    usual, across = np.concatenate(inside), np.abs(steps @ LUMA)
    if not len(usual) or not across.any():
        return 1.0
    return float(np.clip(usual.mean() / across.mean(), LEAST, MOST))
