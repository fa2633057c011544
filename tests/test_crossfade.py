import numpy as np
import pytest

from outpaint import Frame, Picture, Request
from outpaint.crossfade import Crossfade, repainted
from outpaint.layouts.protocol import Laid, Layout
from outpaint.methods.protocol import Method
from outpaint.painters.protocol import Painter
from outpaint.plan import spread
from outpaint.registry import builtin_registry
from outpaint.road import road


def grid(width, height, tile, overlap):
    return [Frame(x, y, tile, tile) for y in spread(height, tile, overlap) for x in spread(width, tile, overlap)]


@pytest.mark.parametrize(("kept", "width"), [(0, 8), (4, 4), (3, 5), (7, 1), (0, 1)])
def test_the_weights_of_a_grid_sum_to_one(kept, width):
    windows = grid(61, 40, 24, 8)
    total = np.zeros((40, 61))
    for window in windows:
        total[window.inside(Frame(0, 0, 61, 40))] += Crossfade(kept, width).weight(window, windows)
    # Where a rise begins, nothing of the new tile counts, and all of the one before does.
    np.testing.assert_allclose(total, 1, atol=1e-6)


def join_of_the_webui(tiles, starts_x, starts_y, size, tile, overlap):
    """Rows from left to right, then the picture from row to row, each later one through a linear ramp."""
    ramp = np.minimum(np.arange(tile) / overlap, 1)

    def joined(parts, places, length, axis):
        shape = list(parts[0].shape)
        shape[axis] = length
        whole = np.zeros(shape)
        for number, (part, place) in enumerate(zip(parts, places, strict=True)):
            cut = [slice(None)] * 2
            cut[axis] = slice(place, place + tile)
            weight = np.ones(tile) if number == 0 else ramp
            weight = weight[:, None] if axis == 0 else weight
            whole[tuple(cut)] = whole[tuple(cut)] * (1 - weight) + part * weight
        return whole

    rows = [joined(row, starts_x, size[0], 1) for row in tiles]
    return joined(rows, starts_y, size[1], 0)


def index_painter():
    """Every window in a grey of its own, read off its place."""

    def paint(view, brief):
        return np.full_like(view.pixels, (view.frame.left * 7 + view.frame.top * 13) % 251 / 250)

    return Painter("index", "Its place as a grey.", paint)


def run(layout, **asked):
    registry = builtin_registry().including(index_painter(), Method("m", "m", ("index",), layout=layout))
    picture = Picture.of(np.full((20, 20, 3), 60000, np.uint16))
    *_, done, _ = road(picture, Request.of(method="m", **asked), registry)
    return done.result.picture


@pytest.mark.parametrize("backwards", [False, True])
def test_tiles_are_joined_as_the_webui_joins_them_in_whatever_order(backwards):
    """One picture from 4 x 3 tiles, against the two-step joining written down plainly; 16 bits hide no rounding."""
    tile, overlap, frame = 30, 10, Frame(-20, -10, 70, 50)
    windows = tuple(window.moved(frame.left, frame.top) for window in grid(70, 50, tile, overlap))
    order = windows[::-1] if backwards else windows
    layout = Layout("l", "l", lambda ground, settings: Laid(order, crossfade=Crossfade(0, overlap)))
    picture = run(layout, left=20, top=10, right=30, bottom=20)
    xs, ys = spread(70, tile, overlap), spread(50, tile, overlap)
    tiles = [
        [np.full((tile, tile), ((x + frame.left) * 7 + (y + frame.top) * 13) % 251 / 250) for x in xs] for y in ys
    ]
    expected = join_of_the_webui(tiles, xs, ys, (70, 50), tile, overlap)
    new = np.ones((50, 70), bool)
    new[10:30, 20:40] = False
    np.testing.assert_allclose(picture.samples[new][:, 0] / 65535, expected[new], atol=1e-4)
    assert (picture.samples[~new] == 60000).all()


def test_a_tile_that_would_have_nothing_left_repaints_nothing():
    """The second tile lies in the fade of the first alone; it continues it instead."""
    windows = (Frame(0, 0, 40, 20), Frame(30, 0, 20, 20))
    weight = Crossfade(0, 30).weight(windows[1], windows)
    assert weight[:, 0].max() == 0 and weight[:, 1].min() > 0
    written, shares = np.ones((20, 20), bool), np.ones((20, 20), np.float32)
    again, share = repainted(Crossfade(0, 30), windows[1], windows, written, written.copy(), shares)
    assert np.array_equal(again, weight > 0) and share.max() < 1
    moved = Frame(31, 0, 19, 20)
    unknown = np.zeros((20, 19), bool)
    again, share = repainted(Crossfade(0, 30), moved, windows, written[:, 1:], unknown, shares[:, 1:])
    assert not again.any() and share == 1
