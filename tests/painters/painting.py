"""Views and painting for the tests of painters."""

import numpy as np

from outpaint.geometry import Frame
from outpaint.painters.protocol import Painter, View


def view_of(pixels, holes, left=0, top=0):
    """A view of `pixels` whose unknown places are black, as a picture hands it out before the first guess.

    Its arrays cannot be written, so a painter that changes its input fails every test.
    """
    holes = np.asarray(holes, bool)
    pixels = np.where(holes[..., None], 0, pixels).astype(np.float32)
    unknown = holes.astype(np.float32)
    for array in (pixels, unknown):
        array.setflags(write=False)
    return View(pixels, unknown, Frame(left, top, holes.shape[1], holes.shape[0]))


def paint(painter: Painter, view: View, seed=0, **settings):
    """The painter's answer, as the road gets it."""
    steps = painter.paint(view, painter.brief("", "", seed, settings))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def photo(height, width, seed=0):
    """Something like a photo: smooth colour, an edge and a little texture, H x W x 3 in 0..1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / 40
    plane = np.stack([np.sin(x + y / 2), np.cos(x / 3 - y), np.sin(x * y / 3)], -1) * 0.3 + 0.5
    plane[:, width // 2 :] *= 0.7
    return np.clip(plane + rng.normal(0, 0.02, plane.shape), 0, 1).astype(np.float32)


def outside(height, width, top, left, bottom, right):
    """Holes everywhere but in one rectangle."""
    holes = np.ones((height, width), bool)
    holes[top:bottom, left:right] = False
    return holes


def odd_cases():
    """Shapes and holes that break careless code: (name, holes)."""
    rng = np.random.default_rng(1)
    single = np.ones((9, 14), bool)
    single[3, 5] = False
    ring = ~outside(20, 25, 5, 6, 14, 18)
    return [
        ("one pixel, known", np.zeros((1, 1), bool)),
        ("one pixel beside one", np.array([[False, True]])),
        ("nothing to do", np.zeros((6, 5), bool)),
        ("single known pixel", single),
        ("interior hole", ring),
        ("known in the middle", outside(24, 31, 9, 10, 15, 20)),
        ("a far corner", outside(40, 33, 37, 30, 40, 33)),
        ("thin and tall", np.arange(97)[:, None] % 40 > 3),
        ("thin and wide", np.arange(2 * 83).reshape(2, 83) % 83 > 10),
        ("scattered", rng.random((33, 27)) < 0.97),
        ("checkers", np.indices((16, 18)).sum(0) % 2 == 0),
    ]
