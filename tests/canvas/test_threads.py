"""Several threads and several openings of one file: everyone sees whole commands only, and all of them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from outpaint.canvas import AddLayer, Document, Paint, Spot
from outpaint.errors import FileError
from outpaint.geometry import Frame

FRAME = Frame(-304, -304, 608, 608)  # whole pixels of every level that is looked at


def test_readers_see_whole_commands(tmp_path: Path) -> None:
    """Every command paints one colour everywhere, so no view may ever show two."""
    with Document.create(tmp_path / "a.canvas") as document:
        layer = document.do(AddLayer("a")).layer
        assert layer is not None

        def paint(value: int) -> int:
            return document.do(Paint(layer, FRAME, np.full((608, 608, 3), value, np.uint8), True)).revision

        paint(1)

        def look(number: int) -> set[int]:
            size = (608, 152, 76)[number % 3]
            return set(np.unique(document.view(FRAME, size, size)[..., :3]).tolist())

        with ThreadPoolExecutor(4) as pool:
            writing = [pool.submit(paint, value) for value in range(2, 22)]
            reading = [pool.submit(look, number) for number in range(60)]
            revisions = [each.result() for each in writing]
            assert all(len(each.result()) == 1 for each in reading)
        assert sorted(revisions) == list(range(3, 23))
        last = {revision: value for value, revision in enumerate(revisions, 2)}[22]
        for size in (608, 152, 76):
            assert set(np.unique(document.view(FRAME, size, size)[..., :3])) == {last}


def test_pages_follow_each_other(tmp_path: Path) -> None:
    with Document.create(tmp_path / "a.canvas") as one, Document(tmp_path / "a.canvas") as other:
        start = other.changes_since(0)
        assert (start.revision, start.picture, start.layers) == (0, frozenset(), None)
        layer = one.do(AddLayer("a")).layer
        assert layer is not None
        news = other.changes_since(start.revision)
        assert news.layers is not None and news.layers[0].name == "a" and not news.picture
        one.do(Paint(layer, Frame(-1, -1, 2, 2), np.full((2, 2, 4), 7, np.uint8)))
        news = other.changes_since(news.revision)
        assert news.layers is None
        assert news.picture == {Spot(-1, -1), Spot(0, -1), Spot(-1, 0), Spot(0, 0)}
        assert other.undo().changed
        assert one.changes_since(news.revision).picture == news.picture
        assert one.changes_since(one.revision).picture == frozenset()
        assert not one.view(FRAME, 60, 60).any()


def test_a_look_does_not_wait_for_a_long_change(tmp_path: Path) -> None:
    """Tiles that it makes meanwhile are written down another time."""
    with Document.create(tmp_path / "a.canvas") as document, Document(document.path) as other:
        layer = document.do(AddLayer("a")).layer
        assert layer is not None
        document.do(Paint(layer, FRAME, np.full((608, 608, 3), 9, np.uint8)))
        with document._store.writing(), ThreadPoolExecutor(2) as pool:
            looks = [pool.submit(each.view, FRAME, 152, 152) for each in (document, other)]
            assert all((each.result(timeout=20)[..., 3] == 255).all() for each in looks)
            assert noted(document) == 0
        document.view(FRAME, 152, 152)
        assert noted(document) > 0


def test_a_full_disk_can_be_looked_at(tmp_path: Path) -> None:
    with Document.create(tmp_path / "a.canvas") as document:
        layer = document.do(AddLayer("a")).layer
        assert layer is not None
        noise = np.random.default_rng(0).integers(0, 256, (608, 608, 3), np.uint8)
        document.do(Paint(layer, FRAME, noise))
        with document._store.writing() as connection:
            connection.execute("PRAGMA max_page_count = 1")  # that is: as large as it is
        with pytest.raises(FileError, match="no space left"):
            document.do(Paint(layer, FRAME, noise[::-1]))
        assert (document.view(FRAME, 152, 152)[..., 3] == 255).all()
        assert noted(document) == 0


def noted(document: Document) -> int:
    """How many tiles of the pyramid are written down."""
    with document._store.reading() as connection:
        return int(connection.execute("SELECT count(content) FROM pyramid").fetchone()[0])
