"""Unpacked tiles that were needed lately, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from outpaint.canvas.packing import Samples8


class TileCache:
    """Least recently used goes first. Keys name contents, not places, so nothing in here ever becomes wrong."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._tiles: OrderedDict[Hashable, Samples8] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Samples8]) -> Samples8:
        """The tile of this key, made now if it is not here; two threads may make the same one."""
        with self._lock:
            tile = self._tiles.get(key)
            if tile is not None:
                self._tiles.move_to_end(key)
                return tile
        tile = make()
        self.keep(key, tile)
        return tile

    def keep(self, key: Hashable, tile: Samples8) -> None:
        """From now on it belongs to all and must not be changed."""
        with self._lock:
            if key not in self._tiles:
                self._tiles[key] = tile
                self._held += tile.nbytes
                while self._held > self._limit:
                    self._held -= self._tiles.popitem(last=False)[1].nbytes
