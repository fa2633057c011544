"""What a canvas leaves beside it when it is deleted by hand never comes into a new one of that name."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from outpaint.canvas import AddLayer, Document, ImportWorkspace, Paint
from outpaint.cli.canvas import open_canvas
from outpaint.errors import OutpaintError
from outpaint.geometry import Frame

SOURCE = Path(__file__).parents[2] / "src"
DYING = """
import os, signal, sys
from outpaint.canvas import AddLayer, Document
document = Document.create(sys.argv[1])
for number in range(20):
    document.do(AddLayer(f"old {number}"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A canvas with 20 layers, most of them only in its write-ahead file: its process was killed."""
    path = tmp_path / "a.canvas"
    command = [sys.executable, "-c", DYING, str(path)]
    died = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(SOURCE)}, check=False)
    assert died.returncode == -signal.SIGKILL
    assert path.with_name("a.canvas-wal").stat().st_size > 0
    return path


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")


@needs_kill
def test_a_new_canvas_is_new(killed: Path) -> None:
    killed.with_name("a.canvas-jobs").write_bytes(b"candidates of the old one")
    killed.unlink()
    with open_canvas(killed) as document:
        assert [each.name for each in document.layers] == ["Mask"]
        layer = document.do(AddLayer("new")).layer
        assert layer is not None
        document.do(Paint(layer, Frame(0, 0, 300, 300), np.full((300, 300, 4), 255, np.uint8)))
    with closing(sqlite3.connect(killed)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Document(killed) as document:
        assert [each.name for each in document.layers] == ["new", "Mask"]
    assert not killed.with_name("a.canvas-jobs").exists()


@needs_kill
def test_what_was_set_aside_is_still_good(killed: Path) -> None:
    """The canvas was not deleted but moved away without its write-ahead file, which has the last of it."""
    away = killed.rename(killed.with_name("away"))
    Document.create(killed).close()
    (wal,) = killed.parent.glob("a.lost-*.canvas-wal")
    back = shutil.move(away, wal.with_name(wal.name.removesuffix("-wal")))
    with Document(back) as document:
        assert len(document.layers) == 21


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
