import numpy as np
from scipy.stats import kstest, norm

from outpaint.painters.noise import PAINTER
from outpaint.painters.noise_plane import plane_bits
from painters.painting import paint, view_of


def window(left, top, width, height, seed=3, **settings):
    view = view_of(np.zeros((height, width, 3)), np.ones((height, width)), left, top)
    return paint(PAINTER, view, seed, **settings)


def test_windows_of_one_plane_agree():
    whole = window(-40, -30, 200, 150)
    np.testing.assert_array_equal(window(-10, 7, 60, 80), whole[37:117, 30:90])


def test_it_is_the_normal_distribution():
    noise = window(0, 0, 300, 200, spread=0.2)  # five deviations to black and white: hardly anything clipped
    for channel in range(3):
        assert kstest((noise[..., channel].ravel() - 0.5) * 10, norm.cdf).pvalue > 1e-4


def test_what_lies_beyond_black_and_white_is_clipped_not_wrapped():
    noise = window(0, 0, 300, 200)
    for share in (noise == 0).mean(), (noise == 1).mean():
        np.testing.assert_allclose(share, norm.cdf(-1), atol=0.01)


def test_neighbours_channels_and_seeds_have_nothing_in_common():
    noise = window(-100, -100, 257, 256, spread=0.2) - 0.5
    red, green, blue = noise[..., 0], noise[..., 1], noise[..., 2]
    others = [red[:, 1:], red[1:], red[1:, 1:], green, blue, window(-100, -100, 257, 256, 4, spread=0.2)[..., 0]]
    for other in others:
        crop = red[: other.shape[0], : other.shape[1]]
        assert abs(np.corrcoef(crop.ravel(), other.ravel())[0, 1]) < 5 / np.sqrt(other.size)


def test_every_seed_is_a_seed():
    seeds = [-1, 0, 1, 2**63, 2**64 - 2, 2**70 + 5]
    assert len({plane_bits(0, 0, 1, 1, seed)[0, 0] for seed in seeds}) == len(seeds)
    assert plane_bits(-(10**9), 10**9, 2, 1, 0).shape == (1, 2)


def test_bits_are_even():
    bits = plane_bits(-500, 300, 128, 128, 9)
    shares = [((bits >> np.uint64(i)) & np.uint64(1)).mean() for i in range(64)]
    np.testing.assert_allclose(shares, 0.5, atol=5 * 0.5 / 128)
