"""Numpy arrays and Pillow images in and out."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from files.encoded import image, noise, profile, saved, smooth
from outpaint import files
from outpaint.errors import FileError


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([0, 1, 2, 3, 4]), st.booleans())
def test_arrays_come_back(height, width, channels, deep):
    dtype = np.uint16 if deep else np.uint8
    samples = noise(height, width, max(channels, 1), dtype)
    given_array = samples[..., None] if channels == 1 else samples
    assert np.array_equal(files.to_array(files.open_picture(given_array)), samples)


def test_other_kinds_of_arrays():
    assert files.to_array(files.open_picture(np.array([[True, False]]))).tolist() == [[255, 0]]
    floats = files.to_array(files.open_picture(np.array([[0, 0.5, 1]], np.float32)))
    assert floats.dtype == np.uint16 and floats.tolist() == [[0, 32768, 65535]]
    big_endian = noise(3, 4, 3, np.uint16).astype(">u2")
    assert np.array_equal(files.to_array(files.open_picture(big_endian)), big_endian)
    assert np.array_equal(files.to_array(files.open_picture(smooth()[::-1, ::2])), smooth()[::-1, ::2])


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2, 5), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((0, 3), np.uint8),
        np.zeros((2, 2), np.int32),
        np.full((2, 2), 1.5),
        np.full((2, 2), np.nan),
        np.zeros((1, 2, 2, 3), np.uint8),
        np.zeros((2, 2), complex),
    ],
)
def test_arrays_that_are_no_pictures(array):
    with pytest.raises(FileError):
        files.open_picture(array)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_to_image(mode):
    before = image(mode)
    after = files.to_image(files.open_picture(before))
    assert after.mode == mode and np.array_equal(np.asarray(after), np.asarray(before))


@given(st.integers(0, 65535))
def test_sixteen_bits_round_to_the_nearest_of_eight(value):
    after = files.to_image(files.open_picture(np.full((1, 1), value, np.uint16)))
    assert after.getpixel((0, 0)) == round(value * 255 / 65535)


def test_to_image_keeps_the_profile():
    assert files.to_image(files.open_picture(saved(image("RGB"), "PNG", icc_profile=profile()))).info["icc_profile"]


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF", "GIF", "BMP", "PPM", "QOI"])
def test_descriptions_are_json(format):
    picture = image("P") if format == "GIF" else Image.fromarray(smooth())
    data = saved(picture, format)
    facts = json.loads(json.dumps(files.describe(data)))
    assert facts["format"] == format
    assert (facts["width"], facts["height"]) == picture.size
    assert facts["bytes"] == len(data)
    assert facts["frames"] == 1 and facts["recipe"] is None


def test_description_of_a_rich_file():
    tag = Image.Exif()
    tag[274] = 8
    data = saved(Image.fromarray(smooth()), "JPEG", quality=80, exif=tag, icc_profile=profile(), dpi=(300, 300))
    facts = files.describe(files.encode_picture(files.open_picture(data), recipe="{}"))
    assert facts["orientation"] == 1 and (facts["width"], facts["height"]) == (48, 64)
    assert "sRGB" in facts["icc"]
    assert facts["dpi"] == [300, 300] and facts["quality"] == 80 and facts["subsampling"] == "4:2:0"
    assert facts["recipe"] == "{}" and facts["depth"] == 8 and facts["channels"] == 3 and not facts["alpha"]
    assert files.describe(data)["orientation"] == 8
