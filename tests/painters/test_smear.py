import numpy as np
import pytest
from PIL import Image, ImageFilter
from scipy.ndimage import convolve1d

from outpaint.painters import smear
from outpaint.painters.smear import PAINTER, box_radius, gaussian
from painters.painting import outside, paint, photo, view_of

STEPS = ((256, 1), (64, 1), (16, 2), (4, 4), (2, 2), (0, 1))


def fill_of_pillow(pixels, holes):
    """The fill with Pillow, in 8 bits, from the bottom up."""
    colour = np.dstack([pixels * 255, np.where(holes, 0, 255)])
    known = Image.fromarray(np.rint(np.where(holes[..., None], 0, colour)).astype(np.uint8), "RGBA").convert("RGBa")
    answer = Image.new("RGBA", known.size)
    for radius, times in STEPS:
        layer = known.filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")
        for _ in range(times):
            answer.alpha_composite(layer)
    return np.asarray(answer.convert("RGB")) / 255


@pytest.mark.parametrize("radius", [0.4, 1, 2, 3.7, 16, 64, 256])
@pytest.mark.parametrize("shape", [(40, 90), (1, 7), (300, 3)])
def test_the_blur_is_pillows(radius, shape):
    pixels = photo(*shape)
    image = Image.fromarray(np.rint(pixels * 255).astype(np.uint8))
    expected = np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), float)
    np.testing.assert_allclose(gaussian(np.rint(pixels * 255), radius), expected, atol=2.6)


def gaussian_of_scipy(layer, radius):
    """Three extended boxes by plain convolution in float64."""
    box = box_radius(radius)
    weights = np.ones(2 * int(box) + 3)
    weights[[0, -1]] = box % 1
    for axis in (0, 1) * 3:
        layer = convolve1d(layer, weights / weights.sum(), axis, mode="nearest")
    return layer


def fill_of_scipy(pixels, holes):
    """The fill with such Gaussians, in floats, from the bottom up."""
    known = np.dstack([pixels, np.ones(holes.shape)]) * ~holes[..., None]
    answer = np.zeros_like(known)
    for radius, times in STEPS:
        layer = gaussian_of_scipy(known, radius) if radius else known
        for _ in range(times):
            answer = layer + answer * (1 - layer[..., 3:])
    return answer[..., :3] / answer[..., 3:]


HOLES = pytest.mark.parametrize(
    "holes",
    [~outside(150, 200, 50, 60, 100, 140), outside(150, 200, 20, 25, 130, 175)],
    ids=["inside", "outside"],
)


@HOLES
def test_the_fill_is_the_webuis(holes):
    pixels = photo(*holes.shape)
    difference = paint(PAINTER, view_of(pixels, holes)) - fill_of_pillow(pixels, holes)
    # 8 bits of premultiplied colour divided by a small alpha are off by several steps, in both directions.
    assert np.abs(difference).mean() < 1 / 255
    assert np.abs(difference.mean()) < 0.3 / 255
    assert np.abs(difference).max() < 12 / 255


@HOLES
def test_the_fill_in_floats_is_that_of_scipy(holes):
    pixels = photo(*holes.shape)
    difference = np.abs(paint(PAINTER, view_of(pixels, holes)) - fill_of_scipy(pixels, holes))
    assert difference.max() < 0.5 / 255


def test_far_away_it_is_not_black_as_the_webuis_is():
    holes = outside(40, 2200, 0, 0, 40, 40)
    pixels = np.full((40, 2200, 3), 0.5)
    assert fill_of_pillow(pixels, holes)[20, -1].max() == 0
    np.testing.assert_allclose(paint(PAINTER, view_of(pixels, holes)), 0.5, atol=1e-5)


def test_a_dim_16_bit_ramp_does_not_band():
    pixels = np.broadcast_to(np.linspace(0, 8 / 255, 200)[None, :, None], (120, 200, 3))
    answer = paint(PAINTER, view_of(pixels, outside(120, 200, 0, 0, 40, 200)))
    assert len(np.unique(np.rint(answer[100, :, 0] * 65535))) > 100


@pytest.mark.parametrize("holes", [outside(300, 400, 140, 200, 141, 201), ~outside(300, 400, 140, 200, 150, 210)])
def test_layers_are_blurred_only_where_they_are_needed(holes, monkeypatch):
    """One known pixel, or one small hole: narrow layers are small, and the ladder ends soon."""
    areas = []

    def counted(layer, radius):
        areas.append(layer.shape[0] * layer.shape[1])
        return gaussian(layer, radius)

    monkeypatch.setattr(smear, "gaussian", counted)
    pixels = photo(300, 400)
    answer = paint(PAINTER, view_of(pixels, holes))
    assert max(areas[:3]) < 300 * 400 / 10 and len(areas) <= 6
    np.testing.assert_array_equal(answer[~holes], np.float32(pixels[~holes]))
