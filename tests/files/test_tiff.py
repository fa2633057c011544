"""TIFF of every layout, with tifffile, OpenCV and Pillow as oracles in both directions."""

import io
import itertools
import struct

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, TiffImagePlugin

from files.encoded import image, noise, opened, saved, smooth
from outpaint import files
from outpaint.errors import FileError


def written(samples, **how) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, samples, **how)
    return out.getvalue()


def agrees(picture, samples) -> None:
    """What we opened is the array, and what we write is it too, for tifffile and for us."""
    assert np.array_equal(files.to_array(picture), samples)
    again = files.encode_picture(picture)
    assert np.array_equal(tifffile.imread(io.BytesIO(again)), samples)
    assert np.array_equal(files.to_array(files.open_picture(again)), samples)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("order", "<>")
def test_tifffiles_layouts(channels, dtype, order):
    choices = itertools.product(
        [(1, 1), (7, 13), (40, 70)], [(None, False), ("zlib", False), ("zlib", True)], [None, (16, 32)], [False, True]
    )
    for size, (compression, predictor), tile, separate in choices:
        samples = noise(*size, channels, dtype)
        if separate and channels == 1:
            continue
        data = written(
            np.ascontiguousarray(np.moveaxis(samples, -1, 0)) if separate else samples,
            photometric="rgb" if channels > 2 else "minisblack",
            planarconfig=("separate" if separate else "contig") if channels > 1 else None,
            compression=compression,
            predictor=predictor,
            byteorder=order,
            tile=tile,
            extrasamples=["unassalpha"] if channels in (2, 4) else None,
        )
        agrees(files.open_picture(data), samples)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 32946])
@pytest.mark.parametrize("predictor", [1, 2])
def test_opencvs_compressions_both_ways(channels, dtype, compression, predictor):
    samples = noise(33, 21, channels, dtype)
    swapped = samples if channels == 1 else samples[..., [2, 1, 0, 3][:channels]]
    how = [cv2.IMWRITE_TIFF_COMPRESSION, compression, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    ok, data = cv2.imencode(".tiff", swapped, how)
    assert ok
    picture = files.open_picture(data.tobytes())
    assert np.array_equal(files.to_array(picture), samples)
    ours = files.encode_picture(picture)
    if channels == 4 and dtype == np.uint8:  # OpenCV multiplies these with their alpha
        assert np.array_equal(np.asarray(opened(ours)), samples)
    else:
        assert np.array_equal(cv2.imdecode(np.frombuffer(ours, np.uint8), cv2.IMREAD_UNCHANGED), swapped)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("compression", ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "zstd"])
def test_mode_and_compression_stay(mode, compression):
    picture = image(mode)
    data = saved(picture, "TIFF", compression=compression)
    again = opened(files.encode_picture(files.open_picture(data)))
    assert (again.mode, again.info["compression"]) == (mode, compression)
    assert np.array_equal(np.asarray(again), np.asarray(picture))
    assert mode != "P" or again.getpalette() == opened(data).getpalette()


@pytest.mark.parametrize("compression", ["group3", "group4"])
@pytest.mark.parametrize("photometric", [0, 1])
def test_fax(compression, photometric):
    data = saved(image("1"), "TIFF", compression=compression, tiffinfo={262: photometric})
    again = opened(files.encode_picture(files.open_picture(data)))
    assert again.info["compression"] == compression
    assert np.array_equal(np.asarray(again), np.asarray(opened(data)))


