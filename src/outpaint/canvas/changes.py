"""What is different since a revision, for pages that have seen it."""

import sqlite3
from dataclasses import dataclass

from outpaint.canvas.layers import MASK_ID, Layers, read_layers
from outpaint.canvas.tiles import Spot


@dataclass(frozen=True)
class Changes:
    """What is different since a revision.

    revision: now.   picture: the tiles of level 0 that look different; their ancestors do too.   mask: its tiles.
    layers: all of them if anything about them changed, else None.
    """

    revision: int
    picture: frozenset[Spot]
    mask: frozenset[Spot]
    layers: Layers | None


def changes(connection: sqlite3.Connection, since: int) -> Changes:
    revision, layers, changed = connection.execute("SELECT revision, layers, layers_revision FROM state").fetchone()
    picture = connection.execute("SELECT x, y FROM pyramid WHERE level = 0 AND revision > ?", (since,))
    mask = connection.execute("SELECT x, y FROM tile WHERE layer = ? AND revision > ?", (MASK_ID, since))
    return Changes(
        revision,
        frozenset(Spot(*row) for row in picture),
        frozenset(Spot(*row) for row in mask),
        read_layers(layers) if changed > since else None,
    )
