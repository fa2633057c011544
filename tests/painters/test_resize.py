import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outpaint.geometry import Extent
from outpaint.painters.resize import LATENT, MODES, PAINTER, scaled
from painters.painting import outside, paint, photo, view_of


def resized_by_the_webui(mode, image, width, height):
    """Resize modes 0 to 2 with Pillow, in 8 bits, on black; of mode 3 what a model has to look at beside latents."""
    ratio, source = width / height, image.width / image.height
    if mode in ("just resize", LATENT):
        return image.resize((width, height), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (width, height))
    wide = ratio > source if mode == "crop and resize" else ratio < source
    w = width if wide else image.width * height // image.height
    h = image.height * width // image.width if wide else height
    if mode == "crop and resize" and ratio == source:
        h = height
    small = image.resize((w, h), Image.Resampling.LANCZOS)
    left, top = width // 2 - w // 2, height // 2 - h // 2
    canvas.paste(small, (left, top))
    if mode == "resize and fill":
        if top > 0:
            canvas.paste(small.crop((0, 0, w, 1)).resize((width, top)), (0, 0))
            canvas.paste(small.crop((0, h - 1, w, h)).resize((width, top)), (0, top + h))
        if left > 0:
            canvas.paste(small.crop((0, 0, 1, h)).resize((left, height)), (0, 0))
            canvas.paste(small.crop((w - 1, 0, w, h)).resize((left, height)), (left + w, 0))
    return canvas


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(120, 60), (61, 95), (60, 60), (45, 44)])
def test_faithful_it_is_the_webuis(mode, size):
    """Strips must agree to rounding, black rows and columns too."""
    inner = np.rint(photo(40, 44) * 255).astype(np.uint8)
    width, height = size
    padded = np.zeros((height, width, 3), np.float32)
    padded[:40, :44] = inner / np.float32(255)
    view = view_of(padded, outside(height, width, 0, 0, 40, 44))
    answer = paint(PAINTER, view, resize_mode=mode, faithful=True)
    expected = np.asarray(resized_by_the_webui(mode, Image.fromarray(inner), width, height)) / 255
    np.testing.assert_allclose(answer, expected, atol=2.1 / 255)


def test_on_one_axis_the_border_is_repeated_on_the_side_that_grows():
    inner = photo(30, 40)
    padded = np.pad(inner, ((0, 0), (25, 11), (0, 0)), "edge")
    view = view_of(padded, outside(30, 76, 0, 25, 30, 65))
    np.testing.assert_array_equal(paint(PAINTER, view), padded)


def test_the_scaled_photo_sits_where_the_real_one_does():
    """With all of the new room on the right and below, the photo's own corner is at home in the corner."""
    inner = photo(30, 40)
    padded = np.zeros((90, 200, 3), np.float32)
    padded[:30, :40] = inner
    answer = paint(PAINTER, view_of(padded, outside(90, 200, 0, 0, 30, 40)))
    scaled_three_times = Image.fromarray(np.rint(inner * 255).astype(np.uint8)).resize(
        (120, 90), Image.Resampling.LANCZOS
    )
    np.testing.assert_allclose(answer[:, :120], np.asarray(scaled_three_times) / 255, atol=2.1 / 255)
    np.testing.assert_array_equal(answer[:, 120:], answer[:, 119:120].repeat(80, 1))


@given(*[st.integers(1, 4000)] * 4)
def test_sizes_cover_or_fit(width, height, w, h):
    photo, window = Extent(width, height), Extent(w, h)
    inside, over = scaled("resize and fill", photo, window), scaled("crop and resize", photo, window)
    assert window.union(inside) == window or 1 in inside
    assert over.covers(Extent(w, 1)) or over.covers(Extent(1, h))
    assert scaled("just resize", photo, window) == window
