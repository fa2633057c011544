"""Views: exact at zoom 1, the mean of an area at every other zoom, whatever was done before."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from canvas.dense import premultiplied
from canvas.strokes import random_pixels
from outpaint.canvas import AddLayer, Document, Erase, Paint, SetOpacity, Spot
from outpaint.canvas.store import Store
from outpaint.canvas.tiles import LIMIT
from outpaint.errors import FileError, RequestError
from outpaint.geometry import Frame

FRAME = Frame(-512, -512, 1024, 1024)


@pytest.fixture
def document(document: Document) -> Document:
    """Two layers, the upper one half transparent, with sharp and soft borders and holes."""
    random = np.random.default_rng(5)
    for name, frame in (("below", Frame(-400, -450, 700, 800)), ("above", Frame(-130, -90, 420, 333))):
        layer = document.do(AddLayer(name)).layer
        assert layer is not None
        pixels = random.integers(0, 256, (frame.height, frame.width, 4), np.uint8)
        pixels[: frame.height // 2, :, 3] = 255
        document.do(Paint(layer, frame, pixels))
    document.do(SetOpacity(layer, 0.6))
    return document


def area(pixels: np.ndarray, start: float, step: float, count: int) -> np.ndarray:
    """Means along the first axis as differences of the integral, which is linear between the pixels' borders."""
    integral = np.concatenate([np.zeros((1, *pixels.shape[1:])), pixels.cumsum(0)])
    edges = start + step * np.arange(count + 1)
    low = np.clip(np.floor(edges).astype(int), 0, len(pixels))
    high = np.clip(low + 1, 0, len(pixels))
    part = (edges - low).reshape(-1, *[1] * (pixels.ndim - 1))
    at = integral[low] * (1 - part) + integral[high] * part
    return np.diff(at, axis=0) / step


def area_mean(document: Document, frame: Frame, width: int, height: int) -> np.ndarray:
    """The oracle, from the view at zoom 1."""
    exact = premultiplied(document.view(frame, *frame.extent))
    rows = area(exact, 0, frame.height / height, height)
    return area(rows.swapaxes(0, 1), 0, frame.width / width, width).swapaxes(0, 1)


