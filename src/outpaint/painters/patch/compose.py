"""Pieces become a picture: pixels are copied, and a smooth tone closes the joints (Pérez et al. 2003; Agarwala 2007).

Where two pieces meet, or a piece and the photo, they differ by a tone and by edges. The tones are what a
Poisson equation spreads over the pieces, so that a sky goes on in its own colour; edges stay edges. A mild
damping lets far tones go back to those of the photo.
"""

import numpy as np

from outpaint.nearest import distance_to, nearest_known
from outpaint.painters.patch.border import step_scale
from outpaint.painters.patch.joints import Joints
from outpaint.painters.patch.pieces import Pieces
from outpaint.painters.patch.poisson import solved
from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.painters.protocol import Pixels
from outpaint.parallel import over_rows

STEP = np.float32(0.25)
"""A mean difference along a joint, or its standard deviation, much larger than this is an edge, not a tone."""

ALONG = 6
"""In pixels, the stretch of a joint to either side over which the mean is taken."""

DAMPING = 0.0006
"""How fast a tone fades: to a third over 40 pixels (one over its root)."""

SIDE = np.float32(0.3)
"""Across a joint a pixel is mixed with what its neighbours' pieces show, by this weight a side."""

NEAR = 3.0
"""In pixels, how far an edge at the border of the photo is led over."""

BEYOND = 0.25
"""By what share of the spread of the photo's colours a new one may lie outside it."""


def tones(pixels: Pixels, known: Bools, pieces: Pieces) -> tuple[Floats, Floats]:
    """H x W x 3: what is to be added to the copied pixels; and at the border what it would have to be there."""
    from outpaint.painters.patch import compose_kernels
    from outpaint.painters.patch.joint_kernels import KNOWN

    joints = Joints.of(pieces.labels, known)
    ys, xs, other = joints.ys, joints.xs, joints.other
    jump = np.zeros((len(joints), 4, 3), np.float32)
    filled = pixels[nearest_known(known)]
    what = pieces.shifts, pieces.labels, pieces.bend
    over_rows(compose_kernels.jumps, len(joints), ys, xs, *what, known, filled, other, jump)
    even = np.zeros_like(jump)
    over_rows(
        compose_kernels.evened, len(joints), ys, xs, pieces.labels, joints.index, other, jump, ALONG, STEP, even
    )
    gap = np.zeros_like(pixels)
    over_rows(compose_kernels.gaps, len(joints), ys, xs, other, jump, gap)
    flow = joints.flow(even)
    sources = pieces.sources()
    tone = solved(flow, ~known, np.full(known.shape, DAMPING, np.float32))
    beside = (other == KNOWN).any(1)
    rim = ys[beside], xs[beside]
    step = filled[sources[0][rim], sources[1][rim]] + gap[rim] - filled[rim]
    gap[rim] += np.float32(step_scale(pixels, known, step) - 1) * step
    return tone, gap


def led(tone: Floats, gap: Floats, known: Bools) -> Floats:
    """The tone with what it leaves open at the border led over within a few pixels; changed in place."""
    far = distance_to(known)
    rim = ~known & (far <= 1)
    if rim.any():
        edge = np.nonzero(~known & (far < 5 * NEAR))  # beyond that less than a grey level is left
        rows, columns = nearest_known(rim)
        at = rows[edge], columns[edge]
        away = np.hypot(at[0] - edge[0], at[1] - edge[1]).astype(np.float32)
        tone[edge] += np.exp(-away / np.float32(NEAR))[:, None] * (gap - tone)[at]
    return tone


def composed(pixels: Pixels, known: Bools, pieces: Pieces) -> Pixels:
    """The picture with its hole put together from pieces."""
    from outpaint.painters.patch.compose_kernels import shown

    tone = led(*tones(pixels, known, pieces), known)
    out = pixels.copy()
    filled = pixels[nearest_known(known)]
    over_rows(shown, len(known), pieces.shifts, pieces.labels, pieces.bend, known, filled, tone, SIDE, out)
    return held(out, pixels, ~known)


def held(out: Pixels, pixels: Pixels, hole: Bools) -> Pixels:
    """New colours held within a little more than the range of the known ones; changed in place."""
    rows = ~hole
    for channel in range(3):
        known = pixels[..., channel][rows]
        low, high = float(known.min()), float(known.max())
        slack = BEYOND * (high - low)
        plane = out[..., channel]
        np.clip(plane, max(0.0, low - slack), min(1.0, high + slack), out=plane, where=hole)
    return out
