import numpy as np
import pytest

from outpaint.painters.noise_plane import plane_bits
from outpaint.painters.perlin import PAINTER
from painters.painting import paint, view_of


def window(left, top, width, height, seed=3, **settings):
    view = view_of(np.zeros((height, width, 3)), np.ones((height, width)), left, top)
    return paint(PAINTER, view, seed, **settings)


def perlin(x, y, period, seed, stream):
    """One value by the definition, lattice node by lattice node."""
    i, j = x // period, y // period
    u, v = x / period - i, y / period - j
    total = 0
    for di in 0, 1:
        for dj in 0, 1:
            angle = 2 * np.pi * (int(plane_bits(i + di, j + dj, 1, 1, seed, stream)[0, 0]) >> 32) / 2**32
            dot = np.cos(angle) * (u - di) + np.sin(angle) * (v - dj)
            a, b = (u if di else 1 - u), (v if dj else 1 - v)
            total += dot * (6 * a**5 - 15 * a**4 + 10 * a**3) * (6 * b**5 - 15 * b**4 + 10 * b**3)
    return (1 + np.sqrt(2) * total) / 2


@pytest.mark.parametrize("period", [2, 7, 100])
def test_it_is_the_definition(period):
    noise = window(-31, -5, 60, 40, period=period, colour=True)
    for x, y, channel in [(-31, -5, 0), (28, 34, 1), (0, 0, 2), (-1, -1, 0), (13, -3, 1)]:
        np.testing.assert_allclose(noise[y + 5, x + 31, channel], perlin(x, y, period, 3, channel), atol=1e-5)


def test_windows_of_one_plane_agree():
    whole = window(-90, -70, 200, 150, period=33)
    np.testing.assert_array_equal(window(-20, 7, 60, 43, period=33), whole[77:120, 70:130])


def test_it_is_grey_on_nodes_and_reaches_far_between_without_leaving_the_range():
    noise = window(0, 0, 1024, 1024, period=16)
    np.testing.assert_allclose(noise[::16, ::16], 0.5, atol=1e-6)
    assert 0 < noise.min() < 0.15
    assert 0.85 < noise.max() < 1


def test_it_is_smooth():
    noise = window(-200, -200, 400, 400, period=64)
    steps = max(np.abs(np.diff(noise, axis=axis)).max() for axis in (0, 1))
    assert steps < 2.5 / 64


def test_colour_is_a_choice():
    assert np.ptp(window(0, 0, 90, 90), axis=-1).max() == 0
    assert np.ptp(window(0, 0, 90, 90, colour=True), axis=-1).max() > 0.2
