"""Bars and patterns: closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint.painters.patch.plain import rectangle, repeated, sloped, with_bars


def window(photo: np.ndarray, top: int, left: int, bottom: int, right: int) -> tuple[np.ndarray, np.ndarray]:
    known = np.pad(np.ones(photo.shape[:2], bool), ((top, bottom), (left, right)))
    pixels = np.pad(photo, ((top, bottom), (left, right), (0, 0)))
    return pixels.astype(np.float32), known


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).random((height, width, 3)).astype(np.float32)


@given(st.integers(3, 9), st.integers(3, 9), st.integers(0, 30), st.integers(0, 30))
def test_any_tile_is_repeated_exactly(high: int, wide: int, before: int, after: int) -> None:
    tile = np.random.default_rng(high * 10 + wide).random((high, wide, 3)).astype(np.float32)
    whole = np.tile(tile, (16, 16, 1))
    cut = whole[high * 4 : high * 10, wide * 4 : wide * 10]
    pixels, known = window(cut, min(before, 4 * high), min(after, 4 * wide), 5, 7)
    answer = repeated(pixels, known)
    assert answer is not None
    top, left = high * 4 - min(before, 4 * high), wide * 4 - min(after, 4 * wide)
    np.testing.assert_array_equal(answer, whole[top : top + len(known), left : left + known.shape[1]])


def test_noise_and_gradients_do_not_repeat() -> None:
    gradient = np.linspace(0, 1, 60, dtype=np.float32)[None, :, None].repeat(40, 0).repeat(3, 2)
    assert repeated(*window(noise(40, 60), 0, 0, 0, 9)) is None
    assert repeated(*window(gradient, 0, 0, 0, 9)) is None


def test_a_letterbox_runs_on_and_leaves_its_inside_to_the_engine() -> None:
    photo = noise(60, 80)
    photo[:10], photo[-12:] = 0.0, 0.0
    filled, (rows, columns) = with_bars(*window(photo, 20, 30, 20, 30))
    assert (rows, columns) == (slice(30, 68), slice(0, 140))
    outside = np.ones(filled.shape[:2], bool)
    outside[rows] = False
    assert (filled[outside] == 0).all()


@pytest.mark.parametrize("axis", [0, 1])
def test_a_gradient_is_no_bar(axis: int) -> None:
    ramp = np.linspace(0.2, 0.8, 200, dtype=np.float32)
    photo = np.repeat(np.broadcast_to(ramp[:, None] if axis == 0 else ramp, (200, 200))[..., None], 3, 2)
    pixels, known = window(photo, 10, 10, 10, 10)
    filled, left = with_bars(pixels, known)
    assert left == (slice(0, 220), slice(0, 220))
    np.testing.assert_array_equal(filled, pixels)


def test_only_a_full_rectangle_is_one() -> None:
    known = np.zeros((9, 9), bool)
    known[2:5, 3:8] = True
    assert rectangle(known) == (slice(2, 5), slice(3, 8))
    known[3, 4] = False
    assert rectangle(known) is None


@given(st.floats(-0.003, 0.003), st.floats(-0.003, 0.003), st.booleans())
def test_an_even_gradient_goes_on_exactly(down: float, across: float, rounded: bool) -> None:
    y, x = np.mgrid[:90, :120]
    whole = (0.5 + down * (y - 45) + across * (x - 60))[..., None] * np.ones(3)
    known = np.zeros((90, 120), bool)
    known[20:70, 30:90] = True
    seen = (np.rint(whole * 255) / 255 if rounded else whole).astype(np.float32)
    answer = sloped(seen * known[..., None], known)
    assert answer is not None
    np.testing.assert_allclose(answer, np.clip(whole, 0, 1), atol=2 / 255)


def test_a_curve_is_no_even_gradient() -> None:
    curve = (np.linspace(0, 1, 60, dtype=np.float32) ** 2)[None, :, None].repeat(40, 0).repeat(3, 2)
    assert sloped(*window(curve, 0, 0, 0, 9)) is None
    assert sloped(*window(noise(40, 60), 0, 0, 0, 9)) is None
