"""All visible layers as one picture, at every level of coarseness, made when somebody looks and kept in the file.

Level 0 is composed of the layers' tiles; a tile of any other level is made of the four below it. A command marks the
ancestors of what it touched as stale, in its own transaction. Whoever makes a tile writes it down afterwards, if it
has not become stale once more since the moment that is looked at, and if nobody else is writing at length.
"""

import sqlite3
from collections.abc import Hashable, Sequence

import numpy as np

from outpaint.canvas.cache import TileCache
from outpaint.canvas.compositing import composite, halved
from outpaint.canvas.draft import load, save
from outpaint.canvas.layers import read_layers, stack
from outpaint.canvas.packing import Content, Samples8, name_of, pack
from outpaint.canvas.store import Store
from outpaint.canvas.tiles import SIDE, Span, Spot

EMPTY = b""
"""The name of a tile that was made and has nothing in it."""
_BATCH = 256


class Pyramid:
    """The picture at one moment: lives inside one reading transaction."""

    def __init__(self, store: Store, connection: sqlite3.Connection, cache: TileCache) -> None:
        self._store = store
        self._connection = connection
        self._cache = cache
        self.revision, layers = connection.execute("SELECT revision, layers FROM state").fetchone()
        self.layers = read_layers(layers)
        self._sheets = stack(self.layers)
        self._made: list[tuple[int, Spot, bytes]] = []
        self._packed: list[Content] = []
        self._known: dict[Hashable, bytes] = {}

    def tiles(self, level: int, area: Span) -> dict[Spot, Samples8]:
        """What there is in an area; tiles without anything in them are left out."""
        if level == 0:
            return {spot: self._composed(sheets) for spot, sheets in self._stacks(area).items()}
        found = {}
        for x, y, name in self._entries(level, area):
            tile = self._make(level, Spot(x, y))[1] if name is None else self._tile(name)
            if tile is not None:
                found[Spot(x, y)] = tile
        self._write()
        return found

    def sheet(self, layer: int, area: Span) -> dict[Spot, Samples8]:
        """One layer alone at level 0."""
        return {Spot(x, y): self._loaded(name) for x, y, name, _ in self._rows(layer, area)}

    def _rows(self, layer: int, area: Span) -> list[tuple[int, int, bytes, int]]:
        return self._connection.execute(
            "SELECT x, y, content, opaque FROM tile JOIN content ON content.name = tile.content"
            " WHERE layer = ? AND x BETWEEN ? AND ? AND y BETWEEN ? AND ?",
            (layer, area.left, area.right, area.top, area.bottom),
        ).fetchall()

    def _stacks(self, area: Span) -> dict[Spot, list[tuple[bytes, float]]]:
        stacks: dict[Spot, list[tuple[bytes, float]]] = {}
        for layer, opacity in self._sheets:
            for x, y, name, opaque in self._rows(layer, area):
                sheets = stacks.setdefault(Spot(x, y), [])
                if opaque and opacity == 1:
                    sheets.clear()  # nobody sees what is below
                sheets.append((name, opacity))
        return stacks

    def _composed(self, sheets: Sequence[tuple[bytes, float]]) -> Samples8:
        if len(sheets) == 1 and sheets[0][1] == 1:
            return self._loaded(sheets[0][0])

        def compose() -> Samples8:
            return composite([(self._loaded(name), opacity) for name, opacity in sheets])

        return self._cache.get(tuple(sheets), compose)

    def _loaded(self, name: bytes) -> Samples8:
        return self._cache.get(name, lambda: load(self._connection, name))

    def _make(self, level: int, spot: Spot) -> tuple[bytes, Samples8 | None]:
        """Depth first, so that few tiles are in hand at a time; equal parts are made once."""
        keys, tiles = self._below(level, spot)
        if not any(keys):
            name, tile = EMPTY, None
        else:
            known = self._known.get(keys)
            tile = halved(_joined(tiles)) if known is None else self._cache.get(known, lambda: halved(_joined(tiles)))
            name = known or (name_of(tile) if tile.any() else EMPTY)
            if name == EMPTY:
                tile = None
            elif known is None:
                self._known[keys] = name
                self._packed.append(pack(tile, name))
                self._cache.keep(name, tile)
        self._made.append((level, spot, name))
        if len(self._made) >= _BATCH:
            self._write()
        return name, tile

    def _below(self, level: int, spot: Spot) -> tuple[tuple[Hashable, ...], list[Samples8 | None]]:
        """What the four children hold: something that says it briefly, falsy for nothing, and the tiles."""
        children = spot.children()
        area = Span(*children[0], *children[3])
        if level == 1:
            stacks = self._stacks(area)
            keys = tuple(tuple(stacks.get(child, ())) for child in children)
            return keys, [self._composed(sheets) if sheets else None for sheets in keys]
        names = {Spot(x, y): name for x, y, name in self._entries(level - 1, area)}
        pairs = []
        for child in children:
            name = names.get(child, EMPTY)
            pairs.append(self._make(level - 1, child) if name is None else (name, self._tile(name)))
        return tuple(name for name, _ in pairs), [tile for _, tile in pairs]

    def _tile(self, name: bytes) -> Samples8 | None:
        return None if name == EMPTY else self._loaded(name)

    def _entries(self, level: int, area: Span) -> list[tuple[int, int, bytes | None]]:
        return self._connection.execute(
            "SELECT x, y, content FROM pyramid WHERE level = ? AND x BETWEEN ? AND ? AND y BETWEEN ? AND ?",
            (level, area.left, area.right, area.top, area.bottom),
        ).fetchall()

    def _write(self) -> None:
        if self._made:
            self._store.spare(self._note)
            self._made.clear()
            self._packed.clear()

    def _note(self, connection: sqlite3.Connection) -> None:
        """A name is written down only where its content is: an equal tile's may have found nobody to write it."""
        save(connection, self._packed)
        connection.executemany(
            "UPDATE pyramid SET content = ?1 WHERE level = ? AND x = ? AND y = ? AND revision <= ?"
            " AND (?1 = x'' OR EXISTS (SELECT 1 FROM content WHERE name = ?1))",
            ((name, level, *spot, self.revision) for level, spot, name in self._made),
        )


def _joined(tiles: Sequence[Samples8 | None]) -> Samples8:
    """Four tiles side by side."""
    out = np.zeros((2 * SIDE, 2 * SIDE, 4), np.uint8)
    for at, tile in enumerate(tiles):
        if tile is not None:
            top, left = at // 2 * SIDE, at % 2 * SIDE
            out[top : top + SIDE, left : left + SIDE] = tile
    return out
