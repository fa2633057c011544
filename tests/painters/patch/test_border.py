"""Steps across the border are scaled to be like those in the strip beside it, within bounds."""

import numpy as np
import pytest

from outpaint.painters.patch.border import LEAST, MOST, step_scale

HEIGHT, WIDTH, EDGE = 6, 20, 12
STEP = 0.04


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize(
    ("step", "factor"), [(0.04, 1.0), (0.05, 0.8), (0.032, 1.25), (0.2, LEAST), (0.01, MOST), (0.0, 1.0)]
)
def test_makes_the_mean_step_that_of_the_strip(step: float, factor: float, turn: int) -> None:
    """Stripes of STEP; half of the steps go up, half down."""
    pixels = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    pixels[:, 1:EDGE:2] += np.float32(STEP)
    known = np.broadcast_to(np.arange(WIDTH) < EDGE, (HEIGHT, WIDTH))
    steps = np.full((HEIGHT, 3), step, np.float32)
    steps[::2] *= -1
    assert step_scale(np.rot90(pixels, turn), np.rot90(known, turn), steps) == pytest.approx(factor)


def test_nothing_to_compare_with_changes_nothing() -> None:
    """One known pixel has no strip."""
    known = np.zeros((3, 3), bool)
    known[1, 1] = True
    assert step_scale(np.full((3, 3, 3), 0.5, np.float32), known, np.ones((4, 3), np.float32)) == 1
