"""The whole road for every format and mode: open, extend, save, open again. What was known is what comes back."""

import io
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

import outpaint
from files.encoded import image, noise, opened, profile, saved, smooth
from outpaint import files
from outpaint.geometry import Extent

EIGHT: dict[str, list[str]] = {
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA"],
    "TIFF": ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"],
    "WEBP": ["RGB", "RGBA"],
    "GIF": ["P"],
    "BMP": ["1", "L", "P", "RGB"],
    "PPM": ["1", "L", "RGB"],
    "QOI": ["RGB", "RGBA"],
}
CLEAR = [("PNG", "1"), ("PNG", "L"), ("PNG", "P"), ("PNG", "RGB"), ("PNG", "I;16"), ("GIF", "P")]
SIXTEEN = [(f, c) for f in ("PNG", "TIFF") for c in (1, 2, 3, 4)] + [("PPM", 1), ("PPM", 3)]
WITH_PROFILE = {"PNG", "TIFF", "WEBP", "JPEG", "AVIF"}
WITH_RECIPE = WITH_PROFILE | {"GIF"}
WITH_DPI = {"PNG", "TIFF", "JPEG", "BMP"}


def metadata(format: str, mode: str) -> dict[str, Any]:
    """What this format can hold of a profile, EXIF and a resolution, as Pillow takes it."""
    tags = Image.Exif()
    tags[271] = "Camera maker"
    how: dict[str, Any] = {"lossless": True, "exact": True} if format == "WEBP" else {}
    if format in WITH_PROFILE:
        how |= {"exif": tags}
        how |= {"icc_profile": profile("Odd")} if mode in ("P", "RGB", "RGBA") else {}
    return how | ({"dpi": (300, 150)} if format in WITH_DPI else {})


def extended(data: bytes, tmp_path) -> bytes:
    """The file that comes out when three columns at the right and two rows at the top are added."""
    result = outpaint.extend(data, right=3, top=2, method="edge")
    path = result.save(tmp_path / f"result.{files.output_format(result.picture).lower()}")
    return path.read_bytes()


def assert_kept(data: bytes, again: bytes) -> None:
    """Every known sample, and everything the file said about itself but its size."""
    before, after = files.open_picture(data), files.open_picture(again)
    width, height = before.extent
    assert after.extent == Extent(width + 3, height + 2)
    known = before.known
    assert known.any() and after.known.all()
    assert after.samples.dtype == before.samples.dtype
    assert np.array_equal(after.samples[2:, :-3][known], before.samples[known])
    assert (after.alpha is None) == (before.alpha is None)
    if before.alpha is not None:
        assert np.array_equal(after.alpha[2:, :-3][known], before.alpha[known])
        assert (after.alpha[:2] == after.white).all() and (after.alpha[:, -3:] == after.white).all()
    if before.origin.mode == "P":
        old, new = (picture.origin.options["indices"] for picture in (before, after))
        assert np.array_equal(new[2:, :-3][known], old[known])
        entries = len(np.unique(old))
        assert np.array_equal(after.origin.palette[:entries, :3], before.origin.palette[:entries, :3])
    old, new = files.describe(data), files.describe(again)
    assert bool(new["recipe"]) == (new["format"] in WITH_RECIPE)
    same = ("format", "mode", "depth", "channels", "alpha", "icc", "dpi", "orientation", "compression", "lossless")
    assert {name: new.get(name) for name in same} == {name: old.get(name) for name in same}
    assert after.icc == before.icc


def assert_same_by_pillow(data: bytes, again: bytes) -> None:
    before, after = opened(data), opened(again)
    assert (after.format, after.mode) == (before.format, before.mode)
    assert after.size == (before.width + 3, before.height + 2)
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert after.info.get("dpi", (0, 0)) == pytest.approx(before.info.get("dpi", (0, 0)))
    if before.format in WITH_PROFILE:
        assert after.getexif()[271] == before.getexif()[271] == "Camera maker"


