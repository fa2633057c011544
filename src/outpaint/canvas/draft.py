"""A change in the making: what one command does to layers and tiles, then written as one step of the history."""

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from outpaint.canvas.cache import TileCache
from outpaint.canvas.layers import Layers, find, read_layers, restacked, write_layers
from outpaint.canvas.packing import Content, Samples8, blank, name_of, pack, unpack
from outpaint.canvas.tiles import Spot, ancestry
from outpaint.parallel import thread_count

Name = bytes | None
"""Of a tile's content; None where there is nothing."""

_BATCH = 128
"""Tiles packed and written together: 32 MiB of pixels."""


class Draft:
    """Lives inside one writing transaction. `layers` may be assigned; tiles change through `put`."""

    def __init__(self, connection: sqlite3.Connection, cache: TileCache) -> None:
        self._connection = connection
        self._cache = cache
        self.revision, self.step, layers, self._next = connection.execute(
            "SELECT revision + 1, step, layers, next_layer FROM state"
        ).fetchone()
        self.before = self.layers = read_layers(layers)
        self._changes: dict[tuple[int, Spot], tuple[Name, Name]] = {}
        self._waiting: dict[bytes, Samples8] = {}

    def next_id(self) -> int:
        """For a new layer."""
        self._next += 1
        return int(self._next) - 1

    def spots(self, layer: int) -> list[Spot]:
        """Where the layer has tiles."""
        rows = self._connection.execute("SELECT x, y FROM tile WHERE layer = ? AND content IS NOT NULL", (layer,))
        found = {Spot(*row) for row in rows}
        for (changed, spot), (_, name) in self._changes.items():
            if changed == layer:
                found.discard(spot) if name is None else found.add(spot)
        return list(found)

    def tile(self, layer: int, spot: Spot) -> Samples8:
        """Read-only; blank where there is nothing."""
        change = self._changes.get((layer, spot))
        name = change[1] if change else self._name(layer, spot)
        if name is None:
            return blank(find(self.layers, layer).kind == "mask")
        if name in self._waiting:
            return self._waiting[name]
        return self._cache.get(name, lambda: load(self._connection, name))

    def put(self, layer: int, spot: Spot, tile: Samples8) -> None:
        """The tile as it shall be; it must not be changed afterwards."""
        name = name_of(tile) if tile.any() else None
        change = self._changes.get((layer, spot))
        self._changes[layer, spot] = (change[0] if change else self._name(layer, spot)), name
        if name is not None:
            self._waiting[name] = tile
            if len(self._waiting) >= _BATCH:
                self._flush()

    def forget_removed(self) -> None:
        """Of layers that this command made and removed again, not even the history needs to know."""
        known = {each.id for each in (*self.before, *self.layers)}
        self._changes = {place: change for place, change in self._changes.items() if place[0] in known}

    def keep_original(self, data: bytes, name: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO original VALUES (?, ?)", (name, data))

    def commit(self, record: Mapping[str, Any]) -> bool:
        """Write it all as a new step; False, and nothing is written, if there is no difference to before.

        What had been undone can be redone no more.
        """
        changes = {place: change for place, change in self._changes.items() if change[0] != change[1]}
        if not changes and self.layers == self.before:
            return False
        self._flush()
        run = self._connection
        run.execute("DELETE FROM change WHERE step > ?", (self.step,))
        run.execute("DELETE FROM step WHERE id > ?", (self.step,))
        differ = self.layers != self.before
        texts = (write_layers(self.before), write_layers(self.layers)) if differ else (None, None)
        text = json.dumps(record, ensure_ascii=False)
        step = run.execute(
            "INSERT INTO step (made, command, layers_before, layers_after) VALUES (?, ?, ?, ?)",
            (time.time(), text, *texts),
        ).lastrowid
        assert step is not None
        run.executemany(
            "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)",
            ((step, layer, *spot, *change) for (layer, spot), change in changes.items()),
        )
        replace(run, self.revision, {place: change[1] for place, change in changes.items()}, self.before, self.layers)
        run.execute("UPDATE state SET step = ?, next_layer = ?", (step, self._next))
        return True

    def _name(self, layer: int, spot: Spot) -> Name:
        row = self._connection.execute(
            "SELECT content FROM tile WHERE layer = ? AND x = ? AND y = ?", (layer, *spot)
        ).fetchone()
        return row[0] if row else None

    def _flush(self) -> None:
        known, used = "SELECT 1 FROM content WHERE name = ?", {name for _, name in self._changes.values()}
        self._waiting = {name: tile for name, tile in self._waiting.items() if name in used}
        new = [each for each in self._waiting.items() if not self._connection.execute(known, each[:1]).fetchone()]
        if len(new) < 4:
            packed = [pack(tile, name) for name, tile in new]
        else:
            with ThreadPoolExecutor(thread_count()) as pool:
                packed = list(pool.map(lambda each: pack(each[1], each[0]), new))
        save(self._connection, packed)
        for name, tile in self._waiting.items():
            tile.flags.writeable = False
            self._cache.keep(name, tile)
        self._waiting.clear()


def load(connection: sqlite3.Connection, name: bytes) -> Samples8:
    row = connection.execute("SELECT data FROM content WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError("a tile is missing")
    try:
        return unpack(row[0])
    except ValueError as error:
        raise sqlite3.DatabaseError(f"a tile: {error}") from None


def save(connection: sqlite3.Connection, contents: Iterable[Content]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO content VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((c.name, c.data, c.opaque, c.box.left, c.box.top, c.box.right, c.box.bottom) for c in contents),
    )


def replace(
    connection: sqlite3.Connection,
    revision: int,
    tiles: Mapping[tuple[int, Spot], Name],
    before: Layers,
    after: Layers,
) -> None:
    """Put names of contents where they belong, the layers in place, and mark what is stale of the pyramid."""
    connection.executemany(
        "INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?, ?)",
        ((layer, *spot, revision, name) for (layer, spot), name in tiles.items()),
    )
    masks = {each.id for each in (*before, *after) if each.kind == "mask"}
    stale = {spot for layer, spot in tiles if layer not in masks}
    for layer in restacked(before, after):
        rows = connection.execute("SELECT x, y FROM tile WHERE layer = ? AND content IS NOT NULL", (layer,))
        stale.update(Spot(*row) for row in rows)
    if stale:
        for level, spots in ancestry(stale):
            connection.executemany(
                "INSERT OR REPLACE INTO pyramid VALUES (?, ?, ?, ?, NULL)",
                ((level, *spot, revision) for spot in spots),
            )
    connection.execute("UPDATE state SET revision = ?", (revision,))
    if before != after:
        connection.execute("UPDATE state SET layers = ?, layers_revision = ?", (write_layers(after), revision))
