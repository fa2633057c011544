"""Large windows are searched small and copied at full size."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outpaint.geometry import Frame
from outpaint.painters.patch import large
from outpaint.painters.protocol import View

from .test_engine import extended, painted, photo


@settings(max_examples=10, deadline=None)
@given(st.integers(20, 90), st.integers(20, 90), st.tuples(*[st.integers(0, 40)] * 4))
def test_any_size_keeps_the_photo_and_its_range(height: int, width: int, sides: tuple[int, ...]) -> None:
    view = extended(photo(height, width), *sides)
    with mock.patch.object(large, "LARGEST", 1500):
        answer = painted(view)
    assert np.isfinite(answer).all()
    np.testing.assert_array_equal(answer[~view.holes], view.pixels[~view.holes])


def test_full_size_pixels_are_copied_and_not_blown_up() -> None:
    """Fine noise stays as fine when the field was found on a picture four times smaller."""
    grain = np.random.default_rng(0).random((120, 160, 3)).astype(np.float32)
    view = extended(grain, right=60)
    with mock.patch.object(large, "LARGEST", 3000):
        answer = painted(view)
    new = np.abs(np.diff(answer[:, 165:], axis=1)).mean()
    assert 0.7 < new / np.abs(np.diff(grain, axis=1)).mean() < 1.3


def test_a_reduced_pixel_is_known_only_if_all_its_pixels_are() -> None:
    unknown = np.zeros((30, 41), np.float32)
    unknown[7, 9] = 1
    view = View(np.full((30, 41, 3), 0.5, np.float32), unknown, Frame(0, 0, 41, 30))
    with mock.patch.object(large, "LARGEST", 400):
        small, factor = large.reduced(view)
    assert factor == 2 and small.unknown.shape == (15, 21)
    assert np.argwhere(small.holes).tolist() == [[3, 4]]


@pytest.mark.parametrize("budget", [40_000, 5000, 1200])
def test_the_border_closes_at_full_size(budget: int) -> None:
    """A sky that gets darker upwards goes on without a step, whatever the copy's size."""
    y, x = np.mgrid[:120, :160].astype(np.float32)
    chance = np.random.default_rng(0)
    sky = np.stack([0.3 + 0.002 * y, 0.4 + 0.002 * y + 0.0002 * x, 0.8 - 0.00001 * (y - 60) ** 2], axis=2)
    sky = (sky + chance.normal(0, 0.004, sky.shape)).astype(np.float32)
    with mock.patch.object(large, "LARGEST", budget):
        answer = painted(extended(sky, right=60, top=30))
    rows, columns = answer[30:, 158:162].mean(0), answer[28:32, :160].mean(1)
    assert np.abs(np.diff(rows, axis=0)).max() < 0.004
    assert np.abs(np.diff(columns, axis=0)).max() < 0.006
