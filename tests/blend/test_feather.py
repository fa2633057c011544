"""`feather`: the ramp against its closed form, against scipy's distances, and its promises on any mask."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blend.seams import seam_of
from outpaint.blend.feather import BLEND
from outpaint.blend.protocol import Seam


def seam(known: np.ndarray, kept: np.ndarray) -> Seam:
    painted = ~kept
    blank = np.zeros((*known.shape, 3), np.float32)
    return seam_of(blank, known, painted, blank)


def smoothstep(t: np.ndarray) -> np.ndarray:
    return t * t * (3 - 2 * t)


def test_a_straight_overlap_is_a_smoothstep_of_the_linear_ramp():
    known, kept = np.zeros((6, 20), bool), np.zeros((6, 20), bool)
    known[:, :15], kept[:, :8] = True, True
    weight = BLEND.work(seam(known, kept)).weight
    expected = np.zeros(20)
    expected[8:15] = smoothstep(np.arange(1, 8) / 8)
    expected[15:] = 1
    assert np.allclose(weight, expected, atol=1e-6)


def test_corners_are_round():
    known, kept = np.zeros((60, 60), bool), np.zeros((60, 60), bool)
    known[:50, :50], kept[:30, :30] = True, True
    weight = BLEND.work(seam(known, kept)).weight
    # From the kept corner at (29, 29) the diagonal is longer than the straight way: (39, 39) is 14.1 away.
    away = np.hypot(10, 10)
    assert weight[39, 39] == pytest.approx(smoothstep(away / (away + 11)), abs=1e-6)
    assert np.allclose(weight, weight.T)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 24), st.integers(1, 24), st.integers(0, 10**6), st.integers(0, 12))
def test_any_mask_agrees_with_opencv_distances(height, width, seed, rounds):
    random = np.random.default_rng(seed)
    known = random.random((height, width)) < 0.8
    kept = known & (random.random((height, width)) < 0.5)
    before = seam(known, kept)
    weight = BLEND.work(before).weight
    assert np.isfinite(weight).all() and weight.min() >= 0 and weight.max() <= 1
    assert (weight[kept] == 0).all() and (weight[~known] == 1).all()
    overlap = known & ~kept
    if kept.any() and not known.all() and overlap.any():
        a = cv2.distanceTransform((~kept).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        b = cv2.distanceTransform(known.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        assert np.allclose(weight[overlap], smoothstep(a / (a + b))[overlap], atol=1e-4)


def test_no_overlap_changes_nothing():
    known = np.zeros((9, 9), bool)
    known[3:6, 3:6] = True
    before = seam(known, known)
    assert BLEND.work(before) is before


@pytest.mark.parametrize("known_everywhere", [False, True])
def test_without_a_kept_pixel_the_ramp_runs_to_the_deepest_place(known_everywhere):
    known = np.ones((21, 21), bool)
    known[:, 0] = known_everywhere
    kept = np.zeros_like(known)
    kept[10, 10] = known_everywhere
    weight = BLEND.work(seam(known, kept)).weight
    if known_everywhere:
        assert weight[10, 10] == 0 and weight[10, 11] < weight[10, 15] < weight[10, 20]
    else:
        assert (weight[:, 0] == 1).all() and (np.diff(weight[5]) < 0).all()


def test_input_is_not_changed():
    known, kept = np.ones((8, 8), bool), np.zeros((8, 8), bool)
    known[:, 6:], kept[:, :3] = False, True
    before = seam(known, kept)
    copy = before.weight.copy()
    BLEND.work(before)
    assert np.array_equal(before.weight, copy)
