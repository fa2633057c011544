"""What not even the history needs any more gives its space back, and takes nothing with it."""

import shutil
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from canvas.acknowledging import digest
from canvas.dense import PLANE
from children import killed, needs_kill
from outpaint.canvas import AddLayer, Document, ImportPhoto, Paint, SetOpacity, compacting, store
from outpaint.errors import RequestError
from outpaint.geometry import Frame

LARGE = Frame(-300, -260, 640, 560)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*LARGE.extent.shape, 3), np.uint8)


def photo_of(seed: int) -> ImportPhoto:
    file = BytesIO()
    Image.fromarray(noise(seed)).save(file, "PNG")
    return ImportPhoto(file.getvalue(), LARGE.left, LARGE.top)


def walked(document: Document) -> list[str]:
    """Hashes of all states of the history, from the newest back to the first."""
    while document.redo().changed:
        pass
    found = [digest(document)]
    while document.undo().changed:
        found.append(digest(document))
    document.redo(len(found))
    return found


def fill(document: Document) -> int:
    """Four photos of which three gave way to others; the bytes that stay in use."""
    document.do(AddLayer("kept"))
    document.do(Paint(2, LARGE, noise(0)))
    document.view(PLANE, 70, 64)
    used = document.path.stat().st_size + document.path.with_name(document.path.name + "-wal").stat().st_size
    for seed in (1, 2, 3):
        document.do(photo_of(seed))
        document.view(PLANE, 70, 64)
        document.undo()
    document.do(SetOpacity(2, 0.5))
    return used


def test_what_gave_way_to_other_steps_gives_its_space_back(document: Document) -> None:
    used = fill(document)
    document.do(photo_of(4))
    source = document.layers[1].source
    document.undo()
    states = walked(document)
    before = document.path.stat().st_size
    document.close()
    assert used < document.path.stat().st_size < before / 2
    assert sorted(each.name for each in document.path.parent.iterdir()) == ["a.canvas"]
    with Document(document.path) as document:
        assert walked(document) == states
        np.testing.assert_array_equal(document.view(LARGE, *LARGE.extent)[..., :3], noise(4))
        assert document.original(source) == photo_of(4).data  # undone, but it can be redone
        assert photo_of(1).data not in document.path.read_bytes()


def test_an_imported_file_goes_with_its_step(document: Document) -> None:
    layer = document.do(photo_of(1)).layer
    source = document.layers[0].source
    assert layer == 2 and source
    document.undo()
    document.do(AddLayer("another way"))
    assert document.original(source)
    document.close()
    with Document(document.path) as document, pytest.raises(RequestError, match="no imported file"):
        document.original(source)


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM content").fetchone()[0])


def test_a_little_is_left_alone_and_so_is_what_was_only_looked_at(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.do(AddLayer("a"))
    for value in (1, 2):
        document.do(Paint(2, Frame(0, 0, 9, 9), np.full((9, 9, 3), value, np.uint8)))
        document.undo()
    document.close()
    assert rows(document.path) == 2
    monkeypatch.setattr(compacting, "LEAST", 0)
    monkeypatch.setattr(compacting, "SHARE", 0)
    with Document(document.path) as document:
        assert len(document.layers) == 2
    assert rows(document.path) == 2
    with Document(document.path) as document:
        document.do(AddLayer("b"))
    assert rows(document.path) == 0


def test_others_that_have_it_open_go_on(document: Document) -> None:
    """One is in the middle of a look, with tiles in its cache that are gone afterwards."""
    with Document(document.path) as other:
        fill(document)
        other.redo()
        other.do(photo_of(9))
        other.undo()
        document.do(AddLayer("other way"))  # drops what the other one has in its cache
        states = walked(document)
        with other._store.reading() as looking:
            count = looking.execute("SELECT count(*) FROM content").fetchone()
            document.close()
            assert looking.execute("SELECT count(*) FROM content").fetchone() == count
        assert walked(other) == states
        other.do(photo_of(9))
        np.testing.assert_array_equal(other.view(LARGE, *LARGE.extent)[..., :3], noise(9))
    with Document(document.path) as again:
        np.testing.assert_array_equal(again.view(LARGE, *LARGE.extent)[..., :3], noise(9))


@pytest.mark.parametrize("error", [sqlite3.OperationalError("database or disk is full"), KeyboardInterrupt()])
def test_it_is_closed_even_if_there_is_no_space_or_no_patience_for_it(
    document: Document, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def failing(connection: sqlite3.Connection) -> None:
        raise error

    monkeypatch.setattr(store, "compact", failing)
    document.do(AddLayer("a"))
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            document.close()
    document.close()
    assert sorted(each.name for each in document.path.parent.iterdir()) == ["a.canvas"]
    with Document(document.path) as document:
        assert len(document.layers) == 2


def test_a_copy_is_small_too_and_the_canvas_stays_in_use(document: Document, tmp_path: Path) -> None:
    fill(document)
    states = walked(document)
    document.copy(tmp_path / "copy.canvas")
    assert (tmp_path / "copy.canvas").stat().st_size < document.path.stat().st_size / 2
    with Document(tmp_path / "copy.canvas") as copy:
        assert walked(copy) == states
    assert walked(document) == states


KILLED = """
import os, signal, sys
from outpaint.canvas import Document, store
left, compact = int(sys.argv[2]), store.compact
def fewer():
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
def watched(connection):
    connection.set_progress_handler(fewer, 20)
    compact(connection)
    os.kill(os.getpid(), signal.SIGKILL)
store.compact = watched
document = Document(sys.argv[1])
document.undo()
document.redo()
document.close()
"""


@needs_kill
def test_killed_meanwhile_it_loses_nothing(document: Document, tmp_path: Path, monkeypatch) -> None:
    """At moments from the first look to the last page of the new file, counted in SQLite's own steps."""
    fill(document)
    states = walked(document)
    with monkeypatch.context() as patched:
        patched.setattr(store, "compact", lambda connection: None)
        document.close()
    large, path, steps = document.path.stat().st_size, tmp_path / "b.canvas", 0

    def counted() -> None:
        nonlocal steps
        steps += 1

    shutil.copy(document.path, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.set_progress_handler(counted, 20)
        compacting.compact(connection)
    assert path.stat().st_size < large / 2 and steps > 100
    for moment in np.linspace(1, steps, 8, dtype=int):
        shutil.copy(document.path, path)
        killed("-c", KILLED, path, moment)
        with Document(path) as survivor:
            assert walked(survivor) == states
        assert path.stat().st_size < large / 2  # the next one to close it has done what was left
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
