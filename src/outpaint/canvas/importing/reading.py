"""Reading what another program saved as JSON: every value is looked at before it is used.

A format's own module says what a file means as a `Workspace`: commands of ours, one after the other.
"""

import binascii
import json
import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from outpaint.canvas.commands import Command
from outpaint.canvas.packing import Samples8
from outpaint.canvas.tiles import LIMIT
from outpaint.errors import FileError
from outpaint.geometry import Frame

MAX_STEPS = 100_000
MAX_LAYERS = 1000
DRAWN = 20
"""So many times the pixels of the largest picture may be drawn until a workspace is complete."""

Commands = Generator[Command, int | None, None]
"""Is sent the layer that each command made, or None."""


@dataclass(frozen=True)
class Workspace:
    """frame: around everything in it, in its own coordinates.

    commands: what makes it anew, moved by (x, y), on top of a number of layers that are there.
    """

    frame: Frame
    commands: Callable[[int, int, int], Commands]


class Budget:
    """Pixels that may still be drawn: a small file must not be hours of work."""

    def __init__(self, max_pixels: int) -> None:
        self._one = max_pixels
        self._left = DRAWN * max_pixels

    def spend(self, frame: Frame) -> Frame:
        """The frame itself; FileError if it is too large, or all of them together are."""
        self.charge(frame.extent.area if frame.extent.area <= self._one else self._left + 1)
        return frame

    def charge(self, area: int) -> None:
        """For what touches so many pixels; FileError if that is too much."""
        self._left -= area
        if self._left < 0:
            raise FileError(f"the workspace draws far more than the {self._one} pixels allowed; save less of it")


def is_workspace(data: bytes) -> bool:
    """Whether these bytes are JSON rather than a picture: no picture format begins with a brace."""
    return data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def parsed(data: bytes) -> Mapping[str, Any]:
    """The outermost object; FileError if this is no JSON."""
    try:
        record = json.loads(data)
    except RecursionError:
        raise damaged("nested too deeply") from None
    except ValueError as error:
        raise damaged(str(error)) from None
    return mapping(record, "the workspace")


def damaged(what: str) -> FileError:
    return FileError(f"the workspace is damaged ({what:.200}); save it again in the program that it comes from")


def mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise damaged(f"{what} is no object")
    return value


def text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise damaged(f"{what} is no text")
    return value


def whole(value: object, what: str) -> int:
    """A number to the nearest pixel; canvases of browsers count in fractions too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LIMIT:
        raise damaged(f"{what} is not a number of pixels")
    return math.floor(value + 0.5)


def picture(code: str, what: str, max_pixels: int) -> Samples8:
    """H x W x 4 of a picture file in base64, with or without the beginning of a data URL."""
    from outpaint.canvas.photo import open_photo

    if code.startswith("data:"):
        head, _, code = code.partition(",")
        if not head.startswith("data:image/") or not head.endswith(";base64"):
            raise damaged(f"{what} is no picture")
    try:
        data = binascii.a2b_base64(code, strict_mode=True)
    except ValueError as error:
        raise damaged(f"{what}: {error}") from None
    try:
        return open_photo(data, max_pixels)
    except FileError as error:
        raise damaged(f"{what}: {error}") from None