@pytest.mark.parametrize("bits", [2, 4])
def test_few_bits(bits):
    levels = noise(9, 11) >> (8 - bits)
    rows = np.zeros((9, -(-11 * bits // 8)), np.uint8)
    for x in range(11):
        rows[:, x * bits // 8] |= levels[:, x] << (8 - bits - x * bits % 8)
    tags = {256: 11, 257: 9, 258: bits, 259: 1, 262: 1, 273: 8, 277: 1, 278: 9, 279: rows.size}
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, 4, 1, v) for t, v in tags.items())
    tags[273] = 8 + len(body) + 4
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, 4, 1, v) for t, v in tags.items())
    data = struct.pack("<2sHI", b"II", 42, 8) + body + bytes(4) + rows.tobytes()
    picture = files.open_picture(data)
    assert np.array_equal(picture.samples[..., 0], levels * (255 // (2**bits - 1)))
    again = files.encode_picture(picture)
    assert np.array_equal(np.asarray(opened(again)), np.asarray(opened(data)))
    assert files.describe(again)["depth"] == bits


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("order", "<>")
def test_white_is_zero(dtype, order):
    samples = noise(9, 11, 1, dtype)
    data = written(samples, photometric="miniswhite", byteorder=order)
    assert np.array_equal(files.to_array(files.open_picture(data)), np.iinfo(dtype).max - samples)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_associated_alpha_is_divided_out(dtype):
    white = np.iinfo(dtype).max
    alpha = np.array([[0, white // 2, white]], dtype)[..., None]
    colour = np.array([[[9, 8, 7], [white // 4, 0, white // 2], [white, 1, 2]]], dtype)
    data = written(np.concatenate([colour, alpha], -1), photometric="rgb", extrasamples=["assocalpha"])
    got = files.to_array(files.open_picture(data)).astype(float)
    expected = np.minimum(np.rint(colour / np.maximum(alpha, 1).astype(float) * white), white)
    assert np.abs(got[..., :3] - expected)[:, 1:].max() <= 1
    assert np.array_equal(got[..., 3:], alpha)


def test_big_tiff():
    samples = noise(20, 30, 3, np.uint16)
    for compression in (None, "zlib"):
        data = written(samples, photometric="rgb", bigtiff=True, compression=compression)
        agrees(files.open_picture(data), samples)


def test_jpeg_inside_keeps_the_pixels_it_had():
    data = saved(Image.fromarray(smooth()), "TIFF", compression="jpeg", quality=90)
    picture = files.open_picture(data)
    assert np.array_equal(files.to_array(picture), np.asarray(opened(data)))
    again = opened(files.encode_picture(picture))
    assert again.info["compression"] == "tiff_adobe_deflate"
    assert np.array_equal(np.asarray(again), np.asarray(opened(data)))


def test_lab_becomes_rgb():
    from PIL import ImageCms

    lab = ImageCms.createProfile("LAB")
    move = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    converted = ImageCms.applyTransform(Image.fromarray(smooth()), move)
    data = saved(converted, "TIFF")
    picture = files.open_picture(data)
    assert picture.space == "rgb"
    assert np.abs(files.to_array(picture).astype(int) - smooth()).mean() < 2
    assert opened(files.encode_picture(picture)).mode == "RGB"


def test_resolution_and_description_stay():
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[270], info[315], info[305] = "A meadow", "Zoe", "Camera 1.0"
    data = saved(Image.fromarray(smooth()), "TIFF", tiffinfo=info, dpi=(300, 150.5))
    found = opened(files.encode_picture(files.open_picture(data)))
    assert (found.tag_v2[270], found.tag_v2[315], found.tag_v2[305]) == ("A meadow", "Zoe", "Camera 1.0")
    assert found.info["dpi"] == pytest.approx((300, 150.5))


def test_tifffiles_note_of_the_shape_is_not_kept():
    picture = files.open_picture(written(noise(9, 11, 3)))
    grown = picture.within(picture.frame.padded(2))
    assert tifffile.imread(io.BytesIO(files.encode_picture(grown))).shape == (13, 15, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.int16, np.uint32, np.int32])
def test_floats_and_wide_numbers_are_refused(dtype):
    with pytest.raises(FileError, match="convert it to 16 bits"):
        files.open_picture(written(np.ones((5, 5), dtype), photometric="minisblack"))


def test_extra_channels_are_refused():
    data = written(noise(5, 5, 5), photometric="rgb", extrasamples=["unassalpha", "unspecified"])
    with pytest.raises(FileError, match="2 more channels"):
        files.open_picture(data)


def test_sixteen_bit_cmyk_is_refused():
    with pytest.raises(FileError, match="CMYK"):
        files.open_picture(written(noise(5, 5, 4, np.uint16), photometric="separated"))


def test_pages_are_counted():
    with pytest.raises(FileError, match="3 pages"):
        files.open_picture(written(noise(5, 6 * 3, 3).reshape(3, 5, 6, 3), photometric="rgb"))


def test_a_reduced_copy_is_no_page():
    out = io.BytesIO()
    samples = noise(20, 20, 3)
    with tifffile.TiffWriter(out) as file:
        file.write(samples, photometric="rgb")
        file.write(np.ascontiguousarray(samples[::2, ::2]), photometric="rgb", subfiletype=1)
    assert np.array_equal(files.to_array(files.open_picture(out.getvalue())), samples)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
def test_truncated_files_are_refused(compression, part):
    data = saved(image("RGB", 90, 90), "TIFF", compression=compression)
    with pytest.raises(FileError, match=r"damaged|not a picture"):
        files.open_picture(data[: int(len(data) * part)])
