"""A process is killed in the middle of its work: what it had acknowledged is there, and the file is sound."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from canvas import acknowledging
from canvas.dense import PLANE
from children import ENVIRONMENT
from outpaint.canvas import Document

now = acknowledging.digest


def digests_around(document: Document) -> set[str]:
    """One step back and one forward: whatever was done last, one of them undoes it."""
    found = set()
    if document.undo().changed:
        found.add(now(document))
        document.redo()
    if document.redo().changed:
        found.add(now(document))
        document.undo()
    return found


def kill_and_look(path: Path, times: int) -> None:
    random = np.random.default_rng(times)
    accepted = 0
    for number in range(times):
        command = [sys.executable, acknowledging.__file__, str(path), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as child:
            assert child.stdout is not None
            first = child.stdout.readline()  # it has begun
            time.sleep(float(random.uniform(0, 0.25)))
            child.kill()
            lines = [first, *child.stdout.readlines()]
        whole = [line.split() for line in lines if line.endswith("\n")]
        accepted += len(whole)
        revision, digest = int(whole[-1][0]), whole[-1][1]
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with Document(path) as document:
            assert document.revision in (revision, revision + 1)  # one more may have been done but not said
            assert digest in (digests_around(document) if document.revision > revision else [now(document)])
            document.view(PLANE, 70, 64)
    assert accepted > times


def test_nothing_accepted_is_lost(tmp_path: Path) -> None:
    Document.create(tmp_path / "a.canvas").close()
    kill_and_look(tmp_path / "a.canvas", 8)


@pytest.mark.long
def test_nothing_accepted_is_lost_fifty_times(tmp_path: Path) -> None:
    Document.create(tmp_path / "a.canvas").close()
    kill_and_look(tmp_path / "a.canvas", 50)
