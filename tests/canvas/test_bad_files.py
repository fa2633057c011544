"""Files that are no canvas, are newer, damaged, taken or closed: one line that says what to do."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from outpaint.canvas import AddLayer, Document, Paint
from outpaint.canvas.store import VERSION
from outpaint.errors import FileError
from outpaint.geometry import Frame


def refused(path: Path, match: str) -> None:
    with pytest.raises(FileError, match=match) as error:
        Document(path)
    assert "\n" not in str(error.value)


def test_what_is_no_canvas(tmp_path: Path) -> None:
    refused(tmp_path / "none.canvas", "there is no canvas")
    assert not (tmp_path / "none.canvas").exists()
    refused(tmp_path, "is a folder")
    for name, data in (("empty", b""), ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(99))):
        (tmp_path / name).write_bytes(data)
        refused(tmp_path / name, "is no canvas")
        assert (tmp_path / name).read_bytes() == data
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE state (a)")
    refused(tmp_path / "other.db", "but no canvas")


def test_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "a.canvas"
    Document.create(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    refused(path, "newer outpaint")


def test_a_taken_name_and_a_missing_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.canvas"
    Document.create(path).close()
    before = path.read_bytes()
    with pytest.raises(FileError, match="exists already"):
        Document.create(path)
    assert path.read_bytes() == before
    with pytest.raises(FileError, match="does not exist"):
        Document.create(tmp_path / "no" / "a.canvas")
    assert [each.name for each in tmp_path.iterdir()] == ["a.canvas"]


def test_damage_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.canvas"
    frame = Frame(0, 0, 600, 600)
    with Document.create(path) as document:
        layer = document.do(AddLayer("a")).layer
        assert layer is not None
        pixels = np.random.default_rng(0).integers(0, 256, (600, 600, 4), np.uint8)
        document.do(Paint(layer, frame, pixels))
    sound = path.read_bytes()
    path.write_bytes(sound[: len(sound) // 3])
    with pytest.raises(FileError, match="damaged"), Document(path) as document:
        document.view(frame, 600, 600)
    path.write_bytes(sound[:4096] + bytes(len(sound) - 4096))
    refused(path, "damaged|cannot be used")
    path.write_bytes(sound)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE content SET data = zeroblob(100)")
        connection.commit()
    with pytest.raises(FileError, match="damaged"), Document(path) as document:
        document.view(frame, 600, 600)


def test_a_closed_one(tmp_path: Path) -> None:
    document = Document.create(tmp_path / "a.canvas")
    document.close()
    document.close()
    with pytest.raises(FileError, match="closed"):
        document.do(AddLayer("a"))
    with pytest.raises(FileError, match="closed"):
        _ = document.revision


def test_nothing_else_is_left_beside_a_closed_canvas(tmp_path: Path) -> None:
    with Document.create(tmp_path / "a.canvas") as document:
        document.do(AddLayer("a"))
        assert document.layers
    assert [each.name for each in tmp_path.iterdir()] == ["a.canvas"]
