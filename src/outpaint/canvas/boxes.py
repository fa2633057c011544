"""The frame around what is there."""

import sqlite3
from collections.abc import Sequence

from outpaint.canvas.layers import Layer
from outpaint.canvas.tiles import SIDE
from outpaint.geometry import Frame

_EDGES = f"""
SELECT min(x * {SIDE} + left), min(y * {SIDE} + top), max(x * {SIDE} + right), max(y * {SIDE} + bottom)
FROM tile JOIN content ON content.name = tile.content WHERE layer = ?
"""


def content_box(connection: sqlite3.Connection, layers: Sequence[Layer]) -> Frame | None:
    """The smallest frame around all pixels of these layers that are not fully transparent."""
    box = Frame(0, 0, 0, 0)
    for layer in layers:
        edges = connection.execute(_EDGES, (layer.id,)).fetchone()
        if edges[0] is not None:
            box |= Frame.between(*edges)
    return None if box.empty else box