def test_coarse_tiles_that_could_not_be_written_down_are_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal ones have one name, which nothing may refer to if the first of them was not written."""
    spare, times = Store.spare, []

    def busy_at_first(*given: Any) -> None:
        times.append(given)
        if len(times) > 1:
            spare(*given)

    side, paper = 40 * 256, np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8)
    path = tmp_path / "wall.canvas"
    with Document.create(path) as document:
        document.do(AddLayer("wallpaper"))
        document.do(Paint(2, Frame(0, 0, side, side), np.tile(paper, (40, 40, 1))))
        monkeypatch.setattr(Store, "spare", busy_at_first)
        document.view(Frame(0, 0, side, side), 320, 320)
        assert len(times) > 1
    wanted = np.tile(paper, (2, 2, 1)).reshape(256, 2, 256, 2, 3).mean((1, 3))
    with Document(path) as document:
        for place in reversed(range(20)):  # those that were made first were not written
            np.testing.assert_allclose(document.tile(1, Spot(place, place))[..., :3], wanted, atol=0.5)


@pytest.mark.parametrize("shift", range(1, 8))
def test_halves_of_halves_are_box_means(document: Document, shift: int) -> None:
    size = 1024 >> shift
    found = premultiplied(document.view(FRAME, size, size))
    wanted = area_mean(document, FRAME, size, size)
    assert np.abs(found - wanted).max() < 2
    assert abs((found - wanted).mean()) < 0.1  # no drift to bright or dark


@pytest.mark.parametrize("frame", [FRAME, Frame(-301, -217, 400, 333), Frame(-90, -70, 13, 9), Frame(-5, -3, 1, 1)])
@pytest.mark.parametrize("size", [(700, 700), (333, 511), (97, 60), (40, 9), (1, 1), (300, 500)])
def test_any_zoom_is_the_mean_of_the_area(document: Document, frame: Frame, size: tuple[int, int]) -> None:
    width, height = size
    zoom = (frame.width / width, frame.height / height)
    if max(zoom) / min(zoom) > 2 or min(zoom) > 2:
        frame = Frame(frame.left & ~63, frame.top & ~63, width * 2, height * 2)  # whole pixels of a level
    found = premultiplied(document.view(frame, width, height))
    assert np.abs(found - area_mean(document, frame, width, height)).max() < 3


def test_magnified_pixels_are_squares(document: Document) -> None:
    frame = Frame(-20, -10, 30, 20)
    exact = document.view(frame, 30, 20)
    found = document.view(frame, 240, 160)
    np.testing.assert_allclose(premultiplied(found), premultiplied(exact.repeat(8, 0).repeat(8, 1)), atol=1.01)


def test_views_follow_commands_undo_and_redo(document: Document) -> None:
    """What was kept of the pyramid is made anew where something changed, and only there."""
    far = Spot(-1, -1)
    tops = [document.view(FRAME, 64, 64)]
    seen = document.revision, document.tile_revision(1, far), document.tile_revision(1, Spot(0, 0))
    document.do(Erase(3, Frame(5, 5, 60, 60)))
    tops.append(document.view(FRAME, 64, 64))
    assert (tops[0] != tops[1]).any()
    assert document.tile_revision(1, far) == seen[1]
    assert document.tile_revision(1, Spot(0, 0)) == document.revision
    assert document.changes_since(seen[0]).picture == {Spot(0, 0)}
    document.undo()
    np.testing.assert_array_equal(document.view(FRAME, 64, 64), tops[0])
    document.redo()
    np.testing.assert_array_equal(document.view(FRAME, 64, 64), tops[1])
    with Document(document.path) as again:
        np.testing.assert_array_equal(again.view(FRAME, 64, 64), tops[1])


def test_a_small_cache_changes_nothing(document: Document) -> None:
    with Document(document.path, cache_bytes=1) as poor:
        for size in (1024, 300, 64, 3):
            np.testing.assert_array_equal(poor.view(FRAME, size, size), document.view(FRAME, size, size))


def test_the_whole_plane_is_a_view(document: Document) -> None:
    whole = Frame(-LIMIT, -LIMIT, 2 * LIMIT, 2 * LIMIT)
    assert document.view(whole, 64, 64).shape == (64, 64, 4)
    corner = Frame(LIMIT - 3, LIMIT - 3, 3, 3)
    layer = document.do(AddLayer("corner")).layer
    assert layer is not None
    document.do(Paint(layer, corner, random_pixels(np.random.default_rng(0), corner) | 1))
    assert document.view(corner, 3, 3).any()
    box = document.content_box()
    assert box is not None and (box.right, box.bottom) == (LIMIT, LIMIT)
    for wrong in (corner.moved(1, 0), Frame(0, 0, 0, 4)):
        with pytest.raises(RequestError, match="the frame"):
            document.view(wrong, 8, 8)
    with pytest.raises(RequestError, match="a view has"):
        document.view(FRAME, 0, 8)


def test_tiles_are_views(document: Document) -> None:
    for level, spot in ((0, Spot(-1, 0)), (1, Spot(0, -1)), (2, Spot(-1, -1)), (5, Spot(0, 0))):
        tile = document.tile(level, spot)
        assert tile is not None
        np.testing.assert_array_equal(tile, document.view(spot.frame(level), 256, 256))
    assert document.tile(0, Spot(9, 9)) is None
    assert document.tile(3, Spot(9, 9)) is None


def test_what_an_opaque_tile_hides_is_not_even_read(tmp_path: Path) -> None:
    frame, random = Frame(0, 0, 512, 256), np.random.default_rng(8)
    with Document.create(tmp_path / "a.canvas") as document:
        below, above, glaze = (document.do(AddLayer(name)).layer for name in ("below", "above", "glaze"))
        hidden = random.integers(0, 256, (256, 512, 4), np.uint8)
        seen = random.integers(0, 256, (256, 512, 4), np.uint8)
        seen[..., 3] = 255
        document.do(Paint(below, frame, hidden))
        document.do(Paint(above, frame, seen))
        document.do(Paint(glaze, Frame(0, 0, 40, 40), np.full((40, 40, 4), 99, np.uint8)))
        wanted = document.view(frame, 512, 256)
    with closing(sqlite3.connect(tmp_path / "a.canvas")) as connection, connection:
        connection.execute(
            "UPDATE content SET data = x'00' WHERE name IN (SELECT content FROM tile WHERE layer = ?)", (below,)
        )
        connection.execute("UPDATE pyramid SET content = NULL")
    with Document(tmp_path / "a.canvas") as document:
        np.testing.assert_array_equal(document.view(frame, 512, 256), wanted)
        np.testing.assert_array_equal(wanted[50:], seen[50:])
        assert document.view(frame, 128, 64).any()
        document.do(SetOpacity(above, 0.99))
        with pytest.raises(FileError, match="damaged"):
            document.view(frame, 512, 256)
