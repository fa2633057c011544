"""`poisson`: nothing for consistent answers, everything for offsets, and its promises on any mask."""

import numpy as np
import pytest

from blend.seams import beside, cut, scene, seam_of
from outpaint.blend.poisson import BLEND


@pytest.mark.parametrize("overlap", [0, 8])
def test_the_truth_is_left_alone(overlap):
    photo = scene()
    seam = cut(photo, photo, overlap=overlap)
    change = np.abs(BLEND.work(seam).answer - photo)
    assert change.max() < 0.03 and change.mean() < 0.001


@pytest.mark.parametrize("overlap", [0, 8])
@pytest.mark.parametrize("offset", [(0.1, 0.1, 0.1), (-0.08, 0.0, 0.06)])
def test_a_constant_offset_goes_at_the_seam(offset, overlap):
    photo = scene() * 0.7 + 0.1
    seam = cut(photo, photo + np.array(offset, np.float32), overlap=overlap)
    near = beside(seam, 6)
    left = BLEND.work(seam).answer - photo
    assert np.abs(left[near].mean(0)).max() < 0.012
    assert np.abs(left[near]).mean() < 0.25 * np.abs(offset).mean()


def test_a_linear_offset_goes_all_along_the_seam():
    photo = scene() * 0.5 + 0.2
    ramp = np.linspace(-0.1, 0.1, photo.shape[1], dtype=np.float32)[None, :, None]
    seam = cut(photo, photo + ramp)
    mended = BLEND.work(seam).answer - photo
    top = slice(34, 40)
    for columns in (slice(50, 80), slice(140, 170)):
        before = abs(float(ramp[:, columns].mean()))
        assert abs(float(mended[top, columns].mean())) < 0.25 * before


def test_far_away_the_answer_keeps_its_own_colours():
    """Screening: over a strip many times longer than the window is high, the correction sinks to nothing."""
    known = np.zeros((40, 400), bool)
    known[:, :40] = True
    old = np.where(known[..., None], 0.5, 0.0) * np.ones(3)
    seam = seam_of(old.astype(np.float32), known, ~known, np.full((40, 400, 3), 0.4, np.float32))
    mended = BLEND.work(seam).answer[20, :, 1]
    assert mended[40] == pytest.approx(0.5, abs=0.012)
    assert mended[60] < 0.44 and mended[300:] == pytest.approx(0.4, abs=1e-4)
    assert (np.diff(mended[40:]) < 1e-6).all()


def test_a_tree_that_ends_at_the_seam_is_not_smeared_into_the_sky():
    sky = np.full((120, 160, 3), 0.8, np.float32)
    photo = sky.copy()
    photo[:, 70:90] = 0.1
    known = np.zeros((120, 160), bool)
    known[60:] = True
    seam = seam_of(photo, known, ~known, sky)
    assert np.abs(BLEND.work(seam).answer - sky)[~known].max() < 0.05


def test_the_outer_frame_has_no_halo():
    photo = np.full((96, 96, 3), 0.5, np.float32)
    seam = cut(photo, photo - 0.1, margin=24)
    row = BLEND.work(seam).answer[48, :24, 0]
    assert np.abs(np.diff(row[:6])).max() < 0.002 and (np.diff(row) >= -1e-6).all()


def test_threads_do_not_change_a_byte(monkeypatch):
    photo = scene(200, 150)
    seam = cut(photo, photo * 0.8)
    answers = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("OUTPAINT_THREADS", threads)
        answers.append(BLEND.work(seam).answer.tobytes())
    assert answers[0] == answers[1] == answers[2]
