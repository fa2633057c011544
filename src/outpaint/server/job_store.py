"""Jobs and their candidates in a file beside the canvas, so that neither a crash nor a restart loses one.

The connection holds the file's lock for as long as the server lives: two servers on one canvas would do every job
twice. A killed process holds no lock.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from outpaint.canvas.packing import Samples8
from outpaint.canvas.photo import open_photo
from outpaint.canvas.transaction import transaction
from outpaint.errors import FileError
from outpaint.geometry import Frame
from outpaint.pixels import Bools
from outpaint.request import Request
from outpaint.server.answers import NotThere, png_of
from outpaint.server.job import Job, State

KEPT = 200
"""Decided jobs that are still listed."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, state TEXT NOT NULL, frame TEXT NOT NULL,
    request TEXT NOT NULL, attempts INTEGER NOT NULL, error TEXT);
CREATE TABLE IF NOT EXISTS candidate (  -- png: RGBA of the frame; painted: one bit for each pixel, packed
    job TEXT, number INTEGER, png BLOB NOT NULL, painted BLOB NOT NULL, PRIMARY KEY (job, number));
"""
_COLUMNS = "id, state, frame, request, attempts, error, (SELECT count(*) FROM candidate WHERE candidate.job = job.id)"


@dataclass(frozen=True, eq=False)
class Candidate:
    """pixels: H x W x 4, straight RGBA.   painted: H x W, what of them is new."""

    pixels: Samples8
    painted: Bools


class JobStore:
    """The file; any thread may call any method."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        try:
            self._connection = _locked(path)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise FileError(f"{path.stem} is open in another outpaint canvas ({error}); use that one") from None
            raise FileError(f"the job list {path} cannot be written ({error}); is its folder writable?") from None
        except sqlite3.DatabaseError as error:
            raise FileError(f"the job list {path} is damaged ({error}); delete it to begin a new one") from None

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def add(self, job: Job) -> None:
        row = (job.id, job.state, _frame_text(job.frame), json.dumps(job.request.to_json()), job.attempts, job.error)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO job (id, state, frame, request, attempts, error) VALUES (?, ?, ?, ?, ?, ?)", row
            )
            connection.execute(
                "DELETE FROM job WHERE state NOT IN ('waiting', 'running', 'done') AND number <= "
                "(SELECT max(number) FROM job) - ?",
                (KEPT,),
            )

    def move(self, id: str, state: State, error: str | None = None, attempts: int | None = None) -> None:
        """To another state; without candidates unless somebody may still want to see them."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE job SET state = ?, error = ?, attempts = coalesce(?, attempts) WHERE id = ?",
                (state, error, attempts, id),
            )
            if state not in ("running", "done"):
                connection.execute("DELETE FROM candidate WHERE job = ?", (id,))

    def add_candidate(self, id: str, number: int, candidate: Candidate) -> None:
        painted = zlib.compress(np.packbits(candidate.painted).tobytes(), 1)
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO candidate VALUES (?, ?, ?, ?)",
                (id, number, png_of(candidate.pixels), painted),
            )

    def drop_candidates(self, id: str) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM candidate WHERE job = ?", (id,))

    def jobs(self) -> list[Job]:
        """The oldest first."""
        return [_job(row) for row in self._rows(f"SELECT {_COLUMNS} FROM job ORDER BY number")]

    def job(self, id: str) -> Job:
        """NotThere if there is none."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM job WHERE id = ?", id)
        if not rows:
            raise NotThere("there is no such job (any more); look at the list of jobs")
        return _job(rows[0])

    def waiting(self, frame: Frame, request: Request) -> Job | None:
        """One that asks for the same and is not begun."""
        same = _frame_text(frame), json.dumps(request.to_json())
        asked = f"SELECT {_COLUMNS} FROM job WHERE state = 'waiting' AND frame = ? AND request = ?"
        return next(map(_job, self._rows(asked, *same)), None)

    def count(self, *states: State) -> int:
        marks = ", ".join("?" * len(states))
        return int(self._rows(f"SELECT count(*) FROM job WHERE state IN ({marks})", *states)[0][0])

    def png(self, id: str, number: int) -> bytes:
        return self._candidate(id, number)[0]

    def candidate(self, job: Job, number: int) -> Candidate:
        png, packed = self._candidate(job.id, number)
        height, width = job.frame.extent.shape
        bits = np.frombuffer(zlib.decompress(packed), np.uint8)
        painted = np.unpackbits(bits, count=height * width).reshape(height, width).astype(bool)
        return Candidate(open_photo(png, height * width), painted)

    def _candidate(self, id: str, number: int) -> tuple[bytes, bytes]:
        rows = self._rows("SELECT png, painted FROM candidate WHERE job = ? AND number = ?", id, number)
        if not rows:
            raise NotThere(f"the job has no candidate {number}; look at the job")
        png, painted = rows[0]
        return png, painted

    def _rows(self, question: str, *values: str | int) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise FileError(f"cannot read {self._path} ({error}); is its disk there?") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, transaction(self._connection):
                yield self._connection
        except sqlite3.Error as error:
            raise FileError(f"cannot write {self._path} ({error}); is there space left?") from error


def _locked(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.3, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
        with transaction(connection):  # takes the lock
            connection.execute("DELETE FROM candidate WHERE job NOT IN (SELECT id FROM job)")
    except BaseException:
        connection.close()
        raise
    return connection


def _frame_text(frame: Frame) -> str:
    return json.dumps([frame.left, frame.top, frame.width, frame.height])


def _job(row: tuple[str, State, str, str, int, str | None, int]) -> Job:
    id, state, frame, request, attempts, error, candidates = row
    return Job(id, Frame(*json.loads(frame)), Request.of(**json.loads(request)), state, attempts, candidates, error)
