"""A layout says which windows are painted, in which order, and how they meet: numbers in, numbers out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from outpaint.crossfade import Crossfade
from outpaint.geometry import Extent, Frame
from outpaint.painters.protocol import FAITHFUL, Setting
from outpaint.rim import Rim


@dataclass(frozen=True)
class Ground:
    """What is to be laid out.

    known: the part of the photo inside `target`. hole: bounding box of what is unknown inside `known`, may be empty.
    asked: the target before the layout has rounded it up.
    growth, context, largest: what the painters can take (see `painters.protocol.Limits`).
    """

    known: Frame
    target: Frame
    hole: Frame
    growth: float | None = None
    context: int | None = None
    largest: Extent | None = None
    asked: Frame | None = None


@dataclass(frozen=True)
class Laid:
    """Windows in order, inside the target and together over everything unknown that is not `black`.

    starts: for each window the frame in which its guess is made, all but the last painter's work; none: the window.
    crossfade: how a window meets what earlier ones painted; None: it continues it and repaints nothing.
    reseeded: whether window number n (from 0) is painted with seed + n.

    Only where it was asked to be faithful:
    rims: for each window, what of the photo is repainted.   alone: windows see the photo, never each other.
    black: parts of the target that nobody paints.
    """

    windows: tuple[Frame, ...]
    starts: tuple[Frame, ...] = ()
    crossfade: Crossfade | None = None
    reseeded: bool = False
    rims: tuple[Rim, ...] = ()
    alone: bool = False
    black: tuple[Frame, ...] = ()

    def start(self, turn: int) -> Frame:
        return self.starts[turn] if self.starts else self.windows[turn]

    def rim(self, turn: int) -> Rim | None:
        return self.rims[turn] if self.rims else None


def one_window(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    """Everything at once."""
    return Laid((ground.target,))


def as_asked(photo: Frame, asked: Frame, settings: Mapping[str, Any]) -> Frame:
    """The frame that was asked for is the one that comes out."""
    return asked


@dataclass(frozen=True)
class Cutting:
    """How windows are cut.

    framed: from the photo's frame and the one that was asked for to the one that comes out.
    unasked: what comes out where nothing was asked for and nothing is missing; the photo's own frame: a refusal.
    """

    work: Callable[[Ground, Mapping[str, Any]], Laid]
    framed: Callable[[Frame, Frame, Mapping[str, Any]], Frame] = as_asked
    unasked: Callable[[Frame, Mapping[str, Any]], Frame] = lambda photo, settings: photo


@dataclass(frozen=True)
class Layout:
    """A named way to cut windows, with the settings that it reads.

    work: the windows of exactly what was asked for.
    faithful: how the original cut them; where there is one, FAITHFUL is among the settings and decides.
    """

    name: str
    about: str
    work: Callable[[Ground, Mapping[str, Any]], Laid]
    settings: tuple[Setting, ...] = ()
    faithful: Cutting | None = None

    def cutting(self, settings: Mapping[str, Any]) -> Cutting:
        """The original's where it is asked for.   settings: a value for each."""
        return self.faithful if self.faithful and settings[FAITHFUL.name] else Cutting(self.work)
