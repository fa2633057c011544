"""What does not reach the hole is a subject."""

import numpy as np

from outpaint.painters.patch.saliency import barrier


def test_a_disc_is_a_subject_and_a_band_to_the_border_is_not() -> None:
    y, x = np.mgrid[:48, :64]
    pixels = np.full((48, 64, 4), 90, np.uint8)
    pixels[30:40] = 200
    disc = (y - 15) ** 2 + (x - 32) ** 2 < 49
    pixels[disc] = 250
    known = np.ones((48, 64), bool)
    known[:, -4:] = False
    found = barrier(pixels, known)
    inner = (y - 15) ** 2 + (x - 32) ** 2 < 16
    assert found[inner].min() > 300
    assert found[33:37, :60].max() == 0
    assert found[:5, :60].max() == 0
    assert (found[~known] == 0).all()


def test_a_gradient_along_which_the_border_runs_is_free() -> None:
    pixels = np.repeat(np.linspace(0, 255, 40).astype(np.uint8)[:, None, None], 50, 1).repeat(4, 2)
    known = np.ones((40, 50), bool)
    known[:, :5] = False
    assert barrier(pixels, known).max() == 0
