"""Membranes are harmonic; planes are continued as planes."""

import numpy as np

from outpaint.painters.patch.smooth import continued, membrane


def test_a_membrane_keeps_its_rim_and_stays_between_its_extremes() -> None:
    chance = np.random.default_rng(0)
    values = chance.random((33, 47, 3)).astype(np.float32)
    known = chance.random((33, 47)) < 0.1
    answer = membrane(values, known)
    np.testing.assert_array_equal(answer[known], values[known])
    assert answer.min() >= values[known].min() - 1e-5 and answer.max() <= values[known].max() + 1e-5


def test_a_membrane_solves_laplace() -> None:
    """Against the exact solution of the linear system, on a square with a rim."""
    size = 12
    rim = np.ones((size, size), bool)
    rim[1:-1, 1:-1] = False
    y, x = np.mgrid[:size, :size] / np.float32(size - 1)
    exact = (x * x - y * y)[..., None].astype(np.float32)
    answer = membrane(np.where(rim[..., None], exact, 0), rim, sweeps=200)
    np.testing.assert_allclose(answer, exact, atol=1e-3)


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
