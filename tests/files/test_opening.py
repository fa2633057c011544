"""Opening: every source, and one clear line for everything that cannot be opened."""

import io
import struct
import threading
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from files.encoded import image, noise, profile, saved, smooth
from outpaint import files
from outpaint.errors import FileError
from outpaint.geometry import Extent


def complaint(source, **how) -> str:
    with pytest.raises(FileError) as found:
        files.open_picture(source, **how)
    assert "\n" not in str(found.value)
    return str(found.value)


def test_every_kind_of_source(tmp_path):
    data = saved(Image.fromarray(smooth()), "PNG")
    path = tmp_path / "Wiese ö.png"
    path.write_bytes(data)
    for source in (
        path,
        str(path),
        data,
        bytearray(data),
        memoryview(data),
        io.BytesIO(data),
        Image.fromarray(smooth()),
    ):
        assert np.array_equal(files.open_picture(source).samples, smooth())
    with path.open("rb") as file:
        assert files.open_picture(file).origin.format == "PNG"


def test_a_bitmap_with_a_palette_is_measured_before_it_is_decoded():
    data = bytearray(saved(image("P", 20, 30), "BMP"))
    picture = files.open_picture(bytes(data))
    assert np.array_equal(picture.samples, np.asarray(image("P", 20, 30).convert("RGB")))
    data[18:26] = struct.pack("<ii", 40000, 40000)
    assert "40000x40000, more than" in complaint(bytes(data))


def test_the_suffix_does_not_matter(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(Image.fromarray(smooth()), "PNG"))
    assert files.open_picture(path).origin.format == "PNG"


def test_what_is_no_picture(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("hello, this is no picture")
    assert "there is no file" in complaint(tmp_path / "none.png")
    assert "is a folder" in complaint(tmp_path)
    assert "is empty" in complaint(tmp_path / "empty.png")
    assert "convert it to PNG, JPEG or TIFF" in complaint(tmp_path / "text.png")
    assert "HEIC" in complaint(b"\0\0\0\x18ftypheic" + bytes(100))
    assert "cannot read" in complaint("a\0b")
    for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"GIF89a", b"BM", b"P6\n", b"qoif"):
        assert "damaged" in complaint(start + b"\0\1")


def test_no_permission(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(saved(image("L"), "PNG"))

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    assert "no permission to read" in complaint(path)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "PPM", "AVIF", "QOI"])
def test_size_is_checked_before_decoding(format):
    data = saved(image("P" if format == "GIF" else "RGB", 20, 30), format)
    assert "30x20, more than the 599 pixels allowed" in complaint(data, max_pixels=599)
    assert files.open_picture(data, max_pixels=600).extent == Extent(30, 20)


