"""A canvas: a picture without borders, made of layers, that changes by commands and forgets none of them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from outpaint.canvas.boxes import content_box
from outpaint.canvas.cache import TileCache
from outpaint.canvas.changes import Changes, changes
from outpaint.canvas.commands import Command, ImportPhoto, ImportWorkspace
from outpaint.canvas.draft import Draft
from outpaint.canvas.exporting import coarse_mask, combined, mask_of, picture_of, to_save
from outpaint.canvas.history import Step, Walk, accepted, ends, recipes, step_back, step_forward, steps
from outpaint.canvas.layers import Layer, Layers, find, read_layers
from outpaint.canvas.packing import Samples8
from outpaint.canvas.performing import perform
from outpaint.canvas.pyramid import Pyramid
from outpaint.canvas.recording import record_of
from outpaint.canvas.render import assembled, render, viewable
from outpaint.canvas.store import Store, new_file
from outpaint.canvas.tiles import Span, Spot, check_frame, span
from outpaint.errors import RequestError
from outpaint.geometry import Frame
from outpaint.picture import Picture

CACHE_BYTES = 128 * 2**20


@dataclass(frozen=True)
class Done:
    """What became of a command, an undo or a redo.

    revision: of the document now.   changed: False if there was nothing to do; then there is no step in the history.
    layer: the one that was made, if one was.
    """

    revision: int
    changed: bool
    layer: int | None = None


class Document:
    """An open canvas. Any thread may call any method; changes wait for each other, views for none but a moment."""

    def __init__(self, path: str | Path, cache_bytes: int = CACHE_BYTES) -> None:
        """Open a canvas; FileError if there is none, or if it is none.

        cache_bytes: of unpacked tiles that are kept in memory.
        """
        self._store = Store(Path(path))
        self._cache = TileCache(cache_bytes)

    @classmethod
    def create(cls, path: str | Path, cache_bytes: int = CACHE_BYTES, first: Command | None = None) -> Self:
        """A new canvas with nothing on it but an empty mask; FileError if the name is taken.

        first: is done before the file has its name, so that there is never a canvas without it; OutpaintError if it
        cannot be done, and then there is no file.
        """
        with new_file(Path(path)) as unnamed:
            if first is not None:
                with cls(unnamed, cache_bytes) as document:
                    document.do(first)
        return cls(path, cache_bytes)

    def close(self) -> None:
        """After changes, the space of what nothing refers to any more is given back, if that is much of the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._store.path

    # Changing it

    def do(self, command: Command) -> Done:
        """Do a command; when this returns, it is on the disk. OutpaintError if it cannot be done; nothing changed."""
        if isinstance(command, ImportPhoto | ImportWorkspace):
            _ = command.frame  # decoding takes long and needs no lock
        record = record_of(command)
        with self._store.writing() as connection:
            draft = Draft(connection, self._cache)
            layer = perform(command, draft)
            changed = draft.commit(record)
            return Done(draft.revision if changed else draft.revision - 1, changed, layer)

    def undo(self, count: int = 1) -> Done:
        """Take back the last `count` steps, as far as there are any."""
        return self._walk(step_back, count)

    def redo(self, count: int = 1) -> Done:
        """Do again what was undone."""
        return self._walk(step_forward, count)

    # Looking at it

    @property
    def revision(self) -> int:
        """Grows with every change, undo and redo included, and never falls."""
        with self._store.reading() as connection:
            return _revision(connection)

    @property
    def layers(self) -> Layers:
        """From bottom to top; the mask is the last."""
        with self._store.reading() as connection:
            return _layers(connection)

    def history(self, limit: int = 100) -> list[Step]:
        """The newest steps first, undone ones too."""
        with self._store.reading() as connection:
            return steps(connection, limit)

    def ends(self) -> tuple[bool, bool]:
        """Whether there is anything to undo, and anything to redo."""
        with self._store.reading() as connection:
            return ends(connection)

    def accepted(self) -> dict[str, int]:
        """Of which jobs a candidate was accepted, and which one; undone or not, it was written with the pixels."""
        with self._store.reading() as connection:
            return accepted(connection)

    def changes_since(self, revision: int) -> Changes:
        """Everything a page that has seen `revision` has to draw again."""
        with self._store.reading() as connection:
            return changes(connection, revision)

    def view(self, frame: Frame, width: int, height: int) -> Samples8:
        """What a frame shows, scaled to height x width x 4: straight RGBA, without the mask.

        Every pixel is the mean of the area it covers; at zoom 1 it is exact. Where the two axes are zoomed
        differently, the finer one may be softened.
        """
        with self._looking() as pyramid:
            return render(pyramid, frame, width, height)

    def tile(self, level: int, spot: Spot) -> Samples8 | None:
        """A tile of the pyramid, read-only, 256 x 256 x 4; None if there is nothing in it."""
        check_frame(spot.frame(level))
        with self._looking() as pyramid:
            return pyramid.tiles(level, Span(*spot, *spot)).get(spot)

    def tile_revision(self, level: int, spot: Spot) -> int:
        """When a tile of the pyramid changed last, 0 for never: as long as it is the same, so is the tile."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT revision FROM pyramid WHERE level = ? AND x = ? AND y = ?", (level, *spot)
            ).fetchone()
            return int(row[0]) if row else 0

    def layer_view(self, layer: int, frame: Frame) -> Samples8:
        """One layer alone at zoom 1, whether it is visible or not: H x W x 4, or H x W for the mask."""
        with self._looking() as pyramid:
            mask = find(pyramid.layers, layer).kind == "mask"
            return assembled(pyramid.sheet(layer, span(viewable(frame))), frame, mask)

    def mask(self, frame: Frame) -> Samples8:
        """H x W, 255 = paint this anew; 0 everywhere while the mask is hidden."""
        with self._looking() as pyramid:
            return mask_of(pyramid, viewable(frame))

    def mask_tile(self, level: int, spot: Spot) -> Samples8:
        """256 x 256 of the mask at one 2**level-th of its size, made of all that it covers there."""
        with self._looking() as pyramid:
            return coarse_mask(pyramid, level, spot)

    def content_box(self) -> Frame | None:
        """The smallest frame around everything that can be seen; None if there is nothing."""
        return self._box(lambda each: each.kind == "pixels" and each.visible and each.opacity > 0)

    def everything_box(self) -> Frame | None:
        """The same with hidden layers."""
        return self._box(lambda each: each.kind == "pixels")

    def mask_box(self) -> Frame | None:
        """The smallest frame around what is masked, however little."""
        return self._box(lambda each: each.kind == "mask")

    def _box(self, wanted: Callable[[Layer], bool]) -> Frame | None:
        with self._store.reading() as connection:
            return content_box(connection, list(filter(wanted, _layers(connection))))

    def original(self, source: str) -> bytes:
        """The file that a layer was imported from, byte for byte; `source` as the layer has it."""
        with self._store.reading() as connection:
            row = connection.execute("SELECT data FROM original WHERE name = ?", (source,)).fetchone()
        if row is None:
            raise RequestError(f"there is no imported file {source!r}; take the source of a layer")
        return bytes(row[0])

    # Taking something out of it

    def picture(self, frame: Frame) -> Picture:
        """What `outpaint.extend` starts from: known is what is neither transparent nor masked."""
        with self._looking() as pyramid:
            return picture_of(pyramid, viewable(frame))

    def recipe(self, frame: Frame) -> str | None:
        """How what was accepted in a frame was made: the newest, and all in its "painted"; None if nothing was."""
        with self._store.reading() as connection:
            return combined(recipes(connection, frame))

    def copy(self, path: str | Path) -> None:
        """The whole canvas, history included, into another file, while this one stays in use.

        FileError if the name is taken.
        """
        self._store.copy(Path(path))

    def encode(
        self,
        frame: Frame | None = None,
        format: str = "png",
        *,
        quality: int | None = None,
        background: tuple[int, int, int] | None = None,
        alt: str = "",
    ) -> bytes:
        """A picture file's bytes, by default of the content box; with the frame's recipe where the format has room.

        background: what transparent pixels lie on; without one they stay transparent, which not every format can.
        alt: what it shows, in words, embedded as XMP.
        """
        from outpaint.files import encode_picture
        from outpaint.files.alt_text import packet

        frame = frame or self.content_box()
        if frame is None:
            raise RequestError("there is nothing on the canvas; import a photo or choose a frame")
        picture = to_save(self.view(viewable(frame), *frame.extent), background)
        if alt:
            picture = replace(picture, origin=replace(picture.origin, xmp=packet(alt)))
        return encode_picture(picture, format, quality, self.recipe(frame))

    @contextmanager
    def _looking(self) -> Iterator[Pyramid]:
        with self._store.reading() as connection:
            yield Pyramid(self._store, connection, self._cache)

    def _walk(self, step: Walk, count: int) -> Done:
        with self._store.writing(synced=False) as connection:
            walked = 0
            while walked < count and step(connection):
                walked += 1
            return Done(_revision(connection), walked > 0)


def _revision(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT revision FROM state").fetchone()[0])


def _layers(connection: sqlite3.Connection) -> Layers:
    return read_layers(connection.execute("SELECT layers FROM state").fetchone()[0])
