"""What a canvas leaves beside it when it is deleted by hand never comes into a new one of that name."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from children import killed, needs_kill
from outpaint.canvas import AddLayer, Document, ImportWorkspace, Paint
from outpaint.cli.canvas import open_canvas
from outpaint.errors import OutpaintError
from outpaint.geometry import Frame

DYING = """
import os, signal, sys
from outpaint.canvas import AddLayer, Document
document = Document.create(sys.argv[1])
for number in range(20):
    document.do(AddLayer(f"old {number}"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def orphaned(tmp_path: Path) -> Path:
    """A canvas with 20 layers, most of them only in its write-ahead file: its process was killed."""
    path = tmp_path / "a.canvas"
    killed("-c", DYING, str(path))
    assert path.with_name("a.canvas-wal").stat().st_size > 0
    return path


@needs_kill
def test_a_new_canvas_is_new(orphaned: Path) -> None:
    orphaned.with_name("a.canvas-jobs").write_bytes(b"candidates of the old one")
    orphaned.unlink()
    with open_canvas(orphaned) as document:
        assert [each.name for each in document.layers] == ["Mask"]
        layer = document.do(AddLayer("new")).layer
        assert layer is not None
        document.do(Paint(layer, Frame(0, 0, 300, 300), np.full((300, 300, 4), 255, np.uint8)))
    with closing(sqlite3.connect(orphaned)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Document(orphaned) as document:
        assert [each.name for each in document.layers] == ["new", "Mask"]
    assert not orphaned.with_name("a.canvas-jobs").exists()


@needs_kill
def test_what_was_set_aside_is_still_good(orphaned: Path) -> None:
    """The canvas was not deleted but moved away without its write-ahead file, which has the last of it."""
    away = orphaned.rename(orphaned.with_name("away"))
    Document.create(orphaned).close()
    (wal,) = orphaned.parent.glob("a.lost-*.canvas-wal")
    back = shutil.move(away, wal.with_name(wal.name.removesuffix("-wal")))
    with Document(back) as document:
        assert len(document.layers) == 21


BEGINNING = """
import os, signal, sys
from pathlib import Path
from outpaint.canvas.draft import Draft
from outpaint.cli.canvas import open_canvas
commit = Draft.commit
def killed(draft, record):
    if sys.argv[2] == "after":
        commit(draft, record)
    os.kill(os.getpid(), signal.SIGKILL)
Draft.commit = killed
open_canvas(Path(sys.argv[1]))
"""


@needs_kill
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_it_is_begun_there_is_none(tmp_path: Path, photo: np.ndarray, moment: str) -> None:
    """So the next start imports the photo, instead of opening an empty canvas."""
    Image.fromarray(photo).save(tmp_path / "sky.png")
    killed("-c", BEGINNING, str(tmp_path / "sky.png"), moment)
    assert not (tmp_path / "sky.canvas").exists()
    with open_canvas(tmp_path / "sky.png") as document:
        assert [each.name for each in document.layers] == ["sky", "Mask"]
        np.testing.assert_array_equal(document.view(Frame(0, 0, 64, 48), 64, 48)[..., :3], photo)


def test_a_taken_name_takes_nothing_from_its_owner(tmp_path: Path) -> None:
    with Document.create(tmp_path / "a.canvas") as document:
        document.do(AddLayer("mine"))
        before = sorted(tmp_path.iterdir())
        with pytest.raises(OutpaintError, match="exists already"):
            Document.create(tmp_path / "a.canvas")
        assert sorted(tmp_path.iterdir()) == before
        assert document.layers[0].name == "mine"


def test_a_canvas_that_cannot_be_begun_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutpaintError, match="damaged"):
        Document.create(tmp_path / "a.canvas", first=ImportWorkspace(b"{"))
    assert list(tmp_path.iterdir()) == []


KILLED_WHILE_MADE = """
import os, signal, sys
from pathlib import Path
from outpaint.canvas.store import new_file
with new_file(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@needs_kill
def test_a_canvas_killed_while_it_was_made_is_swept_away_later(tmp_path: Path) -> None:
    killed("-c", KILLED_WHILE_MADE, str(tmp_path / "a.canvas"))
    (left,) = tmp_path.glob(".outpaint-canvas-*.tmp")
    Document.create(tmp_path / "b.canvas").close()
    assert left.exists()  # somebody may be at it still
    for each in tmp_path.glob(".outpaint-canvas-*"):
        os.utime(each, (0, 0))
    Document.create(tmp_path / "c.canvas").close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.canvas", "c.canvas"]
