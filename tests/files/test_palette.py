"""Palettes: entries stay, known pixels keep their index, new colours find a place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from files.encoded import image, opened, saved
from outpaint import files
from outpaint.errors import FileError
from outpaint.files.palette import _nearest
from outpaint.geometry import Frame


def grown(picture, colour, margin=2):
    """The picture with a frame around it, painted in one colour or in the pixels given."""
    larger = picture.within(picture.frame.padded(margin))
    pixels = np.broadcast_to(np.asarray(colour, np.float32) / 255, (*larger.extent.shape, 3))
    larger.fill(larger.frame, pixels, (~larger.known).astype(np.float32))
    return larger


def inner(array, margin=2):
    return array[margin:-margin, margin:-margin]


@pytest.mark.parametrize("format", ["PNG", "GIF", "TIFF", "BMP"])
def test_a_new_colour_takes_a_free_entry(format):
    before = image("P")
    data = saved(before, format)
    again = opened(files.encode_picture(grown(files.open_picture(data), (1, 2, 3))))
    assert again.mode == "P"
    assert np.array_equal(inner(np.asarray(again)), np.asarray(opened(data)))
    assert again.getpalette()[:120] == opened(data).getpalette()[:120]
    assert again.convert("RGB").getpixel((0, 0)) == (1, 2, 3)


def test_duplicate_entries_keep_their_indices():
    picture = Image.new("P", (4, 1))
    picture.putpalette([9, 9, 9, 9, 9, 9, 200, 0, 0])
    picture.putdata([0, 1, 2, 1])
    again = opened(files.encode_picture(grown(files.open_picture(saved(picture, "PNG")), (9, 9, 9), 1)))
    assert np.asarray(again)[1, 1:-1].tolist() == [0, 1, 2, 1]


def test_duplicates_keep_their_indices_in_a_turned_and_cropped_picture():
    picture = Image.new("P", (3, 2))
    picture.putpalette([9, 9, 9] * 6)
    picture.putdata([0, 1, 2, 3, 4, 5])
    tag = Image.Exif()
    tag[274] = 6
    ours = files.open_picture(saved(picture, "PNG", exif=tag)).within(Frame(0, 1, 2, 2))
    assert np.asarray(opened(files.encode_picture(ours))).tolist() == [[4, 1], [5, 2]]


def test_full_palette_takes_the_nearest():
    picture = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16), "P")
    picture.putpalette([v for i in range(256) for v in (i, i, i)])
    again = opened(files.encode_picture(grown(files.open_picture(saved(picture, "PNG")), (101, 100, 99))))
    assert np.asarray(again)[0, 0] == 100
    assert np.array_equal(inner(np.asarray(again)), np.asarray(picture))


def test_many_new_colours_share_the_free_entries():
    ours = files.open_picture(saved(image("P", 30, 30), "PNG"))
    larger = ours.within(ours.frame.padded(20))
    y, x = np.mgrid[:70, :70] / 70
    pixels = np.stack([x, y, x * y], -1).astype(np.float32)
    larger.fill(larger.frame, pixels, (~larger.known).astype(np.float32))
    again = opened(files.encode_picture(larger)).convert("RGB")
    away = np.abs(np.asarray(again).astype(float) - pixels * 255)[~np.pad(np.ones((30, 30), bool), 20)]
    assert away.mean() < 6


@pytest.mark.parametrize("colours", [2, 4, 16])
def test_bits_stay_few(colours):
    picture = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6) % (colours - 1), "P")
    picture.putpalette([v for i in range(colours - 1) for v in (i * 9, 0, 0)])
    data = saved(picture, "PNG", bits={2: 1, 4: 2, 16: 4}[colours])
    again = files.encode_picture(grown(files.open_picture(data), (250, 250, 250)))
    assert again[24:26] == data[24:26]
    assert np.array_equal(inner(np.asarray(opened(again))), np.asarray(picture))


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_clear_entries_are_unknown_and_stay(format):
    before = image("P")
    index = int(np.asarray(before)[4, 4])
    data = saved(before, format, transparency=index)
    ours = files.open_picture(data)
    assert np.array_equal(ours.known, np.asarray(before) != index)
    assert np.array_equal(np.asarray(opened(files.encode_picture(ours))), np.asarray(before))
    painted = opened(files.encode_picture(grown(ours, (1, 2, 3)))).convert("RGBA")
    assert set(np.unique(np.asarray(painted)[..., 3])) == {255}


def test_half_clear_entries():
    before = image("P")
    data = saved(before, "PNG", transparency=bytes(range(0, 200, 5)))
    ours = files.open_picture(data)
    again = opened(files.encode_picture(ours))
    assert np.array_equal(np.asarray(again.convert("RGBA")), np.asarray(opened(data).convert("RGBA")))
    assert opened(files.encode_picture(ours, "webp")).mode == "RGBA"
    with pytest.raises(FileError, match="GIF cannot hold transparency"):
        files.encode_picture(ours, "gif")


@pytest.mark.parametrize("darkest", [(0, 0, 0, 0), (0, 0, 0, 255), (200, 200, 200, 255)])
@given(st.integers(0, 99), st.integers(100, 256))
def test_nearest_by_search(darkest, seed, number):
    """Among light opaque colours the squares are so much larger than the distances that 32-bit floats go wrong."""
    rng = np.random.default_rng(seed)
    colours, entries = (rng.integers(darkest, 256, (n, 4)).astype(np.uint8) for n in (200, number))
    distance = ((colours[:, None].astype(int) - entries) ** 2 * [1, 1, 1, 256]).sum(-1)
    assert np.array_equal(_nearest(colours, entries), distance.argmin(1))
