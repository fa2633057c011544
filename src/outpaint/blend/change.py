"""How a blend changes an answer: piece by piece, each small enough for the processor's cache."""

from collections.abc import Callable

import numpy as np

from outpaint.blend.protocol import Seam
from outpaint.geometry import Frame
from outpaint.parallel import over_rows
from outpaint.pixels import Pixels

ROWS, COLUMNS = 32, 512
"""Of a piece."""


def changed(seam: Seam, change: Callable[[Pixels, Frame], Pixels]) -> Seam:
    """The seam with `change(answer, place)` as its answer where painted, clipped to 0..1; nothing else changes.

    change: from the answer's pixels at a place of the window, counted from the window's corner, to better ones.
        What it does to a pixel may depend on where the pixel is, never on how the window is cut.
    """
    window = Frame(0, 0, seam.painted.shape[1], seam.painted.shape[0])
    answer = seam.answer.copy()

    def work(start: int, stop: int) -> None:
        for top in range(start, stop, ROWS):
            for left in range(0, window.width, COLUMNS):
                place = Frame.between(left, top, min(left + COLUMNS, window.width), min(top + ROWS, stop))
                cut = place.inside(window)
                if seam.painted[cut].any():
                    better = np.clip(change(seam.answer[cut], place), 0, 1)
                    np.copyto(answer[cut], better, where=seam.painted[cut][..., None])

    over_rows(work, window.height, at_least=2 * ROWS)
    return seam.with_answer(answer)
