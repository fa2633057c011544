"""The other formats, the table of what each can hold, and the refusals."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, features

from files.encoded import image, noise, opened, profile, saved, smooth
from outpaint import files
from outpaint.errors import FileError
from outpaint.files.formats import FORMATS
from outpaint.geometry import Extent

LOSSLESS = [
    *[("PNG", m, {}) for m in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
    *[("TIFF", m, {}) for m in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")],
    *[("BMP", m, {}) for m in ("1", "L", "P", "RGB")],
    *[("GIF", m, {}) for m in ("L", "P")],
    *[("PPM", m, {}) for m in ("1", "L", "RGB", "I;16")],
    *[("QOI", m, {}) for m in ("RGB", "RGBA")],
    *[("WEBP", m, {"lossless": True, "exact": True}) for m in ("RGB", "RGBA")],
]


@pytest.mark.parametrize(("format", "mode", "how"), LOSSLESS, ids=lambda v: str(v))
def test_untouched_pictures_come_back_identical(format, mode, how):
    for seed, (height, width) in enumerate([(1, 1), (3, 17), (40, 23)]):
        data = saved(image(mode, height, width, seed), format, **how)
        again = files.encode_picture(files.open_picture(data))
        before, after = opened(data), opened(again)
        assert (after.format, after.mode, after.size) == (before.format, before.mode, before.size)
        assert np.array_equal(np.asarray(after), np.asarray(before))
        if mode == "P":
            assert after.getpalette("RGB")[:120] == before.getpalette("RGB")[:120]


@given(st.integers(1, 30), st.integers(1, 30), st.sampled_from(range(len(LOSSLESS))), st.integers(0, 5))
def test_untouched_pictures_of_any_size(height, width, case, seed):
    format, mode, how = LOSSLESS[case]
    data = saved(image(mode, height, width, seed), format, **how)
    before, after = opened(data), opened(files.encode_picture(files.open_picture(data)))
    assert after.mode == before.mode and np.array_equal(np.asarray(after), np.asarray(before))


def test_lossy_webp_stays_lossy_and_quality_overrides():
    lossy = files.open_picture(saved(Image.fromarray(smooth()), "WEBP", quality=80))
    exact = files.open_picture(saved(Image.fromarray(smooth()), "WEBP", lossless=True))
    assert not files.describe(files.encode_picture(lossy))["lossless"]
    assert files.describe(files.encode_picture(exact))["lossless"]
    assert not files.describe(files.encode_picture(exact, quality=50))["lossless"]


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 5)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [False, True])
def test_webp_header_tells_size_and_opacity(size, mode, lossless):
    data = saved(image(mode, *size), "WEBP", lossless=lossless)
    facts = files.describe(data)
    assert (facts["height"], facts["width"]) == size
    assert facts["alpha"] == (opened(data).mode == "RGBA")
    assert files.open_picture(data).extent == Extent(size[1], size[0])


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_avif_keeps_its_sampling(sampling, mode):
    picture = Image.fromarray(smooth())
    if mode == "RGBA":
        picture.putalpha(Image.fromarray(smooth()[..., 0] // 2 + 100))
    data = saved(picture, "AVIF", subsampling=sampling, quality=90)
    again = files.open_picture(files.encode_picture(files.open_picture(data)))
    assert again.origin.options["subsampling"] == sampling
    assert np.abs(files.to_array(again).astype(int) - np.asarray(picture)).mean() < 3


def test_deep_avif_is_refused():
    data = bytearray(saved(Image.fromarray(smooth()), "AVIF"))
    data[data.index(b"av1C") + 6] |= 0x40
    with pytest.raises(FileError, match="10 or 12 bits"):
        files.open_picture(bytes(data))


@pytest.mark.parametrize("format", ["GIF", "WEBP", "AVIF"])
def test_moving_pictures_are_refused_with_their_count(format):
    frames = [image("RGB", 20, 20, seed=s) for s in range(4)]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:])
    with pytest.raises(FileError, match="4 frames"):
        files.open_picture(out.getvalue())


def test_gif_keeps_transparency_and_comment():
    picture = image("P")
    data = saved(picture, "GIF", transparency=int(np.asarray(picture)[2, 2]), comment=b"hello")
    ours = files.open_picture(data)
    assert not ours.known[2, 2]
    again = opened(files.encode_picture(ours, recipe="{}"))
    assert again.info["comment"].splitlines()[0] == b"hello"
    assert again.info["transparency"] == opened(data).info["transparency"]
    assert np.array_equal(np.asarray(again), np.asarray(opened(data)))


@pytest.mark.parametrize("white", [1, 100, 255, 256, 1023, 65535])
@pytest.mark.parametrize("kind", [2, 3, 5, 6])
def test_portable_maps_of_any_white(white, kind):
    channels = 3 if kind in (3, 6) else 1
    values = noise(5, 7, channels, np.uint16).astype(np.uint32) % (white + 1)
    text = " ".join(str(v) for v in values.ravel()).encode()
    body = text if kind < 5 else values.astype("u1" if white < 256 else ">u2").tobytes()
    picture = files.open_picture(b"P%d # a comment\n7 5\n%d\n" % (kind, white) + body)
    full = 255 if white < 256 else 65535
    assert np.array_equal(files.to_array(picture), np.floor(values * full / white + 0.5))
    assert np.array_equal(files.to_array(files.open_picture(files.encode_picture(picture))), files.to_array(picture))


def test_portable_bitmaps():
    assert files.open_picture(b"P1\n3 2\n010\n1 1 0\n").samples[..., 0].tolist() == [[255, 0, 255], [0, 0, 255]]
    with pytest.raises(FileError, match="too early"):
        files.open_picture(b"P6\n3 2\n255\nabc")


@pytest.mark.parametrize(
    ("picture", "format", "words"),
    [
        (noise(5, 5, 4), "jpg", "JPEG cannot hold transparency; use --format png, tiff or webp"),
        (noise(5, 5, 2), "bmp", "BMP cannot hold transparency; use --format png, tiff or webp"),
        (noise(5, 5, 3, np.uint16), "jpg", "JPEG cannot hold 16 bits per sample; use --format png, tiff or ppm"),
        (noise(5, 5, 1, np.uint16), "webp", "WebP cannot hold 16 bits per sample; use --format png, tiff or ppm"),
        (noise(5, 5, 4, np.uint16), "webp", "WebP cannot hold 16 bits per sample; use --format png or tiff"),
        (noise(5, 5, 3), "gif", "GIF cannot hold more than 256 colours; use --format png, tiff or webp"),
        (image("CMYK"), "png", "PNG cannot hold CMYK; use --format tiff or jpg"),
        (image("CMYK"), "webp", "WebP cannot hold CMYK; use --format tiff or jpg"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(picture, format, words):
    ours = files.open_picture(picture)
    with pytest.raises(FileError) as first:
        files.encode_picture(ours, format)
    with pytest.raises(FileError) as second:
        files.check_writable(ours, format=format)
    assert str(first.value) == str(second.value) == words


def test_transparent_holes_will_be_painted_but_must_be_before_saving():
    samples = noise(5, 5, 4)
    samples[..., 3] = 255
    samples[2, 2, 3] = 0
    picture = files.open_picture(samples)
    files.check_writable(picture, format="png")
    with pytest.raises(FileError, match="transparency"):
        files.encode_picture(picture, "jpg")


def test_an_alpha_channel_never_vanishes_even_if_it_is_opaque():
    samples = noise(5, 5, 4)
    samples[..., 3] = 255
    picture = files.open_picture(samples)
    for format in ("bmp", "jpg"):
        with pytest.raises(FileError, match="transparency; use --format png"):
            files.encode_picture(picture, format)
    assert opened(files.encode_picture(picture, "png")).mode == "RGBA"


def test_profiles():
    odd = files.open_picture(saved(image("RGB"), "PNG", icc_profile=profile("Odd")))
    plain = files.open_picture(saved(image("RGB"), "PNG", icc_profile=profile()))
    with pytest.raises(FileError, match="BMP cannot hold a colour profile; use --format png, tiff or webp"):
        files.encode_picture(odd, "bmp")
    assert opened(files.encode_picture(plain, "bmp")).mode == "RGB"


@pytest.mark.parametrize(("format", "side"), [("jpg", 65535), ("webp", 16383), ("gif", 65535)])
def test_too_large_for_the_format(format, side):
    picture = files.open_picture(noise(5, 5))
    files.check_writable(picture, format=format, extent=Extent(side, 1))
    with pytest.raises(FileError, match=f"its longest side is {side}; use --format png or tiff"):
        files.check_writable(picture, format=format, extent=Extent(1, side + 1))


def test_lossless_widening():
    for mode, target, expected in [
        ("1", "jpg", "L"),
        ("P", "jpg", "RGB"),
        ("L", "webp", "RGB"),
        ("LA", "webp", "RGBA"),
    ]:
        picture = files.open_picture(saved(image(mode), "PNG"))
        assert opened(files.encode_picture(picture, target)).mode == expected


def test_output_format():
    jpeg = files.open_picture(saved(Image.fromarray(smooth()), "JPEG"))
    assert files.output_format(jpeg) == "JPEG"
    assert files.output_format(jpeg, "out.TIF") == "TIFF"
    assert files.output_format(jpeg, Path("out")) == "JPEG"
    assert files.output_format(jpeg, None, ".Png") == "PNG"
    assert files.output_format(jpeg, "a.jpg", "JPEG") == "JPEG"
    assert files.output_format(None) == "PNG"
    assert files.output_format(files.open_picture(noise(2, 2))) == "PNG"
    with pytest.raises(FileError, match="disagree"):
        files.output_format(jpeg, "a.jpg", "png")
    with pytest.raises(FileError, match="one of: png"):
        files.output_format(jpeg, "a.xyz")


def test_the_table_is_true():
    """Every mode that the table promises can be written and is read back as itself."""
    assert features.check("webp") and features.check("avif")
    for target in FORMATS.values():
        for mode in target.modes:
            plain, _, deep = mode.partition(";")
            if deep:
                samples = noise(9, 11, {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}[plain], np.uint16)
                picture = files.open_picture(samples)
            else:
                picture = files.open_picture(image(mode))
            again = files.open_picture(files.encode_picture(picture, target.name))
            assert (again.origin.format, again.extent) == (target.name, picture.extent)
            assert again.origin.mode == (mode if target.name != "GIF" else "P")


def test_suffixes():
    assert {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".avif", ".gif", ".bmp"} <= files.PICTURE_SUFFIXES
    assert ".txt" not in files.PICTURE_SUFFIXES


def test_gif_frame_smaller_than_its_screen():
    data = bytearray(saved(image("P", 8, 10), "GIF"))
    data[6:10] = bytes([14, 0, 9, 0])
    picture = files.open_picture(bytes(data))
    assert picture.extent == Extent(14, 9)
    expected = np.asarray(opened(bytes(data)).convert("RGB"))
    assert np.array_equal(picture.samples, expected)
    assert np.array_equal(np.asarray(opened(files.encode_picture(picture)).convert("RGB")), expected)
    data[6] = 3
    with pytest.raises(FileError, match="beyond"):
        files.open_picture(bytes(data))


def test_one_bit_pictures_are_dithered_where_they_are_new():
    picture = files.open_picture(image("1", 40, 40))
    larger = picture.within(picture.frame.padded(40))
    for level in (0, 0.25, 0.5, 0.75, 1):
        pixels = np.full((*larger.extent.shape, 3), level, np.float32)
        larger.fill(larger.frame, pixels, (np.pad(picture.known, 40) == 0).astype(np.float32))
        after = np.asarray(opened(files.encode_picture(larger, "png")))
        assert np.array_equal(after[40:-40, 40:-40], np.asarray(image("1", 40, 40)))
        assert after[:40].mean() == pytest.approx(level, abs=0.02)


def test_resolution_turns_with_the_picture():
    tag = Image.Exif()
    tag[274] = 6
    for format in ("PNG", "JPEG", "TIFF"):
        data = saved(Image.fromarray(smooth()), format, exif=tag, dpi=(100, 200))
        found = opened(files.encode_picture(files.open_picture(data)))
        assert found.info["dpi"] == pytest.approx((200, 100), abs=0.01)
