"""Photos in, pictures out: nothing is turned, clipped or lost on the way."""

import json
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

import outpaint
from outpaint.canvas import MASK_ID, Accept, AddLayer, Document, Erase, ImportPhoto, Paint, SetMask, SetVisible
from outpaint.errors import FileError, RequestError
from outpaint.files import read_recipe
from outpaint.geometry import Frame
from outpaint.recipe import parse_recipe, write_recipe
from outpaint.request import Request


def encoded(image: Image.Image, format: str = "PNG", **more: object) -> bytes:
    file = BytesIO()
    image.save(file, format, **more)
    return file.getvalue()


def test_a_photo_and_its_file_come_back(document: Document, photo: np.ndarray) -> None:
    data = encoded(Image.fromarray(photo))
    done = document.do(ImportPhoto(data, -20, -300, "Sky"))
    frame = Frame(-20, -300, 64, 48)
    assert document.content_box() == frame
    np.testing.assert_array_equal(document.view(frame, 64, 48)[..., :3], photo)
    layer = document.layers[0]
    assert (layer.id, layer.name) == (done.layer, "Sky")
    assert layer.source is not None and document.original(layer.source) == data
    document.undo()
    assert document.content_box() is None
    assert document.original(layer.source) == data  # it can be redone


def test_exif_turns_it(document: Document, photo: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    document.do(ImportPhoto(encoded(Image.fromarray(photo), exif=exif)))
    assert document.content_box() == Frame(0, 0, 48, 64)
    np.testing.assert_array_equal(document.view(Frame(0, 0, 48, 64), 48, 64)[..., :3], np.rot90(photo, -1))


def test_alpha_stays_and_hidden_colours_go(document: Document, photo: np.ndarray) -> None:
    alpha = (np.arange(64) * 4).astype(np.uint8) * np.ones((48, 1), np.uint8)
    document.do(ImportPhoto(encoded(Image.fromarray(np.dstack([photo, alpha])))))
    found = document.layer_view(document.layers[0].id, Frame(0, 0, 64, 48))
    np.testing.assert_array_equal(found[..., 3], alpha)
    np.testing.assert_array_equal(found[:, 1:, :3], photo[:, 1:])
    assert not found[:, 0].any()


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "I;16", "1"])
def test_every_mode_is_shown_as_pillow_or_the_house_converts_it(
    document: Document, photo: np.ndarray, mode: str
) -> None:
    if mode == "I;16":
        image = Image.fromarray(photo[..., 0].astype(np.uint16) * 257)
        wanted = np.repeat(photo[..., :1], 3, -1)
    else:
        image = Image.fromarray(photo).convert(mode)
        wanted = np.asarray(image.convert("RGB"))
    document.do(ImportPhoto(encoded(image, "TIFF")))
    found = document.view(Frame(0, 0, 64, 48), 64, 48)
    np.testing.assert_allclose(found[..., :3].astype(int), wanted, atol=1)
    assert (found[..., 3] == 255).all()


