"""Planes are continued as planes."""

import numpy as np

from outpaint.painters.patch.smooth import continued


def test_a_plane_goes_on() -> None:
    y, x = np.mgrid[:40, :60].astype(np.float32)
    plane = np.stack([100 + x, 50 + 2 * y, 120 - x + y], axis=2)
    known = np.zeros((40, 60), bool)
    known[8:32, 8:52] = True
    answer = continued(np.where(known[..., None], plane, 0), known)
    near = ~known & (np.abs(y - 19.5) < 16) & (np.abs(x - 29.5) < 26)
    assert np.abs(answer - plane)[near].max() < 4


def test_noise_is_not_extrapolated() -> None:
    known = np.zeros((40, 60), bool)
    known[:, :40] = True
    grain = np.random.default_rng(0).normal(128, 20, (40, 60, 1)).astype(np.float32)
    answer = continued(grain, known)
    assert np.abs(answer[:, 40:] - 128).max() < 25
