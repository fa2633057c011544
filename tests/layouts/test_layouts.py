"""Layouts against the webui's scripts written down plainly, and what every layout promises."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint import Extent, Frame, Picture, Request, RequestError
from outpaint.layouts import expansion, img2img, outwards, selection, sides, tiles, whole
from outpaint.layouts.protocol import Ground
from outpaint.registry import builtin_registry
from outpaint.resolve import resolve

LAYOUTS = [each.LAYOUT for each in (outwards, sides, tiles, whole, selection, img2img, expansion)]
NO_HOLE = Frame(0, 0, 0, 0)
sizes = st.integers(1, 700)
amounts = st.integers(0, 900)


def cut(layout, ground, **given):
    settings = {s.name: s.read(given.get(s.name, s.default)) for s in layout.settings}
    return layout.cutting(settings).work(ground, settings)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
@given(sizes, sizes, amounts, amounts, amounts, amounts, st.booleans(), st.booleans())
def test_windows_cover_what_is_unknown_and_lie_inside(
    layout, width, height, left, top, right, bottom, faithful, holed
):
    known = Frame(0, 0, width, height)
    target = known.grown(left, top, right, bottom)
    hole = Frame(width // 3, height // 3, 1, 1) if holed else NO_HOLE
    ground = Ground(known, target, hole)
    settings = {"faithful": faithful} if layout.name != "outwards" else {}
    unknown = np.ones(target.extent.shape, bool)
    unknown[known.inside(target)] = False
    if holed:
        unknown[hole.inside(target)] = True
    for window in cut(layout, ground, **settings).windows:
        assert target.contains(window)
        unknown[window.inside(target)] = False
    assert not unknown.any()


def mk2(size, process, left, right, up, down):
    """The four crops of outpainting mk2, on the plane of the photo: (left, top, width, height)."""
    (width, height), x, y, crops = size, 0, 0, []
    for far, horizontal, first in ((left, True, True), (right, True, False), (up, False, True), (down, False, False)):
        if not far:
            continue
        if horizontal:
            width, x = width + far, x - far * first
            across = min(process[0], width)
            crops.append((x if first else x + width - across, y, across, height))
        else:
            height, y = height + far, y - far * first
            across = min(process[1], height)
            crops.append((x, y if first else y + height - across, width, across))
    return crops


@pytest.mark.parametrize("far", [(128, 64, 256, 8), (0, 128, 0, 0), (0, 0, 0, 256), (64, 0, 64, 0)])
@pytest.mark.parametrize("size", [(512, 512), (300, 700), (1200, 90)])
def test_sides_are_those_of_mk2(far, size):
    known = Frame.of(Extent(*size))
    target = known.grown(far[0], far[2], far[1], far[3])
    windows = cut(sides.LAYOUT, Ground(known, target, NO_HOLE)).windows
    assert [(w.left, w.top, w.width, w.height) for w in windows] == mk2(size, (512, 512), *far)


def test_a_side_that_grows_far_takes_several_passes():
    known = Frame(0, 0, 400, 300)
    windows = cut(sides.LAYOUT, Ground(known, known.grown(right=1000), NO_HOLE)).windows
    assert [window.right for window in windows] == [650, 900, 1150, 1400]
    assert all(window.width == 512 for window in windows)


def grid_of_the_webui(width, height, tile_w, tile_h, overlap):
    columns = math.ceil((width - overlap) / (tile_w - overlap))
    rows = math.ceil((height - overlap) / (tile_h - overlap))
    dx = (width - tile_w) / (columns - 1) if columns > 1 else 0
    dy = (height - tile_h) / (rows - 1) if rows > 1 else 0
    return [
        (min(int(column * dx), width - tile_w), min(int(row * dy), height - tile_h))
        for row in range(rows)
        for column in range(columns)
    ]


@given(st.integers(512, 3000), st.integers(512, 3000), st.sampled_from([8, 64, 128, 256]))
def test_tiles_are_those_of_the_webui(width, height, pixels):
    # Nothing of the photo fills a tile, so none is left out.
    ground = Ground(Frame(0, 0, 1, 1), Frame(0, 0, width, height), NO_HOLE)
    windows = cut(tiles.LAYOUT, ground, pixels=pixels).windows
    expected = grid_of_the_webui(width, height, 512, 512, pixels)
    # The original multiplies by a rounded quotient and may come out a pixel short.
    assert np.abs(np.array([(w.left, w.top) for w in windows]) - expected).max() <= 1


def test_tiles_full_of_photo_are_left_out_unless_there_is_a_hole():
    known = Frame(0, 0, 1024, 1024)
    target = known.grown(right=512)
    without = cut(tiles.LAYOUT, Ground(known, target, NO_HOLE)).windows
    assert all(window.right > 1024 for window in without)
    holed = cut(tiles.LAYOUT, Ground(known, target, Frame(5, 5, 2, 2))).windows
    assert len(holed) == len(without) + 1


def method_with(layout):
    from outpaint.methods.protocol import Method

    return builtin_registry().including(Method("m", "m", ("fake",), layout=layout))


def resolved(layout, width, height, **asked):
    picture = Picture.of(np.zeros((height, width, 3), np.uint8))
    return resolve(Request.of(method="m", **asked), picture, method_with(layout))


@pytest.mark.parametrize("layout", [tiles.LAYOUT, sides.LAYOUT], ids=lambda layout: layout.name)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 200), st.integers(0, 200), st.booleans())
def test_faithful_sizes_are_the_webuis(layout, width, height, left, right, upwards):
    """An axis that grows is rounded up to 64, and the excess goes to its sides in proportion.

    One that does not: mk2 leaves it alone, poor man's outpainting rounds it up too, with a black bar at its end.
    """
    amounts = {"left": left, "right": right, "top": 7 if upwards else None}
    asked = resolved(layout, width, height, settings={"faithful": True}, **amounts)
    frame, black = asked.frame, asked.laid.black
    target = math.ceil((width + left + right) / 64) * 64
    assert frame.width == target
    assert -frame.left == left * (target - width) // (left + right)
    rounded = math.ceil((height + 7 * upwards) / 64) * 64
    if upwards:
        assert frame.height == rounded and frame.bottom == height and not black
    elif layout is sides.LAYOUT:
        assert frame.height == height and not black
    else:
        bar = Frame(0, height, width, rounded - height)
        assert frame.top == 0 and frame.height == rounded and black == ((bar,) if rounded > height else ())
    exact = resolved(layout, width, height, **amounts)
    assert exact.frame.extent == Extent(width + left + right, height + 7 * upwards) and not exact.laid.black


@pytest.mark.parametrize("layout", [tiles.LAYOUT, sides.LAYOUT], ids=lambda layout: layout.name)
def test_faithful_without_an_amount_grows_in_all_directions(layout):
    """The original's default; the photo stays alone otherwise, and so does one with a hole to be painted."""
    assert resolved(layout, 100, 128, settings={"faithful": True}).frame == Frame(-142, -128, 384, 384)
    two = {"faithful": True, "direction": "right, up", "pixels": 64}
    assert resolved(layout, 128, 128, settings=two).frame == Frame(0, -64, 192, 192)
    with pytest.raises(RequestError, match="nothing to paint"):
        resolved(layout, 128, 128)
    with pytest.raises(RequestError, match="some of left, right, up, down"):
        resolved(layout, 128, 128, settings={"faithful": True, "direction": "north"})
    share = resolved(expansion.LAYOUT, 101, 50, settings={"faithful": True})
    assert share.frame == Frame(0, 0, 151, 50)
    up = {"faithful": True, "directions": "up,left", "expansion_X": 0.1, "expansion_Y": 1}
    assert resolved(expansion.LAYOUT, 101, 50, settings=up).frame == Frame(-10, -50, 111, 100)
    alpha = np.full((128, 128), 255, np.uint8)
    alpha[9:20, 9:20] = 0
    holed = Picture.of(np.zeros((128, 128, 3), np.uint8), alpha)
    asked = resolve(Request.of(method="m", settings={"faithful": True}), holed, method_with(layout))
    assert asked.frame == holed.frame


def test_the_layouts_settings_are_read_like_a_painters():
    picture, registry = Picture.of(np.zeros((60, 60, 3), np.uint8)), method_with(tiles.LAYOUT)
    for name in ("pixels", "tiles.pixels"):
        asked = resolve(Request.of(method="m", right=9, settings={name: "64"}), picture, registry)
        assert asked.layout.settings["pixels"] == 64 and asked.to_json()["layout"]["name"] == "tiles"
    with pytest.raises(RequestError, match="between 8 and 256"):
        resolve(Request.of(method="m", right=9, settings={"pixels": 7}), picture, registry)