@pytest.mark.parametrize(("format", "mode"), [(f, m) for f, modes in EIGHT.items() for m in modes])
def test_eight_bits(format, mode, tmp_path):
    picture = image(mode)
    data = saved(picture, format, **metadata(format, mode))
    again = extended(data, tmp_path)
    assert_kept(data, again)
    assert_same_by_pillow(data, again)
    before, after = np.asarray(opened(data)), np.asarray(opened(again))[2:, :-3]
    seen = before[..., -1] > 0 if mode in ("LA", "RGBA") else np.ones(before.shape[:2], bool)
    assert np.array_equal(after[seen], before[seen])


@pytest.mark.parametrize(("format", "mode"), CLEAR)
def test_a_colour_that_means_transparent(format, mode, tmp_path):
    picture = image(mode)
    key = picture.getpixel((5, 5))
    data = saved(picture, format, transparency=int(key > 0) if mode == "1" else key, **metadata(format, mode))
    before = files.open_picture(data)
    assert not before.known[5, 5] and before.known.any()
    again = extended(data, tmp_path)
    assert files.open_picture(again).known.all()
    same = np.asarray(opened(again))[2:, :-3][before.known] == np.asarray(opened(data))[before.known]
    assert same.all()
    assert opened(again).mode == opened(data).mode


def test_a_palette_with_every_opacity(tmp_path):
    data = saved(image("P"), "PNG", transparency=bytes(range(0, 240, 6)), **metadata("PNG", "P"))
    again = extended(data, tmp_path)
    assert_kept(data, again)
    assert_same_by_pillow(data, again)


@pytest.mark.parametrize(("format", "channels"), SIXTEEN)
def test_sixteen_bits(format, channels, tmp_path):
    samples = noise(13, 21, channels, np.uint16)
    if channels in (2, 4):
        samples[..., -1] |= 1
    if format == "TIFF":
        out = io.BytesIO()
        tifffile.imwrite(
            out,
            samples,
            photometric="rgb" if channels > 2 else "minisblack",
            planarconfig="contig" if channels > 1 else None,
            extrasamples=["unassalpha"] if channels in (2, 4) else None,
            compression="zlib",
            predictor=True,
            resolution=(300, 150),
            resolutionunit="inch",
            iccprofile=profile("Odd") if channels > 2 else None,
        )
        data = out.getvalue()
    elif channels == 2:
        data = files.encode_picture(files.open_picture(samples), "png")
    else:
        swapped = samples if channels == 1 else samples[..., [2, 1, 0, 3][:channels]]
        data = cv2.imencode({"PNG": ".png", "PPM": ".pgm" if channels == 1 else ".ppm"}[format], swapped)[1].tobytes()
    again = extended(data, tmp_path)
    assert np.array_equal(files.to_array(files.open_picture(data)), samples)
    assert_kept(data, again)


@pytest.mark.parametrize("sampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg(mode, sampling, tmp_path):
    """The samples are the photo's until the encoder gets them; the encoder works with the photo's own tables."""
    data = saved(
        Image.fromarray(smooth()).convert(mode),
        "JPEG",
        quality=83,
        subsampling=0 if mode == "CMYK" else sampling,
        progressive=sampling == 1,
        **metadata("JPEG", mode),
    )
    result = outpaint.extend(data, right=3, top=2, method="edge")
    assert np.array_equal(result.array[2:, :-3], np.asarray(opened(data)))
    again = extended(data, tmp_path)
    assert_same_by_pillow(data, again)
    before, after = opened(data), opened(again)
    assert after.quantization == before.quantization
    assert after.layer == before.layer if mode != "L" else after.layers == before.layers
    assert after.info.get("progressive") == before.info.get("progressive")


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:0"])
def test_avif(sampling, tmp_path):
    data = saved(Image.fromarray(smooth()), "AVIF", quality=90, subsampling=sampling, **metadata("AVIF", "RGB"))
    result = outpaint.extend(data, right=3, top=2, method="edge")
    assert np.array_equal(result.array[2:, :-3], np.asarray(opened(data)))
    again = extended(data, tmp_path)
    assert_same_by_pillow(data, again)
    assert files.open_picture(again).origin.options["subsampling"] == sampling