def bomb(side: int) -> bytes:
    """A file of 1 kB whose header promises many pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(10**6))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in parts
    )


def test_a_bomb_is_not_decoded():
    assert "30000x30000, more than the 200000000 pixels" in complaint(bomb(30000))


@given(st.sampled_from(["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "AVIF", "PPM"]), st.data())
def test_damaged_bytes_raise_nothing_but_file_error(format, data):
    good = bytearray(saved(image("P" if format == "GIF" else "RGB", 11, 9), format))
    for _ in range(data.draw(st.integers(1, 3))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = files.open_picture(bytes(good), max_pixels=10**6)
    except FileError:
        return
    assert picture.samples.shape[:2] == picture.extent.shape


@pytest.mark.parametrize("format", ["WEBP", "GIF", "AVIF", "PPM", "BMP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_truncated_files_are_refused(format, part):
    data = saved(image("P" if format == "GIF" else "RGB", 60, 60), format)
    assert "damaged" in complaint(data[: int(len(data) * part)])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_pillow_images_keep_mode_and_metadata(mode):
    picture = image(mode)
    tag = Image.Exif()
    tag[271], tag[274] = "Maker", 6
    picture.info |= {"icc_profile": profile("Odd"), "exif": tag.tobytes()}
    ours = files.open_picture(picture)
    assert ours.icc == profile("Odd")
    assert ours.extent == Extent(13, 21)
    expected = "L;16" if mode == "I;16" else mode
    assert ours.origin.mode == expected
    target = "tiff" if mode == "CMYK" else "png"
    assert files.open_picture(files.encode_picture(ours, target)).origin.mode == expected


def in_lab(picture: Image.Image) -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(picture, srgb, lab, outputMode="LAB")


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "RGBX", "RGBa", "La", "PA", "LAB"])
def test_pillow_modes_that_become_others(mode):
    """The same colours come back as RGB or grey, and the opacity of those that have one."""
    plain = Image.fromarray(smooth() // 2 + 60)
    plain = {"La": plain.convert("L"), "PA": plain.quantize(40)}.get(mode, plain)
    given, expected = plain, np.asarray(plain.convert("RGB") if mode == "PA" else plain)
    if mode.lower().endswith("a"):
        opacity = Image.fromarray(smooth()[..., 0] // 2 + 128)
        given = plain.convert({"PA": "PA", "La": "LA", "RGBa": "RGBA"}[mode])
        given.putalpha(opacity)
        expected = np.dstack([expected, np.asarray(opacity)])
    given = in_lab(given) if mode == "LAB" else given.convert(mode)
    ours = files.to_array(files.open_picture(given))
    assert given.mode == mode and ours.shape == expected.shape
    assert np.abs(ours.astype(int) - expected).max() <= {"RGBX": 0, "PA": 0, "RGBa": 1, "La": 1}.get(mode, 8)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pillow_modes_without_a_white(mode):
    assert "convert it to 8 or 16 bits" in complaint(Image.new(mode, (3, 2)))


def test_opening_does_not_change_the_source():
    samples = smooth()
    picture = files.open_picture(samples)
    picture.samples[:] = 0
    assert np.array_equal(samples, smooth())


def test_masks():
    light = np.array([[0, 127, 128, 255]], np.uint8)
    expected = [[False, False, True, True]]
    extent = Extent(4, 1)
    assert files.open_mask(light, extent).tolist() == expected
    assert files.open_mask(light > 127, extent).tolist() == expected
    assert files.open_mask(saved(Image.fromarray(light), "PNG"), extent).tolist() == expected
    assert files.open_mask(np.dstack([light] * 3), extent).tolist() == expected
    assert files.open_mask(saved(Image.fromarray(light).convert("P"), "PNG"), extent).tolist() == expected
    assert files.open_mask(light.astype(np.uint16) * 257, extent).tolist() == expected
    for extent in (Extent(5, 2), Extent(1, 4)):
        with pytest.raises(FileError, match=f"the mask is 4x1 but the picture is {extent}"):
            files.open_mask(light, extent)


def test_a_mask_may_be_turned_by_its_orientation():
    tag = Image.Exif()
    tag[274] = 6
    data = saved(Image.fromarray(np.array([[0, 255, 255]], np.uint8)), "PNG", exif=tag)
    assert files.open_mask(data, Extent(1, 3)).tolist() == [[False], [True], [True]]


def test_a_mask_has_the_limit_of_its_picture():
    """Its size is compared before it is decoded, and nothing else limits it."""
    mask = bomb(15000)
    with pytest.raises(FileError, match="the mask is 15000x15000 but the picture is 40000x15000"):
        files.open_mask(mask, Extent(40000, 15000))
    with pytest.raises(FileError, match="damaged"):
        files.open_mask(mask, Extent(15000, 15000))


def test_many_threads_get_what_one_gets():
    data = {f: saved(Image.fromarray(smooth(200, 300)), f) for f in ("PNG", "JPEG", "TIFF", "WEBP")}
    expected = {f: files.to_array(files.open_picture(d)) for f, d in data.items()}
    wrong = []

    def work() -> None:
        for _ in range(5):
            for format, encoded in data.items():
                if not np.array_equal(files.to_array(files.open_picture(encoded)), expected[format]):
                    wrong.append(format)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_no_global_of_pillow_is_touched():
    from PIL import ImageFile

    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    files.open_picture(noise(4, 4))
    files.open_picture(saved(image("RGB"), "JPEG"))
    assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES) == before == (89478485, False)
