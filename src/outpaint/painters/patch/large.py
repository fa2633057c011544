"""Large photos: the pieces are found on a smaller copy, the pixels are taken from the photo itself."""

import numpy as np

from outpaint.geometry import Frame
from outpaint.nearest import nearest_known
from outpaint.painters.patch.compose import NEAR, held, tones
from outpaint.painters.patch.pieces import Pieces
from outpaint.painters.patch.pyramid import copyable
from outpaint.painters.protocol import Pixels, View
from outpaint.parallel import over_rows

LARGEST = 2_500_000
"""Pixels of a window above which a smaller copy is searched; memory and time follow from it."""


def reduced(view: View) -> tuple[View, int]:
    """A copy that is small enough, and by how much smaller it is: 1, 2, 4, ..."""
    factor = 1
    small = view
    while small.unknown.size > LARGEST:
        smaller = _by(view, factor * 2)
        if not copyable(~smaller.holes, 3).any():
            break
        small, factor = smaller, factor * 2
    return small, factor


def _by(view: View, factor: int) -> View:
    """Means of factor x factor pixels, known where all are; the last row and column repeat as often as needed."""
    height, width = view.unknown.shape
    rows, columns = -(-height // factor), -(-width // factor)
    total = np.zeros((rows, columns, 3), np.float32)
    unknown = np.zeros((rows, columns), np.float32)
    for dy in range(factor):
        ys = np.minimum(np.arange(rows) * factor + dy, height - 1)
        for dx in range(factor):
            xs = np.minimum(np.arange(columns) * factor + dx, width - 1)
            total += view.pixels[ys[:, None], xs]
            np.maximum(unknown, view.unknown[ys[:, None], xs], out=unknown)
    total /= factor * factor
    total[unknown > 0] = 0
    return View(total, unknown, Frame(view.frame.left, view.frame.top, columns, rows))


def enlarged(view: View, small: View, pieces: Pieces, factor: int) -> Pixels:
    """The window at full size, by the pieces of a copy `factor` times smaller."""
    from outpaint.painters.patch import enlarge_kernels

    known = ~small.holes
    tone, _ = tones(small.pixels, known, pieces)
    rows, columns = (np.broadcast_to(index, known.shape).astype(np.int32) for index in nearest_known(known))
    found = enlarge_kernels.Small(pieces.shifts, pieces.labels, pieces.bend, tone, small.holes, rows, columns)
    out = view.pixels.copy()
    over_rows(enlarge_kernels.enlarged, len(out), found, view.pixels, view.holes, factor, np.float32(NEAR), out)
    return held(out, view.pixels, view.holes)
