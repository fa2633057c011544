"""What can be done to a document: value types, each one step of its history."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from outpaint.canvas.packing import Samples8
from outpaint.canvas.tiles import check_frame
from outpaint.errors import RequestError
from outpaint.geometry import Frame

if TYPE_CHECKING:
    from outpaint.canvas.importing.reading import Workspace

MAX_NAME = 200
MAX_IMPORT = 200_000_000
"""Pixels, as in a request."""

_BLOB: Any = {"blob": True}
"""Of fields that are not JSON."""


@dataclass(frozen=True)
class Command:
    """What all of them are; `recording` turns them into JSON. RequestError if a value is wrong."""


@dataclass(frozen=True)
class AddLayer(Command):
    """A new, empty layer; index 0 is the lowest, None the top, below the mask."""

    name: str
    index: int | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)


@dataclass(frozen=True)
class RemoveLayer(Command):
    layer: int


@dataclass(frozen=True)
class RenameLayer(Command):
    layer: int
    name: str

    def __post_init__(self) -> None:
        _check_name(self.name)


@dataclass(frozen=True)
class MoveLayer(Command):
    """To another place in the order, counted from the bottom."""

    layer: int
    index: int


@dataclass(frozen=True)
class SetOpacity(Command):
    """0 is invisible, 1 is as painted."""

    layer: int
    opacity: float

    def __post_init__(self) -> None:
        if not 0 <= self.opacity <= 1:
            raise RequestError(f"an opacity is between 0 and 1, not {self.opacity}")


@dataclass(frozen=True)
class SetVisible(Command):
    layer: int
    visible: bool


@dataclass(frozen=True)
class SetLocked(Command):
    layer: int
    locked: bool


@dataclass(frozen=True)
class MergeDown(Command):
    """The layer and the one below it become one that looks as both did; it has the name of the lower one."""

    layer: int


@dataclass(frozen=True, eq=False)
class Paint(Command):
    """Lay pixels over those of a layer, or put them in their place.

    pixels: H x W x 4 of the frame, uint8, straight RGBA; H x W x 3 is opaque.
    """

    layer: int
    frame: Frame
    pixels: Samples8 = field(repr=False, metadata=_BLOB)
    replace: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _rgba(self.pixels, self.frame))


@dataclass(frozen=True, eq=False)
class Erase(Command):
    """Take away from a layer's alpha; coverage: H x W uint8, 255 takes all; None is 255 everywhere.

    layer: None is every one that is seen and not locked.
    """

    layer: int | None
    frame: Frame
    coverage: Samples8 | None = field(default=None, repr=False, metadata=_BLOB)

    def __post_init__(self) -> None:
        object.__setattr__(self, "coverage", _one(self.coverage, self.frame))


@dataclass(frozen=True, eq=False)
class SetMask(Command):
    """Change the mask; values: H x W uint8, 255 = paint this anew; None is 255 everywhere.

    mode: "replace" what is there, "add" to it (the larger value stays), "subtract" from it, or
    "invert" it: the difference of both.
    """

    frame: Frame
    values: Samples8 | None = field(default=None, repr=False, metadata=_BLOB)
    mode: Literal["replace", "add", "subtract", "invert"] = "replace"

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _one(self.values, self.frame))
        if self.mode not in ("replace", "add", "subtract", "invert"):
            raise RequestError(f"the mask can be changed by replace, add, subtract or invert, not by {self.mode!r}")


@dataclass(frozen=True, eq=False)
class Accept(Command):
    """Take a candidate over: its pixels where it was painted, on a layer or, for None, on a new one on top.

    pixels: as for `Paint`.   painted: H x W, true or not 0 where the candidate is new; nothing else is touched.
    clear_mask: whether the mask is gone where the candidate was painted, because that is done.
    job, candidate, recipe: where it came from; the history keeps them, see `Document.accepted` and `Document.recipe`.
    """

    frame: Frame
    pixels: Samples8 = field(repr=False, metadata=_BLOB)
    painted: Samples8 = field(repr=False, metadata=_BLOB)
    layer: int | None = None
    name: str = "Painted"
    clear_mask: bool = True
    job: str | None = None
    candidate: int | None = None
    recipe: str | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        object.__setattr__(self, "pixels", _rgba(self.pixels, self.frame))
        painted = _one(np.asarray(self.painted).astype(bool).astype(np.uint8) * np.uint8(255), self.frame)
        object.__setattr__(self, "painted", painted)


@dataclass(frozen=True, eq=False)
class ImportPhoto(Command):
    """A file's picture, upright and in sRGB, as a new layer on top; the file itself is kept beside it.

    left, top: where its corner goes.   FileError, when it is done, if the file cannot be opened.
    """

    data: bytes = field(repr=False, metadata=_BLOB)
    left: int = 0
    top: int = 0
    name: str = "Photo"
    max_pixels: int = MAX_IMPORT

    def __post_init__(self) -> None:
        _check_name(self.name)

    @cached_property
    def pixels(self) -> Samples8:
        """H x W x 4; decoded on first use, which is before the document is locked."""
        from outpaint.canvas.photo import open_photo

        return open_photo(self.data, self.max_pixels)

    @property
    def frame(self) -> Frame:
        """What it covers."""
        return Frame(self.left, self.top, self.pixels.shape[1], self.pixels.shape[0])


@dataclass(frozen=True, eq=False)
class ImportWorkspace(Command):
    """What stablediffusion-infinity or openOutpaint saved, with its layers, on top; all of it is one step.

    left, top: where the corner of its content goes.   name: of a layer that has none.   FileError if it is damaged.
    """

    data: bytes = field(repr=False, metadata=_BLOB)
    left: int = 0
    top: int = 0
    name: str = "Workspace"
    max_pixels: int = MAX_IMPORT

    def __post_init__(self) -> None:
        _check_name(self.name)

    @cached_property
    def workspace(self) -> "Workspace":
        """Read on first use, which is before the document is locked."""
        from outpaint.canvas.importing.workspaces import read_workspace

        return read_workspace(self.data, self.name, self.max_pixels)

    @property
    def frame(self) -> Frame:
        """What it covers."""
        return Frame.of(self.workspace.frame.extent, self.left, self.top)


def layer_name(text: str, otherwise: str) -> str:
    """A name that any text gives a layer: what of it can be printed, or another if that is nothing."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:MAX_NAME].strip() or otherwise


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise RequestError(f"a layer's name has 1 to {MAX_NAME} characters, not {name!r:.50}")


def _rgba(pixels: Samples8, frame: Frame) -> Samples8:
    check_frame(frame)
    shape = frame.extent.shape
    given = pixels.shape if isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 else ()
    if given == (*shape, 3):
        return np.concatenate([pixels, np.full((*shape, 1), 255, np.uint8)], -1)
    if given != (*shape, 4):
        raise RequestError(f"the pixels of {frame} are uint8, {shape[0]} x {shape[1]} x 4, not {_what(pixels)}")
    return pixels


def _one(values: Samples8 | None, frame: Frame) -> Samples8 | None:
    check_frame(frame)
    if values is not None and (
        not isinstance(values, np.ndarray) or values.dtype != np.uint8 or values.shape != frame.extent.shape
    ):
        raise RequestError(f"the values of {frame} are uint8, {frame.height} x {frame.width}, not {_what(values)}")
    return values


def _what(given: object) -> str:
    return f"{given.dtype} {given.shape}" if isinstance(given, np.ndarray) else type(given).__name__