def test_a_profile_is_converted_to_srgb(document: Document, photo: np.ndarray) -> None:
    """Colours of a profile with other primaries look the same; Pillow's own conversion is the oracle."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    profile = bytearray(lab.tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"  # red and green change their meaning
    document.do(ImportPhoto(encoded(Image.fromarray(photo), icc_profile=bytes(profile))))
    found = document.view(Frame(0, 0, 64, 48), 64, 48)[..., :3]
    np.testing.assert_allclose(found.astype(int), photo[..., [1, 0, 2]], atol=2)


def test_files_that_cannot_be_opened_change_nothing(document: Document, photo: np.ndarray) -> None:
    with pytest.raises(FileError, match="not a picture"):
        document.do(ImportPhoto(b"something else"))
    with pytest.raises(FileError, match="more than the 100 pixels"):
        document.do(ImportPhoto(encoded(Image.fromarray(photo)), max_pixels=100))
    with pytest.raises(RequestError, match="leaves the plane"):
        document.do(ImportPhoto(encoded(Image.fromarray(photo)), left=2**31))
    assert document.revision == 0 and not document.history()


def test_a_frame_goes_down_the_road_and_comes_back(document: Document, photo: np.ndarray) -> None:
    """What was known stays byte for byte, wherever on the plane; one undo takes the candidate back."""
    document.do(ImportPhoto(encoded(Image.fromarray(photo)), 300, -400))
    document.do(SetMask(Frame(310, -390, 10, 8)))
    frame = Frame(290, -405, 84, 58)
    picture = document.picture(frame)
    known = np.zeros((58, 84), bool)
    known[5:53, 10:74] = True
    known[15:23, 20:30] = False
    np.testing.assert_array_equal(picture.known, known)
    assert picture.frame == frame and picture.alpha is None
    before = document.view(frame, 84, 58)
    result = outpaint.extend(picture, method="smear", seed=4)
    np.testing.assert_array_equal(result.painted, ~known)
    done = document.do(Accept(frame, result.array, result.painted))
    after = document.view(frame, 84, 58)
    assert document.content_box() == frame and (after[..., 3] == 255).all()
    np.testing.assert_array_equal(after[known], before[known])
    np.testing.assert_array_equal(after[..., :3], result.array)
    assert not document.mask(frame).any()
    assert document.layers[1].id == done.layer
    assert not document.layer_view(done.layer, frame)[known].any()
    document.undo()
    np.testing.assert_array_equal(document.view(frame, 84, 58), before)
    assert document.mask(frame).any()


def test_half_transparent_is_known_and_a_hidden_mask_masks_nothing(document: Document) -> None:
    layer = document.do(AddLayer("a")).layer
    assert layer is not None
    frame = Frame(-2, -2, 4, 4)
    document.do(Paint(layer, frame, np.full((4, 4, 4), 100, np.uint8)))
    document.do(Erase(layer, Frame(-2, -2, 1, 1)))
    document.do(SetMask(Frame(1, 1, 1, 1), np.array([[128]], np.uint8)))
    picture = document.picture(frame)
    assert picture.alpha is not None and not picture.known[0, 0] and not picture.known[3, 3]
    assert picture.known.sum() == 14
    document.do(SetVisible(MASK_ID, False))
    assert document.picture(frame).known.sum() == 15


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tif"])
def test_exports_open_again(document: Document, photo: np.ndarray, format: str) -> None:
    document.do(ImportPhoto(encoded(Image.fromarray(photo)), -30, 5))
    document.do(Erase(document.layers[0].id, Frame(-30, 5, 20, 20)))
    if format == "jpg":
        with pytest.raises(FileError, match="transparency"):
            document.encode(format=format)
    data = document.encode(format=format, background=(10, 20, 30) if format == "jpg" else None)
    with Image.open(BytesIO(data)) as image:
        found = np.asarray(image.convert("RGBA"))
    assert found.shape == (48, 64, 4)
    tolerance = {"jpg": 12, "webp": 12}.get(format, 0)
    np.testing.assert_allclose(found[30:, 30:, :3].astype(int), photo[30:, 30:], atol=3 * tolerance)
    if format == "jpg":
        np.testing.assert_allclose(found[:15, :15, :3].astype(int) - [10, 20, 30], 0, atol=4)
    else:
        assert (found[:20, :20, 3] == 0).all() and (found[20:, 20:, 3] == 255).all()


def test_boxes(document: Document) -> None:
    assert document.content_box() is None
    with pytest.raises(RequestError, match="nothing on the canvas"):
        document.encode()
    for frame in (Frame(-700, 3, 5, 6), Frame(400, -900, 2, 1)):
        layer = document.do(AddLayer("a")).layer
        assert layer is not None
        document.do(Paint(layer, frame, np.full((frame.height, frame.width, 4), 9, np.uint8)))
    assert document.content_box() == Frame.between(-700, -900, 402, 9)
    document.do(SetVisible(layer, False))
    assert document.content_box() == Frame(-700, 3, 5, 6)
    assert document.everything_box() == Frame.between(-700, -900, 402, 9)


def test_a_recipe_of_very_much_tells_the_newest(document: Document) -> None:
    """So that it still fits into EXIF, of which a JPEG holds 64 KB."""
    layer = document.do(AddLayer("a")).layer
    for number in range(60):
        pixels = np.full((4, 4, 4), 255 - number, np.uint8)
        recipe = write_recipe(Request(method="fake", prompt="\u5929" * 900, seed=number))
        document.do(Accept(Frame(number, 0, 4, 4), pixels, pixels[..., 0], layer, recipe=recipe))
    everything = Frame(0, 0, 70, 4)
    for text in (document.recipe(everything), read_recipe(document.encode(format="jpeg", background=(0, 0, 0)))):
        assert text is not None and len(text) < 25_000
        assert parse_recipe(text).seed == 59
        seeds = [each["request"]["seed"] for each in json.loads(text)["painted"]]
        assert len(seeds) > 10 and seeds == list(range(60 - len(seeds), 60))
    found = document.recipe(Frame(0, 0, 1, 1))
    assert found is not None and len(json.loads(found)["painted"]) == 1
    assert document.recipe(Frame(500, 0, 1, 1)) is None
