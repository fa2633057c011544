"""The file of a canvas: one SQLite database, its connections and its transactions.

Every change is one transaction in write-ahead mode: once `writing` has ended, a killed process takes nothing back. A
command is synchronised too, which costs a millisecond or two and lets it outlive a power cut; after one, the last
undo may have to be pressed again. Readers have connections of their own and see the state of the moment they began,
whatever is written meanwhile. Nothing of the document is held in memory, so several processes may have a file open.
"""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock, RLock
from urllib.parse import quote

from outpaint.canvas.compacting import compact
from outpaint.canvas.layers import MASK_ID, Layer, write_layers
from outpaint.canvas.transaction import transaction
from outpaint.errors import FileError
from outpaint.files.atomic import check_place, move_to_free_name

APPLICATION = int.from_bytes(b"oPtC")
VERSION = 1
LONGEST = 600
"""Seconds without a byte after which a canvas that is being made is given up; a photo takes a few."""
_PATIENCE = 30
_BRIEFLY = 1
"""Seconds that a change, and that a look, waits for others to end their writing."""
_UNFINISHED = ".outpaint-canvas-"
_FILES = ("", "-wal", "-shm", "-journal")

_SCHEMA = f"""
CREATE TABLE content (  -- packed tiles, by the hash of their pixels
    name BLOB PRIMARY KEY, data BLOB NOT NULL, opaque INTEGER NOT NULL,
    left INTEGER NOT NULL, top INTEGER NOT NULL, right INTEGER NOT NULL, bottom INTEGER NOT NULL);
CREATE TABLE tile (  -- what lies where now; content NULL where something was once
    layer INTEGER, x INTEGER, y INTEGER, revision INTEGER NOT NULL, content BLOB,
    PRIMARY KEY (layer, x, y)) WITHOUT ROWID;
CREATE INDEX tile_revision ON tile (revision);
CREATE TABLE pyramid (  -- all layers as one; revision: of the last change; content NULL: has to be made (again)
    level INTEGER, x INTEGER, y INTEGER, revision INTEGER NOT NULL, content BLOB,
    PRIMARY KEY (level, x, y)) WITHOUT ROWID;
CREATE INDEX pyramid_revision ON pyramid (revision) WHERE level = 0;
CREATE TABLE step (  -- the history; layers NULL where they did not change
    id INTEGER PRIMARY KEY AUTOINCREMENT, made REAL NOT NULL, command TEXT NOT NULL,
    layers_before TEXT, layers_after TEXT);
CREATE TABLE change (  -- the tiles that a step replaced
    step INTEGER, layer INTEGER, x INTEGER, y INTEGER, before BLOB, after BLOB,
    PRIMARY KEY (step, layer, x, y)) WITHOUT ROWID;
CREATE TABLE original (name TEXT PRIMARY KEY, data BLOB NOT NULL);  -- imported files
CREATE TABLE state (  -- one row; step: the last one that is done
    revision INTEGER NOT NULL, step INTEGER NOT NULL, layers TEXT NOT NULL, layers_revision INTEGER NOT NULL,
    next_layer INTEGER NOT NULL);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""


class Store:
    """An open file: one connection that writes, and as many that read as there are threads reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._pool_lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._written = False
        self._writer = _checked(path)

    @contextmanager
    def writing(self, synced: bool = True, patience: float = _PATIENCE) -> Iterator[sqlite3.Connection]:
        """One transaction: all of what is done inside is kept, or, after an exception, nothing.

        synced: whether it also outlives a power cut; if not, it may be gone then, but never in part, nor may a later
        one be there without it.   patience: seconds to wait for another process that is writing.
        """
        with self._lock:
            self._check_open()
            self._written = True
            with _explained(self.path):
                self._writer.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
                self._writer.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
                with transaction(self._writer):
                    yield self._writer

    def spare(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Write down what can be made again, unless somebody is writing at length or there is no space for it."""
        if self._lock.acquire(timeout=_BRIEFLY):
            try:
                with suppress(FileError), self.writing(synced=False, patience=_BRIEFLY) as connection:
                    write(connection)
            finally:
                self._lock.release()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The file as it is now, for as long as this lasts; never waits for a writer."""
        self._check_open()
        with _explained(self.path):
            with self._pool_lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or _connected(self.path)
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._pool_lock:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    def copy(self, path: Path) -> None:
        """All of it to another file: the canvas as it was at one moment, whatever is done meanwhile.

        FileError if the name is taken.
        """
        self._check_open()
        with (
            _appearing(path) as unnamed,
            _explained(path),
            closing(sqlite3.connect(unnamed, isolation_level=None)) as target,
        ):
            with closing(_connected(self.path)) as source:
                source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            with suppress(sqlite3.OperationalError):  # no space for it: then it stays as large as this one
                compact(target)

    def close(self) -> None:
        """Waits for a change that is being written; views that are being made come to their end.

        Whoever has written something leaves the file as small as is worth it.
        """
        with self._lock:
            if self._closed:
                return
            try:
                if self._written:
                    with suppress(FileError), _explained(self.path):  # somebody else writes, or there is no space
                        self._writer.execute(f"PRAGMA busy_timeout = {_BRIEFLY * 1000}")
                        compact(self._writer)
            finally:
                with self._pool_lock:
                    self._closed = True
                    for connection in self._idle:
                        connection.close()
                    self._writer.close()

    def _check_open(self) -> None:
        if self._closed:
            raise FileError(f"the canvas {self.path} is closed; open it again")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A new, empty canvas under a name of no meaning, which has the right one when this ends without an exception.

    So a canvas is complete from the first moment its name is there. FileError if the name is taken.
    """
    first = write_layers([Layer(MASK_ID, "Mask", "mask")])
    with _appearing(path) as unnamed:
        with _explained(path), closing(sqlite3.connect(unnamed, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            connection.execute("INSERT INTO state VALUES (0, 0, ?, 0, ?)", (first, MASK_ID + 1))
        yield unnamed


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A name of no meaning beside `path`, for a file that has the right one when this ends without an exception."""
    check_place(path, overwrite=False)
    _set_aside(path)
    _sweep(path.parent)
    temporary = path.parent / f"{_UNFINISHED}{secrets.token_hex(8)}.tmp"
    try:
        yield temporary
        try:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            move_to_free_name(temporary, path)
        except FileExistsError:
            raise FileError(f"{path} exists already; open it, or choose another name") from None
        except OSError as error:
            raise FileError(f"cannot write {path} ({error.strerror or error}); choose another place") from None
    finally:
        for suffix in _FILES:
            with suppress(FileNotFoundError):
                Path(f"{temporary}{suffix}").unlink()


def _sweep(folder: Path) -> None:
    """Canvases that were being made when their process was killed: nobody knows or misses them."""
    for left in folder.glob(f"{_UNFINISHED}*.tmp"):
        files = [Path(f"{left}{suffix}") for suffix in _FILES]
        with suppress(OSError):  # of another user, or gone in this moment
            if time.time() - max(each.stat().st_mtime for each in files if each.exists()) > LONGEST:
                for each in files:
                    each.unlink(missing_ok=True)


def _set_aside(path: Path) -> None:
    """What a canvas of this name, since deleted or moved away, left behind: SQLite would take it for the new one's.

    It may hold the last that was accepted, or candidates, so it gets another name. Put beside the canvas that it
    belongs to, under that one's name, it is good again.
    """
    (path.with_name(path.name + "-shm")).unlink(missing_ok=True)  # only says where things are in -wal
    mark = secrets.token_hex(4)
    for suffix in ("-wal", "-jobs", "-jobs-wal"):
        left = path.with_name(path.name + suffix)
        try:
            if left.exists():
                left.replace(path.with_name(f"{path.stem}.lost-{mark}{path.suffix}{suffix}"))
        except OSError as error:
            raise FileError(f"{left} is of another canvas and in the way ({error.strerror}); move it away") from None


def _connected(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)


def _checked(path: Path) -> sqlite3.Connection:
    """A connection to a file that is a canvas of this version or one that can be read as such."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        raise FileError(f"there is no canvas {path}; check the name, or create it") from None
    except IsADirectoryError:
        raise FileError(f"{path} is a folder; name a canvas in it") from None
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}; check who may read it") from None
    if start != b"SQLite format 3\0":
        raise FileError(f"{path} is no canvas; import pictures into a new one instead")
    with _explained(path):
        connection = _connected(path)
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION:
                raise FileError(f"{path} is a database but no canvas; open a file that outpaint made")
            if version > VERSION:
                raise FileError(
                    f"{path} was made by a newer outpaint (its version {version}, here {VERSION}); update"
                )
            if connection.execute("SELECT count(*) FROM state").fetchone() != (1,):
                raise sqlite3.DatabaseError("it has no state")
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's complaints as one line that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise FileError(f"{path} is being written by another program; try again when it is done") from error
        if "full" in text:
            raise FileError(f"no space left to write {path}; free some, nothing that was accepted is lost") from error
        if "readonly" in text or "unable to open" in text:
            raise FileError(f"cannot write {path}; check who may write it and its folder") from error
        raise FileError(f"the canvas {path} cannot be used ({text}); restore it from a copy") from error
    except sqlite3.DatabaseError as error:
        raise FileError(f"the canvas {path} is damaged ({error}); restore it from a copy") from error
