"""`photometric`: the photometric correction of stablediffusion-infinity, as it was.

    4 p - sum p_neighbours = g in the mask,   g = the same of the composite, but 0 beside what is not masked

The composite is the answer in the mask, the picture elsewhere; pixels at the window's border are not masked, so they
keep the answer's light. 5000 rounds of Jacobi's iteration, clipped to 0..1 in each. Seamless cloning (Perez 2003) by
fpie's grid solver with one change of the original's: no gradient at the seam. Each border pixel of the photo counts
as it is, so its noise is drawn into the new part; `poisson` does not do that, and does not take 50 microseconds for
each pixel. This is mask_mode; border_mode, which toned the photo too, is not there.
"""

import numpy as np

from outpaint.blend.protocol import Blend, Seam
from outpaint.pixels import Bools, Pixels

ROUNDS = 5000


def mend(seam: Seam) -> Seam:
    """Only the answer changes, only where painted; nothing without a kept pixel."""
    kept = seam.known & ~seam.painted
    mask = seam.painted.copy()
    mask[[0, -1]], mask[:, [0, -1]] = False, False
    if not kept.any() or not mask.any():
        return seam
    from outpaint.blend.photometric_kernels import iterated

    composite = np.where(seam.painted[..., None], seam.answer, seam.pixels)
    rows, columns = np.nonzero(mask)
    answer = iterated(composite.copy(), composite.copy(), _guidance(composite, mask), rows, columns, ROUNDS)
    return seam.with_answer(np.where(seam.painted[..., None], answer, seam.answer))


def _guidance(composite: Pixels, mask: Bools) -> Pixels:
    """What the four neighbours differ by in sum; 0 off the mask and where any of the eight is not masked."""
    guidance = np.zeros_like(composite)
    guidance[1:-1, 1:-1] = 4 * composite[1:-1, 1:-1] - (
        composite[:-2, 1:-1] + composite[2:, 1:-1] + composite[1:-1, :-2] + composite[1:-1, 2:]
    )
    inner = mask.copy()
    for dy, dx in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
        inner &= np.roll(mask, (dy, dx), (0, 1))  # at the border nothing is masked, so what comes round is not either
    guidance[~inner] = 0
    return guidance


BLEND = Blend(
    name="photometric",
    about="As poisson, but every single pixel of the border counts, as in stablediffusion-infinity.",
    work=mend,
    source="lkwq007/stablediffusion-infinity; fpie (Trinkle23897)",
)
