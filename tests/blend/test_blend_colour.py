"""`colour`: gains are found and undone, consistent answers and other things are left alone."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from blend.seams import beside, cut, scene, seam_of
from outpaint.blend.colour import BLACK, BLEND


@pytest.mark.parametrize("overlap", [0, 8])
def test_the_truth_is_left_alone(overlap):
    photo = scene()
    change = np.abs(BLEND.work(cut(photo, photo, overlap=overlap)).answer - photo)
    assert change.max() < 0.02 and change.mean() < 0.002


def test_a_blurred_truth_is_left_alone():
    photo = scene()
    blurred = gaussian_filter(photo, (2, 2, 0))
    change = np.abs(BLEND.work(cut(photo, blurred)).answer - blurred)
    assert change.max() < 0.03 and change.mean() < 0.004


@pytest.mark.parametrize("overlap", [0, 8])
@pytest.mark.parametrize("gain", [(0.75, 0.75, 0.75), (0.9, 1.0, 0.8), (1.1, 1.15, 1.2)])
def test_a_gain_is_undone_in_shadows_and_lights(gain, overlap):
    photo = scene() * 0.8
    answer = (photo + BLACK) * np.array(gain, np.float32) - BLACK
    seam = cut(photo, np.clip(answer, 0, 1), overlap=overlap)
    left = BLEND.work(seam).answer - photo
    near, y = beside(seam, 8), np.arange(len(photo))[:, None]
    for part in (near & (y < 60), near & (y > 120)):
        assert np.abs(left[part].mean(0)).max() < 0.25 * np.abs(answer - photo)[part].mean(0).max()


def test_it_fades_with_distance():
    known = np.zeros((64, 400), bool)
    known[:, :60] = True
    photo, answer = np.full((64, 400, 3), 0.5, np.float32), np.full((64, 400, 3), 0.4, np.float32)
    row = BLEND.work(seam_of(photo, known, ~known, answer)).answer[32, 60:, 0]
    assert row[0] == pytest.approx(0.5, abs=0.012) and row[-1] == pytest.approx(0.4, abs=1e-3)
    assert (np.diff(row) < 1e-6).all()


def test_no_channel_is_more_than_doubled():
    photo = np.full((96, 96, 3), 0.9, np.float32)
    mended = BLEND.work(cut(photo, np.full_like(photo, 0.1), margin=24)).answer
    assert mended.max() <= (0.1 + BLACK) * 2 - BLACK + 1e-6


def test_black_and_white_stay_finite():
    photo = np.full((40, 40, 3), 0.5, np.float32)
    for level in (0.0, 1.0):
        mended = BLEND.work(cut(photo, np.full_like(photo, level), margin=10)).answer
        assert np.isfinite(mended).all() and mended.min() >= 0 and mended.max() <= 1
