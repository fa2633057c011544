"""EXIF: applied once, changed in place, nothing else moves. Pillow is the oracle of every reading."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps, PngImagePlugin

from files.encoded import opened, profile, saved, smooth
from outpaint import files
from outpaint.files import exif, recipe
from outpaint.files.ifd import Entry, entry, lay_out
from outpaint.geometry import Extent

FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"]
MAKER = b"MAKER\0" + bytes(range(250))


def block(order: str = "<", orientation: int = 6, comment: bytes | None = None, thumbnail: bytes = b"") -> bytes:
    """A camera's EXIF: maker, GPS, maker note and, in the second directory, a thumbnail."""
    inner = {
        33434: Entry(5, struct.pack(f"{order}II", 1, 250)),
        37500: Entry(7, MAKER),
        40962: entry(3, [640], order),
        40963: entry(3, [480], order),
    }
    if comment is not None:
        inner[37510] = Entry(7, comment)
    gps = {1: Entry(2, b"N\0"), 2: Entry(5, struct.pack(f"{order}6I", 47, 1, 30, 1, 0, 1))}
    tree = {271: Entry(2, b"Camera maker\0"), 274: entry(3, [orientation], order), 34665: inner, 34853: gps}
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    body = lay_out(tree, 8, order)
    if not thumbnail:
        return head + body
    at = 8 + len(body)
    second_size = len(lay_out({513: entry(4, [0], order), 514: entry(4, [0], order)}, at, order))
    second = lay_out({513: entry(4, [at + second_size], order), 514: entry(4, [len(thumbnail)], order)}, at, order)
    return head + lay_out(tree, 8, order, following=at) + second + thumbnail


def pillows(data: bytes) -> Image.Exif:
    found = Image.Exif()
    found.load(b"Exif\0\0" + data)
    return found


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", FORMATS)
def test_every_orientation_is_applied_once(orientation, format):
    picture = Image.fromarray(smooth(31, 50))
    tag = Image.Exif()
    tag[274] = orientation
    how = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100}}.get(format, {})
    data = saved(picture, format, exif=tag, **how)
    expected = ImageOps.exif_transpose(opened(data))
    ours = files.open_picture(data)
    assert np.array_equal(files.to_array(ours), np.asarray(expected))
    again = opened(files.encode_picture(ours))
    assert again.getexif().get(274, 1) == 1
    assert again.size == expected.size
    facts = files.describe(data)
    assert (facts["width"], facts["height"]) == expected.size
    assert facts["orientation"] == orientation


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_the_rest_stays_across_formats(order, source, target):
    data = saved(Image.fromarray(smooth()), source, exif=b"Exif\0\0" + block(order))
    picture = files.open_picture(data)
    found = opened(files.encode_picture(picture, target)).getexif()
    assert found[271] == "Camera maker"
    assert found.get(274, 1) == 1
    inner = found.get_ifd(34665)
    assert inner[33434] == pytest.approx(1 / 250)
    assert bytes(inner[37500]) == MAKER
    assert found.get_ifd(34853)[2] == (47.0, 30.0, 0.0)
    assert (inner[40962], inner[40963]) == picture.extent.shape[::-1]


@pytest.mark.parametrize("order", "<>")
def test_nothing_moves(order):
    """Maker notes hold offsets into the block, so every byte that is not rewritten is where it was."""
    before = block(order, thumbnail=b"\xff\xd8thumb\xff\xd9")
    after = exif.resized(exif.upright(before), Extent(70000, 3))
    assert after.index(MAKER) == before.index(MAKER)
    assert sum(a != b for a, b in zip(before, after, strict=False)) < 40
    assert pillows(after).get_ifd(34665)[40962] == 70000


@pytest.mark.parametrize("order", "<>")
def test_the_thumbnail_is_gone(order):
    after = exif.upright(block(order, thumbnail=b"\xff\xd8thumb\xff\xd9"))
    assert b"thumb" not in after
    assert not pillows(after).get_ifd(1)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("text", ["{}", "x" * 300, "Zoë ☃ 🌄", ""])
