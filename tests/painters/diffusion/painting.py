"""What the tests of the diffusion painter share: a view and one call."""

import numpy as np

from outpaint.painters.diffusion import PAINTER
from painters.painting import view_of

QUICK = {"steps": 2}


def events(view, settings, prompt="a red tree", negative="", seed=0):
    """The running painter."""
    return PAINTER.paint(view, PAINTER.brief(prompt, negative, seed, QUICK | settings))


def painted(view, settings, **words):
    """Its answer."""
    steps = events(view, settings, **words)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def beside(height=64, width=64, known=40, seed=0):
    """A view whose right part is unknown; the guess there is a flat colour."""
    rng = np.random.default_rng(seed)
    pixels = rng.random((height, width, 3), np.float32)
    holes = np.zeros((height, width), bool)
    holes[:, known:] = True
    view = view_of(pixels, holes)
    return view.with_guess(np.full_like(pixels, 0.6))
