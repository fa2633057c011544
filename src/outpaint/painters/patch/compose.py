"""Pieces become a picture: pixels are copied, and a smooth tone closes the joints (Pérez et al. 2003; Agarwala 2007).

Where two pieces meet, or a piece and the photo, they differ by a tone and by edges. The tones are what a
Poisson equation spreads over the pieces, so that a sky goes on in its own colour; edges stay edges. A mild
damping lets far tones go back to those of the photo.
"""

import numpy as np

from outpaint.nearest import distance_to, nearest_known
from outpaint.painters.patch.pieces import Pieces
from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats, halved
from outpaint.painters.protocol import Pixels
from outpaint.parallel import over_rows

STEP = np.float32(0.08)
"""A difference at a joint much larger than this is an edge, not a tone."""

DAMPING = 0.0005
"""How fast a tone fades: by half over some 30 pixels' worth of area, not within a sky."""

SIDE = np.float32(0.3)
"""Across a joint a pixel is mixed with what its neighbours' pieces show, by this weight a side."""

NEAR = 3.0
"""In pixels, how far an edge at the border of the photo is led over."""

SWEEPS = 6
"""Jacobi sweeps on every scale."""

BEYOND = 0.25
"""By what share of the spread of the photo's colours a new one may lie outside it."""


def tones(pixels: Pixels, known: Bools, pieces: Pieces) -> Floats:
    """H x W x 3: what is to be added to the copied pixels."""
    from outpaint.painters.patch.compose_kernels import jumps

    filled = pixels[nearest_known(known)]
    flow, rest = np.zeros_like(pixels), np.zeros_like(pixels)
    over_rows(jumps, len(known), pieces.shifts, pieces.labels, known, pixels, filled, STEP, flow, rest)
    tone = poisson(flow, ~known, DAMPING)
    far = distance_to(known)
    rim = ~known & (far <= 1)
    if rim.any():
        edge = np.nonzero(~known & (far < 5 * NEAR))  # beyond that less than a grey level is left
        rows, columns = nearest_known(rim)
        at = rows[edge], columns[edge]
        away = np.hypot(at[0] - edge[0], at[1] - edge[1]).astype(np.float32)
        tone[edge] += np.exp(-away / np.float32(NEAR))[:, None] * rest[at]
    return tone


def composed(pixels: Pixels, known: Bools, pieces: Pieces, tone: Floats) -> Pixels:
    """The picture with its hole put together from pieces."""
    from outpaint.painters.patch.compose_kernels import shown

    out = pixels.copy()
    filled = pixels[nearest_known(known)]
    over_rows(shown, len(known), pieces.shifts, pieces.labels, known, filled, tone, SIDE, out)
    return held(out, pixels, ~known)


def enlarged(pixels: Pixels, hole: Bools, small_hole: Bools, pieces: Pieces, tone: Floats, factor: int) -> Pixels:
    """The same at full size from pieces and tones of a picture `factor` times smaller."""
    from outpaint.painters.patch import compose_kernels

    out = pixels.copy()
    over_rows(
        compose_kernels.enlarged,
        len(hole),
        pieces.shifts,
        pieces.labels,
        small_hole,
        tone,
        pixels,
        hole,
        factor,
        out,
    )
    return held(out, pixels, hole)


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


def poisson(flow: Floats, free: Bools, damping: float) -> Floats:
    """H x W x C: w with sum over neighbours of (w - w') + damping w = flow where `free`, 0 elsewhere.

    From coarse to fine: what flows into four pixels flows into one of half the size.
    """
    from outpaint.painters.patch.compose_kernels import sweep

    height, width = free.shape
    if min(height, width) > 2:
        inner = halved(free[..., None].astype(np.float32))[..., 0] == 4
        coarse = poisson(halved(flow), inner, 4 * damping)
        old = coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width] * free[..., None]
    else:
        old = np.zeros_like(flow)
    old = np.ascontiguousarray(old)
    new = old.copy()
    ys, xs = (part.astype(np.int32) for part in np.nonzero(free))
    for _ in range(SWEEPS):
        over_rows(sweep, len(ys), ys, xs, flow, np.float32(damping), old, new, at_least=4096)
        old, new = new, old
    return old
