import numpy as np
import pytest

from outpaint.painters.infinity_init import MODES, PAINTER
from painters.painting import outside, paint, photo, view_of

HOLES = outside(60, 100, 10, 20, 50, 60)
HOLES[20:31, 30:50] = True
VIEW = view_of(photo(60, 100), HOLES, left=-20, top=-10)


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_is_the_painter_it_names(mode):
    painter, settings = MODES[mode]
    if mode == "perlin":
        settings = {"period": 20}  # five in the longer side
    np.testing.assert_array_equal(paint(PAINTER, VIEW, 7, init_mode=mode), paint(painter, VIEW, 7, **settings))


def test_there_are_eight():
    assert len(MODES) == 8
    assert len({paint(PAINTER, VIEW, 7, init_mode=mode).tobytes() for mode in MODES}) == 8


@pytest.mark.parametrize("mode", MODES)
def test_the_seed_matters_to_noise_alone(mode):
    same = np.array_equal(paint(PAINTER, VIEW, 1, init_mode=mode), paint(PAINTER, VIEW, 2, init_mode=mode))
    assert same == ("seed" not in MODES[mode][0].reads)


def test_faithful_noise_wraps_around():
    """(1 + n) / 2 with n beyond +-1, a third of all, comes back at the other end: the byte is evenly grey."""
    view = view_of(np.zeros((200, 300, 3)), outside(200, 300, 0, 0, 1, 1))
    plain, wrapped = (paint(PAINTER, view, 3, init_mode="gaussian", faithful=faithful) for faithful in (False, True))
    clipped = (plain == 0) | (plain == 1)
    assert 0.3 < clipped[1:].mean() < 0.34
    assert ((wrapped == 0) | (wrapped == 1))[1:].mean() < 0.02
    draws = np.random.default_rng(3).normal(size=view.pixels.shape)
    inside = np.abs(draws) < 1
    np.testing.assert_allclose(wrapped[inside], (draws[inside] + 1) / 2, atol=1 / 255)
    above = (draws > 1.01) & (draws < 2.9)
    np.testing.assert_allclose(wrapped[above], (draws[above] - 1) / 2, atol=2 / 255)


def test_faithful_perlin_knows_one_seed_and_faithful_g_diffuser_fills_nothing():
    one, two = (paint(PAINTER, VIEW, seed, init_mode="perlin", faithful=True) for seed in (1, 2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(paint(PAINTER, VIEW, init_mode="g_diffuser", faithful=True), VIEW.pixels)
