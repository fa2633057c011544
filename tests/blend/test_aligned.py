import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import fourier_shift
from scipy.ndimage import shift as shift_of_scipy
from skimage.data import astronaut
from skimage.registration import phase_cross_correlation

from outpaint.blend.aligned import BLEND, rectangle_in
from outpaint.blend.protocol import Seam
from outpaint.blend.registration import moved, shift_between, tapered
from outpaint.geometry import Frame
from painters.painting import outside

PHOTO = (astronaut()[60:380, 60:420] / 255).astype(np.float32)  # 320 x 360


@settings(max_examples=25)
@given(st.floats(-20, 20), st.floats(-20, 20))
def test_the_shift_is_that_of_scikit_image(dy, dx):
    a = PHOTO[:150, :200, 1].astype(float)
    b = np.fft.ifft2(fourier_shift(np.fft.fft2(a), (-dy, -dx))).real
    expected, *_ = phase_cross_correlation(a, b, upsample_factor=32)
    np.testing.assert_allclose(shift_between(a, b), expected, atol=1.01 / 32)
    np.testing.assert_allclose(shift_between(a, b), (dy, dx), atol=1.01 / 32)


@pytest.mark.parametrize("way", [(0, 0), (3, -5), (0.25, 0.5), (-7.75, 2.125)])
def test_moving_is_a_cubic_spline_by_four_taps(way):
    """Whole pixels exactly; fractions as near to scipy's spline as 1/255 in smooth places."""
    answer = moved(PHOTO, *way)
    smooth = moved(np.repeat(np.sin(np.mgrid[0:60, 0:80] / 9.0).sum(0)[..., None], 3, -1).astype(np.float32), *way)
    expected = shift_of_scipy(np.sin(np.mgrid[0:60, 0:80] / 9.0).sum(0), way, order=3, mode="nearest")
    np.testing.assert_allclose(smooth[10:-10, 10:-10, 0], expected[10:-10, 10:-10], atol=2e-3)
    if way == (3, -5):
        np.testing.assert_array_equal(answer[3:, :-5], PHOTO[:-3, 5:])
    if way == (0, 0):
        np.testing.assert_array_equal(answer, PHOTO)


def seam(answer, top=40, left=0, bottom=320, right=240):
    """The photo is known in one rectangle; a model answers for the whole window."""
    painted = outside(*PHOTO.shape[:2], top, left, bottom, right)
    pixels = np.where(painted[..., None], 0, PHOTO)
    weight = painted.astype(np.float32)
    frame = Frame(0, 0, PHOTO.shape[1], PHOTO.shape[0])
    return Seam(pixels, ~painted, painted, answer.astype(np.float32), weight, frame)


GAIN, OFFSET = np.float32([0.9, 1.05, 0.8]), np.float32([0.06, -0.02, 0.1])


@pytest.mark.parametrize("way", [(4.0, -3.0), (-2.4, 6.7), (0.5, 0.3), (0.0, 0.0)])
def test_a_moved_and_tinted_picture_comes_back(way):
    """The new part, which nobody has compared, lies within 2/255 of the truth, from 8 to 40 before."""
    answer = moved(PHOTO, *way) * GAIN + OFFSET
    given = seam(answer)
    mended = BLEND.work(given)
    new = given.painted.copy()
    new[:10], new[-10:], new[:, :10], new[:, -10:] = False, False, False, False  # drawn in from the border
    before, after = (np.abs(picture - PHOTO)[new].mean() for picture in (given.answer, mended.answer))
    assert after < 4 / 255 and after < before / 4
    assert np.array_equal(mended.weight, given.weight)


@pytest.mark.parametrize(
    "answer",
    [PHOTO, np.full_like(PHOTO, 0.5), PHOTO[::-1], np.random.default_rng(1).random(PHOTO.shape)],
    ids=["itself", "flat", "upside down", "noise"],
)
def test_what_is_the_photo_or_is_nothing_like_it_is_left_alone(answer):
    given = seam(answer)
    assert np.array_equal(BLEND.work(given).answer, given.answer)


def test_a_person_who_was_painted_over_does_not_count_for_the_colours():
    answer = PHOTO * GAIN + OFFSET
    answer[100:170, 40:110] = [1, 0, 0]
    given = seam(answer)
    new = given.painted
    assert np.abs(BLEND.work(given).answer - PHOTO)[new].mean() < 2 / 255


def test_beside_a_hole_the_largest_side_is_compared():
    kept = np.ones((100, 200), bool)
    kept[40:60, 20:60] = False
    assert rectangle_in(kept) == Frame(60, 0, 140, 100)
    assert rectangle_in(np.ones((5, 3000), bool)).width == 1024
    assert rectangle_in(np.zeros((5, 5), bool)).empty


def test_a_plane_that_was_tapered_ends_at_nothing():
    plane = tapered(PHOTO[..., 0].astype(float))
    assert np.abs(plane[0]).max() < 1e-3 and np.abs(plane[:, -1]).max() < 1e-3 and np.abs(plane).max() > 0.1
