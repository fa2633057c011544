"""The share of a step that stays is the one that makes the border as rough as the strip beside it."""

import numpy as np
import pytest

from outpaint.painters.patch.border import SHARES, open_share

HEIGHT, WIDTH, EDGE = 6, 20, 12
STEP = 0.04


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("share", SHARES[1:])
@pytest.mark.parametrize("hidden", [1.0, 0.5])
def test_finds_the_share_that_makes_the_border_like_the_strip(share: float, turn: int, hidden: float) -> None:
    """Stripes of STEP; what is copied is off by so much that this share of it, where hidden, is STEP."""
    off = STEP / (float(share) * hidden)
    pixels = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    pixels[:, 1:EDGE:2] += np.float32(STEP)
    pixels[:, 0] = pixels[:, EDGE - 1] - np.float32(off)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    columns[:, EDGE:] = 0
    sources = (rows, columns) if turn % 2 == 0 else (columns.T, rows.T)
    known = np.broadcast_to(np.arange(WIDTH) < EDGE, (HEIGHT, WIDTH))
    gap = np.where(known, 0, off).astype(np.float32)[..., None].repeat(3, axis=2)
    veil = np.full((HEIGHT, WIDTH), hidden, np.float32)
    planes = [np.swapaxes(plane, 0, 1) if turn % 2 else plane for plane in (pixels, known, gap, veil)]
    if turn > 1:  # the other side: everything reversed, the sources too
        size = planes[0].shape
        planes = [plane[::-1, ::-1] for plane in planes]
        sources = (size[0] - 1 - sources[0][::-1, ::-1], size[1] - 1 - sources[1][::-1, ::-1])
    picture, seen, gaps, veils = planes
    assert open_share(picture, seen, sources, gaps, veils) == pytest.approx(share)


def test_nothing_to_compare_with_leaves_no_step() -> None:
    """One known pixel has no strip."""
    known = np.zeros((3, 3), bool)
    known[1, 1] = True
    pixels = np.full((3, 3, 3), 0.5, np.float32)
    sources = np.ones((3, 3), int), np.ones((3, 3), int)
    assert open_share(pixels, known, sources, np.ones_like(pixels), np.ones((3, 3), np.float32)) == 0
