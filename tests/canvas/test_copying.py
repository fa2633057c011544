"""A copy takes nothing from anybody: it is complete when its name is there, and no name is taken twice."""

from pathlib import Path

import pytest

from children import killed, needs_kill
from outpaint.canvas import AddLayer, Document
from outpaint.errors import FileError


@pytest.mark.parametrize("other", ["canvas", "photo", "itself"])
def test_nothing_is_replaced(document: Document, tmp_path: Path, other: str) -> None:
    document.do(AddLayer("mine"))
    path = document.path if other == "itself" else tmp_path / "b.canvas"
    if other == "canvas":
        with Document.create(path) as taken:
            taken.do(AddLayer("precious"))
    if other == "photo":
        path.write_bytes(b"precious")
    before = path.read_bytes()
    with pytest.raises(FileError, match="exists already"):
        document.copy(path)
    assert path.read_bytes() == before
    assert [each.name for each in document.layers] == ["mine", "Mask"]


def test_a_copy_that_fails_leaves_nothing(document: Document, tmp_path: Path, monkeypatch) -> None:
    def full(connection: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("outpaint.canvas.store.compact", full)
    with pytest.raises(OSError, match="gone"):
        document.copy(tmp_path / "b.canvas")
    document.close()
    assert list(tmp_path.iterdir()) == [document.path]


LEFT = """
import os, signal, sys
from outpaint.canvas import AddLayer, Document
document = Document.create(sys.argv[1])
document.do(AddLayer("old"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@needs_kill
def test_what_a_deleted_canvas_left_behind_does_not_come_into_a_copy(document: Document, tmp_path: Path) -> None:
    killed("-c", LEFT, tmp_path / "b.canvas")
    (tmp_path / "b.canvas").unlink()
    document.do(AddLayer("new"))
    document.copy(tmp_path / "b.canvas")
    with Document(tmp_path / "b.canvas") as copy:
        assert [each.name for each in copy.layers] == ["new", "Mask"]
        assert copy.revision == document.revision
