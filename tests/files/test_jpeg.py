"""JPEG: tables, sampling, flags and segments against Pillow's and OpenCV's answers."""

import io
import struct

import cv2
import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from files.encoded import image, noise, opened, profile, saved, smooth
from outpaint import files
from outpaint.errors import FileError


def photo(mode: str = "RGB") -> Image.Image:
    return Image.fromarray(smooth()).convert(mode)


def tables_of(data: bytes) -> list[list[int]]:
    """The quantisation table of each component, by Pillow."""
    found = opened(data)
    return [found.quantization[number] for *_, number in found.layer]


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("quality", [5, 50, 87, 100])
@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_resaved_with_the_same_tables(mode, quality, sampling, progressive):
    data = saved(photo(mode), "JPEG", quality=quality, subsampling=sampling, progressive=progressive)
    picture = files.open_picture(data)
    assert np.array_equal(files.to_array(picture), np.asarray(opened(data)))
    again = opened(files.encode_picture(picture))
    assert again.mode == mode
    assert again.quantization == opened(data).quantization
    assert JpegImagePlugin.get_sampling(again) == JpegImagePlugin.get_sampling(opened(data))
    assert bool(again.info.get("progressive")) == progressive


@pytest.mark.parametrize(
    ("mode", "numbers"),
    [
        ("CMYK", [0, 1, 1, 0]),
        ("CMYK", [0, 1, 2, 3]),
        ("CMYK", [0, 0, 0, 0]),
        ("RGB", [1, 0, 0]),
        ("RGB", [0, 1, 0]),
        ("RGB", [3, 1, 2]),
        ("RGB", [2, 2, 2]),
        ("L", [3]),
    ],
)
def test_every_component_keeps_its_table(mode, numbers):
    """The numbers in the frame, not their order, say which component uses which table."""
    data = bytearray(saved(photo(mode), "JPEG", subsampling=0, qtables=[[3 + 5 * i] * 64 for i in range(4)]))
    frame = data.index(b"\xff\xc0") + 10
    for component, number in enumerate(numbers):
        data[frame + 2 + 3 * component] = number
    for number in set(numbers):
        data[2:2] = b"\xff\xdb\0\x43" + bytes([number]) + bytes([3 + 5 * number] * 64)
    expected = tables_of(bytes(data))
    assert [table[0] for table in expected] == [3 + 5 * number for number in numbers]
    assert tables_of(files.encode_picture(files.open_picture(bytes(data)))) == expected


def test_resaving_changes_next_to_nothing():
    data = saved(photo(), "JPEG", quality=90)
    again = opened(files.encode_picture(files.open_picture(data)))
    assert np.abs(np.asarray(again).astype(int) - np.asarray(opened(data))).max() <= 3


def test_opencv_reads_what_we_write():
    data = np.frombuffer(files.encode_picture(files.open_picture(saved(photo(), "JPEG"))), np.uint8)
    assert np.abs(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1].astype(int) - smooth()).mean() < 4


def test_quality_overrides_the_tables():
    picture = files.open_picture(saved(photo(), "JPEG", quality=90, subsampling=1))
    low, high = (files.encode_picture(picture, quality=q) for q in (20, 98))
    assert len(low) < len(high)
    assert files.describe(low)["quality"] == 20 and files.describe(high)["quality"] == 98
    assert files.describe(low)["subsampling"] == "4:2:2"


@pytest.mark.parametrize("quality", [1, 10, 50, 75, 95, 100])
def test_quality_is_told(quality):
    assert files.describe(saved(photo(), "JPEG", quality=quality))["quality"] == quality


def test_rgb_components_stay():
    data = saved(photo(), "JPEG", keep_rgb=True, quality=95)
    again = files.encode_picture(files.open_picture(data))
    assert files.open_picture(again).origin.options["keep_rgb"]
    assert np.abs(np.asarray(opened(again)).astype(int) - np.asarray(opened(data))).max() <= 2


