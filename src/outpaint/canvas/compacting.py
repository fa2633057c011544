"""Giving back the space of what nothing refers to any more, not even the history.

Steps that were undone and then gave way to others leave their tiles and imported files behind; so does every coarse
tile of the pyramid that was made anew. Deleting them is one transaction and making the file smaller is another, so a
kill at any moment costs nothing but the space, which the next one gives back.
"""

import sqlite3

from outpaint.canvas.transaction import transaction

SHARE = 1 / 4
"""Of a file that must be free, or become free, for it to be written anew."""
LEAST = 2**20
"""Bytes that must be."""

_TILES = """
FROM content WHERE name NOT IN (
    SELECT content FROM tile WHERE content IS NOT NULL UNION SELECT content FROM pyramid WHERE content IS NOT NULL
    UNION SELECT before FROM change WHERE before IS NOT NULL UNION SELECT after FROM change WHERE after IS NOT NULL)
"""
_FILES = """
FROM original WHERE name NOT IN (
    SELECT json_extract(layer.value, '$.source') AS source FROM (
        SELECT layers FROM state UNION SELECT layers_before FROM step UNION SELECT layers_after FROM step
    ) AS stack, json_each(stack.layers) AS layer WHERE source IS NOT NULL)
"""


def compact(connection: sqlite3.Connection) -> None:
    """Make the file smaller if that is worth it; outside of any transaction. Whoever else has it open goes on."""
    pages, free, page = (_number(connection, f"PRAGMA {of}") for of in ("page_count", "freelist_count", "page_size"))
    unused = sum(_number(connection, f"SELECT coalesce(sum(length(data)), 0) {of}") for of in (_TILES, _FILES))
    if free * page + unused < max(LEAST, SHARE * pages * page):
        return
    with transaction(connection):
        for each in (_TILES, _FILES):
            connection.execute(f"DELETE {each}")
    connection.execute("VACUUM")


def _number(connection: sqlite3.Connection, question: str) -> int:
    return int(connection.execute(question).fetchone()[0])
