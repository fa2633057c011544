"""Undo and redo: the tiles and layers that a step replaced are put back, or put in place again."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outpaint.canvas.draft import replace
from outpaint.canvas.layers import read_layers
from outpaint.canvas.tiles import Spot
from outpaint.canvas.wording import words
from outpaint.geometry import Frame


@dataclass(frozen=True)
class Step:
    """One command that was done.

    made: seconds since 1970.   record: the command as JSON, without its pixels.   done: False if it was undone.
    """

    id: int
    made: float
    record: Mapping[str, Any]
    done: bool

    @property
    def kind(self) -> str:
        """The name of the command, which never changes: programs word a step by this and `values`."""
        return str(self.record.get("kind", ""))

    @property
    def values(self) -> dict[str, Any]:
        """What else there is to say of it: numbers, flags, and names; `width` and `height` of its frame."""
        found = {name: self.record[name] for name in _TOLD if self.record.get(name) is not None}
        if "frame" in self.record:
            found["width"], found["height"] = self.record["frame"][2:]
        return found

    @property
    def name(self) -> str:
        """In English, with the name of the layer that it is about."""
        return words(self.kind, self.values)


_TOLD = ("name", "layer", "layer_name", "index", "opacity", "visible", "locked", "mode", "candidate")

Walk = Callable[[sqlite3.Connection], bool]


def steps(connection: sqlite3.Connection, limit: int) -> list[Step]:
    """The newest first."""
    (position,) = connection.execute("SELECT step FROM state").fetchone()
    rows = connection.execute("SELECT id, made, command FROM step ORDER BY id DESC LIMIT ?", (limit,))
    return [Step(id, made, json.loads(command), id <= position) for id, made, command in rows]


def ends(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Whether there is anything to undo, and anything to redo."""
    undo, redo = connection.execute(
        "SELECT step > 0, EXISTS (SELECT 1 FROM step WHERE id > state.step) FROM state"
    ).fetchone()
    return bool(undo), bool(redo)


def accepted(connection: sqlite3.Connection) -> dict[str, int]:
    """Of every job of which a candidate was accepted, undone or not: which."""
    job, candidate = (f"json_extract(command, '$.{name}')" for name in ("job", "candidate"))
    rows = connection.execute(f"SELECT {job}, {candidate} FROM step WHERE {job} IS NOT NULL ORDER BY id")
    return {name: int(number or 0) for name, number in rows}


def recipes(connection: sqlite3.Connection, frame: Frame) -> Iterator[tuple[Frame, str]]:
    """Where candidates were accepted that reach into a frame, and how they were made; the newest first."""
    rows = connection.execute(
        "SELECT json_extract(command, '$.frame'), json_extract(command, '$.recipe') FROM step, state"
        " WHERE id <= state.step AND json_extract(command, '$.recipe') IS NOT NULL ORDER BY id DESC"
    )
    for box, recipe in rows:
        place = Frame(*json.loads(box))
        if not (place & frame).empty:
            yield place, recipe


def step_back(connection: sqlite3.Connection) -> bool:
    """Undo the last step that is done; False if there is none."""
    (position,) = connection.execute("SELECT step FROM state").fetchone()
    if not position:
        return False
    _apply(connection, position, forward=False)
    connection.execute("UPDATE state SET step = (SELECT coalesce(max(id), 0) FROM step WHERE id < ?)", (position,))
    return True


def step_forward(connection: sqlite3.Connection) -> bool:
    """Redo the first step that is not done; False if there is none."""
    (step,) = connection.execute("SELECT min(id) FROM step WHERE id > (SELECT step FROM state)").fetchone()
    if step is None:
        return False
    _apply(connection, step, forward=True)
    connection.execute("UPDATE state SET step = ?", (step,))
    return True


def _apply(connection: sqlite3.Connection, step: int, forward: bool) -> None:
    side = "after" if forward else "before"
    changes = connection.execute(f"SELECT layer, x, y, {side} FROM change WHERE step = ?", (step,)).fetchall()
    tiles = {(layer, Spot(x, y)): name for layer, x, y, name in changes}
    (layers,) = connection.execute(f"SELECT layers_{side} FROM step WHERE id = ?", (step,)).fetchone()
    revision, now = connection.execute("SELECT revision + 1, layers FROM state").fetchone()
    current = read_layers(now)
    replace(connection, revision, tiles, current, read_layers(layers) if layers else current)