def test_metadata_stays():
    exif = Image.Exif()
    exif[271] = "Maker"
    data = saved(
        photo(),
        "JPEG",
        exif=exif,
        icc_profile=profile("Odd") * 30,
        xmp=b"<x:xmpmeta/>",
        comment=b"hello",
        dpi=(72, 150),
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0"
    data = data[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + data[2:]
    again = files.encode_picture(files.open_picture(data))
    found = opened(again)
    assert found.info["icc_profile"] == profile("Odd") * 30
    assert found.info["xmp"] == b"<x:xmpmeta/>"
    assert found.info["comment"] == b"hello"
    assert found.info["dpi"] == (72, 150)
    assert found.getexif()[271] == "Maker"
    assert iptc in again


def test_no_profile_is_none():
    picture = files.open_picture(saved(photo(), "JPEG"))
    assert picture.icc is None
    assert opened(files.encode_picture(picture, "bmp")).mode == "RGB"


def test_multi_picture_file_is_its_first_picture():
    first, second = photo(), Image.fromarray(255 - smooth())
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second])
    picture = files.open_picture(out.getvalue())
    assert picture.origin.format == "JPEG"
    assert np.abs(files.to_array(picture).astype(int) - smooth()).mean() < 4
    assert opened(files.encode_picture(picture)).format == "JPEG"


@pytest.mark.parametrize("part", [0.01, 0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("progressive", [False, True])
def test_truncated_files_are_refused(part, progressive):
    data = saved(image("RGB", 90, 90), "JPEG", progressive=progressive)
    with pytest.raises(FileError, match=r"damaged|empty|not a picture"):
        files.open_picture(data[: int(len(data) * part)])


def test_noise_of_the_highest_quality_progressive():
    """Pillow guesses its buffer too small for this one."""
    data = saved(Image.fromarray(noise(400, 400, 3)), "JPEG", quality=100, subsampling=0)
    picture = files.open_picture(data)
    picture.origin.options["progressive"] = True
    picture.origin.options["qtables"] = [[1] * 64, [1] * 64]
    again = opened(files.encode_picture(picture))
    assert again.quantization[0] == [1] * 64


def test_twelve_bits_are_refused():
    data = bytearray(saved(photo(), "JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(FileError, match="12-bit"):
        files.open_picture(bytes(data))


def test_a_missing_table_is_told():
    data = bytearray(saved(photo("L"), "JPEG"))
    data[data.index(b"\xff\xc0") + 12] = 3
    with pytest.raises(FileError, match="table is missing"):
        files.open_picture(bytes(data))


def test_inks_are_never_sampled_down():
    picture = files.open_picture(saved(photo("CMYK"), "JPEG"))
    layers = opened(files.encode_picture(picture, quality=50)).layer
    assert [layer[1:3] for layer in layers] == [(1, 1)] * 4


def test_exif_too_long_for_jpeg_is_refused():
    exif = Image.Exif()
    exif[37500] = bytes(70000)
    picture = files.open_picture(saved(photo(), "PNG", exif=exif))
    with pytest.raises(FileError, match="64 KB"):
        files.encode_picture(picture, "jpg")


def test_recipe_that_does_not_fit_is_left_out():
    exif = Image.Exif()
    exif[37500] = bytes(64000)
    picture = files.open_picture(saved(photo(), "JPEG", exif=exif))
    assert files.read_recipe(files.encode_picture(picture, recipe="x" * 5000)) is None


def test_cmyk_ink_is_inverted_as_adobe_does():
    """OpenCV converts CMYK by the plain formula; a mistaken inversion would be far off."""
    ink = smooth()[..., [0, 1, 2, 0]] // 2
    picture = files.open_picture(saved(Image.fromarray(ink, "CMYK"), "JPEG", quality=95))
    assert np.abs(picture.samples.astype(int) - ink).mean() < 3
    data = np.frombuffer(files.encode_picture(picture), np.uint8)
    light = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1].astype(float)
    expected = (255 - ink[..., :3].astype(float)) * (255 - ink[..., 3:]) / 255
    assert np.abs(light - expected).mean() < 4
