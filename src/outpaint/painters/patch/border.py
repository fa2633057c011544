"""How much of a step at the photo's border may stay: as much as makes the border as rough as the photo beside it.

Closing every step leaves a soft line where the texture is rough, leaving every step a hard one. The eye, like the
seam ratio of the benchmarks, compares the steps across the border with those in the strip next to it.
"""

import numpy as np

from outpaint.painters.patch.pieces import Sources
from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.painters.protocol import Pixels

SHARES = np.linspace(0, 0.6, 7, dtype=np.float32)
"""Which shares of the steps are considered."""

STRIP = 8
"""Width in pixels of the strip."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def open_share(pixels: Pixels, known: Bools, sources: Sources, gap: Floats, hidden: Floats) -> float:
    """The share that makes the mean step across the border, in luma, most like those in the strip.

    gap: H x W x 3, what would close each step. hidden: H x W, which part of it the texture there would hide, 0..1.
    """
    inside: list[Floats] = []
    across: list[Floats] = []
    for turn in range(4):
        photo, seen = np.rot90(pixels, turn), np.rot90(known, turn)
        y, x = np.nonzero(seen[:, :-1] & ~seen[:, 1:])
        v, u = (np.rot90(part, turn)[y, x + 1] for part in sources)
        step = np.rot90(gap, turn)[y, x + 1] @ LUMA
        closed = (pixels[v, u] - photo[y, x]) @ LUMA + step
        across.append(np.abs(closed - SHARES[:, None] * (step * np.rot90(hidden, turn)[y, x + 1])))
        for left in (x - depth for depth in range(STRIP)):
            far = left >= 1
            far[far] = seen[y[far], left[far]] & seen[y[far], left[far] - 1]
            inside.append(np.abs((photo[y[far], left[far]] - photo[y[far], left[far] - 1]) @ LUMA))
    usual = np.concatenate(inside)
    if not len(usual):
        return 0.0
    return float(SHARES[np.abs(np.concatenate(across, axis=1).mean(1) - usual.mean()).argmin()])
