"""Pictures: samples stay, floats come and go, `fill` writes only where it is told to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint import Frame, Picture, colour


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("space", ["grey", "rgb"])
def test_samples_survive_the_way_to_pixels_and_back(dtype, space) -> None:
    every = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    samples = every[:, None, None] if space == "grey" else np.stack([every, every[::-1], every], -1)[:, None]
    pixels = colour.to_pixels(samples, space, None)
    assert pixels.dtype == np.float32 and pixels.min() == 0 and pixels.max() == 1
    assert np.array_equal(colour.to_samples(pixels[:, 0], space, None, dtype), samples[:, 0])


def test_grey_of_colour_is_rec_601() -> None:
    pixels = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], np.float32)
    assert colour.to_samples(pixels, "grey", None, np.uint8)[:, 0].tolist() == [76, 150, 29, 255]


def test_ink_and_light_agree() -> None:
    """No ink is white, full black is black, pure cyan has no red; black comes back as black ink alone."""
    inks = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 0], [0, 0, 0, 128]]], np.uint8)
    pixels = colour.to_pixels(inks, "cmyk", None)
    assert pixels[0, 0].tolist() == [1, 1, 1] and pixels[0, 1].tolist() == [0, 0, 0]
    assert pixels[0, 2].tolist() == [0, 1, 1]
    assert np.array_equal(colour.to_samples(pixels[0], "cmyk", None, np.uint8), inks[0])


@given(st.integers(0, 2**32 - 1))
def test_every_colour_survives_ink(seed: int) -> None:
    pixels = np.random.default_rng(seed).random((50, 3), np.float32)
    inks = colour.to_samples(pixels, "cmyk", None, np.uint8)
    assert np.abs(colour.to_pixels(inks[None], "cmyk", None)[0] - pixels).max() <= 2 / 255


def test_transparent_pixels_are_unknown_and_half_transparent_ones_are_known() -> None:
    alpha = np.array([[0, 1, 128, 255]], np.uint8)
    assert Picture.of(np.zeros((1, 4, 3), np.uint8), alpha).known.tolist() == [[False, True, True, True]]


def test_another_frame_crops_and_adds_unknown() -> None:
    picture = Picture.of(np.arange(12, dtype=np.uint8).reshape(3, 4))
    moved = picture.within(Frame(2, -1, 4, 3))
    assert moved.samples[:, :, 0].tolist() == [[0, 0, 0, 0], [2, 3, 0, 0], [6, 7, 0, 0]]
    assert moved.known.sum() == 4
    assert not np.shares_memory(picture.within(picture.frame).samples, picture.samples)


def test_fill_mixes_by_weight_and_leaves_the_rest() -> None:
    picture = Picture.of(np.full((1, 4, 3), 100, np.uint8)).within(Frame(0, 0, 5, 1))
    weight = np.array([[0, 0, 0.5, 1, 1]], np.float32)
    picture.fill(picture.frame, np.full((1, 5, 3), 200 / 255, np.float32), weight)
    assert picture.samples[0, :, 0].tolist() == [100, 100, 150, 200, 200]
    assert picture.known.all()


def test_what_was_unknown_counts_for_nothing_whatever_its_weight() -> None:
    picture = Picture.of(np.zeros((1, 1, 3), np.uint8)).within(Frame(0, 0, 2, 1))
    picture.fill(picture.frame, np.ones((1, 2, 3), np.float32), np.array([[0, 0.25]], np.float32))
    assert picture.samples[0, :, 0].tolist() == [0, 255]


def test_a_half_transparent_pixel_counts_by_its_opacity_and_becomes_opaque() -> None:
    alpha = np.array([[128, 255]], np.uint8)
    picture = Picture.of(np.zeros((1, 2, 3), np.uint8), alpha)
    picture.fill(picture.frame, np.ones((1, 2, 3), np.float32), np.array([[0.5, 0.5]], np.float32))
    assert picture.alpha.tolist() == [[255, 255]]
    assert picture.samples[0, :, 0].tolist() == [191, 128]  # 1 - 0.5 * 128/255, and 1 - 0.5


def test_unknown_pixels_are_black_whatever_lies_beneath() -> None:
    hole = np.array([[True, False]])
    picture = Picture.of(np.full((1, 2, 3), 77, np.uint8)).without(hole)
    assert picture.pixels()[0, 0].tolist() == [0, 0, 0]