def test_user_comment_in_blocks_with_and_without_one(order, text):
    for before in (None, block(order), block(order, comment=b"ASCII\0\0\0short"), block(order, comment=bytes(400))):
        after = exif.with_user_comment(before, text)
        assert exif.user_comment(after) == text
        assert exif.user_comment(exif.with_user_comment(after, "other")) == "other"
        if before is not None:
            assert bytes(pillows(after).get_ifd(34665)[37500]) == MAKER
            assert after.index(MAKER) == before.index(MAKER)
            assert pillows(after)[271] == "Camera maker"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50))
def test_any_recipe_comes_back(text):
    kept, found = recipe.taken_out(recipe.put_in(block(), text))
    assert (found or "").rstrip() == text.rstrip() or found == text
    assert exif.user_comment(kept) in ("", None)


def test_somebodys_comment_stays_in_front():
    theirs = b"ASCII\0\0\0Grandma's garden"
    data = saved(Image.fromarray(smooth()), "JPEG", exif=b"Exif\0\0" + block(comment=theirs))
    first = files.encode_picture(files.open_picture(data), recipe='{"a": 1}')
    second = files.encode_picture(files.open_picture(first), recipe='{"b": 2}')
    assert files.read_recipe(first) == '{"a": 1}' and files.read_recipe(second) == '{"b": 2}'
    assert bytes(opened(second).getexif().get_ifd(34665)[37510]) == theirs + b'\noutpaint:{"b": 2}'
    bare = files.encode_picture(files.open_picture(second))
    assert files.read_recipe(bare) is None
    assert bytes(opened(bare).getexif().get_ifd(34665)[37510]).rstrip(b"\0") == theirs


def test_a_comment_that_cannot_be_read_stays_alone():
    theirs = b"JIS\0\0\0\0\0\x1b$B%F%9%H"
    data = saved(Image.fromarray(smooth()), "JPEG", exif=b"Exif\0\0" + block(comment=theirs))
    again = files.encode_picture(files.open_picture(data), recipe="{}")
    assert bytes(opened(again).getexif().get_ifd(34665)[37510]) == theirs
    assert files.read_recipe(again) is None


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be", "utf-16"])
def test_unicode_comments_in_any_byte_order(order):
    comment = b"UNICODE\0" + "Garden ö".encode(order)
    assert exif.user_comment(block(">", comment=comment)) == "Garden ö"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF"])
def test_recipe_in_every_format_that_can(format):
    picture = Image.fromarray(smooth())
    data = saved(picture.quantize(16) if format == "GIF" else picture, format)
    again = files.encode_picture(files.open_picture(data), recipe='{"prompt": "Öl ☃"}')
    assert files.read_recipe(again) == '{"prompt": "Öl ☃"}'
    assert files.open_picture(again).origin.recipe == '{"prompt": "Öl ☃"}'
    assert files.read_recipe(files.encode_picture(files.open_picture(again))) is None


@given(st.binary(max_size=60), st.integers(0, 300), st.integers(0, 255))
def test_broken_blocks_never_stop_a_picture(tail, at, value):
    good = bytearray(block(thumbnail=b"\xff\xd8thumb\xff\xd9"))
    good[at % len(good)] = value
    for bad in (bytes(good), bytes(good[:at]), b"II*\0" + tail, tail):
        data = saved(Image.fromarray(smooth(8, 8)), "JPEG", exif=b"Exif\0\0" + bad)
        files.encode_picture(files.open_picture(data), "tiff", recipe="{}")


def test_xmp_orientation_is_reset():
    tag = Image.Exif()
    tag[274] = 6
    packet = b'<rdf:Description tiff:Orientation="6" a="6"/><tiff:Orientation>6</tiff:Orientation>'
    data = saved(Image.fromarray(smooth()), "JPEG", exif=tag, xmp=packet)
    expected = packet.replace(b'Orientation="6"', b'Orientation="1"').replace(b">6<", b">1<")
    assert opened(files.encode_picture(files.open_picture(data))).info["xmp"] == expected


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_xmp_and_profile_across_formats(source, target):
    how = {"tiffinfo": {700: b"<x/>"}} if source == "TIFF" else {"xmp": b"<x/>"}
    if source == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", "<x/>")
        how = {"pnginfo": info}
    data = saved(Image.fromarray(smooth()), source, icc_profile=profile("Odd"), **how)
    found = opened(files.encode_picture(files.open_picture(data), target))
    assert found.info["icc_profile"] == profile("Odd")
    assert found.info["xmp"] in (b"<x/>", "<x/>")
