"""A layout says which windows are painted, in which order, and how they meet: numbers in, numbers out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from outpaint.crossfade import Crossfade
from outpaint.geometry import Extent, Frame
from outpaint.painters.protocol import Setting

FAITHFUL = Setting("faithful", False, "do as the original did, with the faults that its users report")


@dataclass(frozen=True)
class Ground:
    """What is to be laid out.

    known: the part of the photo inside `target`. hole: bounding box of what is unknown inside `known`, may be empty.
    growth, context, largest: what the painters can take (see `painters.protocol.Limits`).
    """

    known: Frame
    target: Frame
    hole: Frame
    growth: float | None = None
    context: int | None = None
    largest: Extent | None = None


@dataclass(frozen=True)
class Laid:
    """Windows in order, inside the target and together over everything unknown.

    overlap: pixels of the photo's rim that this way of outpainting repaints; only where it was asked to be faithful.
    crossfade: how a window meets what earlier ones painted; None: it continues it and repaints nothing.
    reseeded: whether window number n (from 0) is painted with seed + n.
    """

    windows: tuple[Frame, ...]
    overlap: int = 0
    crossfade: Crossfade | None = None
    reseeded: bool = False


@dataclass(frozen=True)
class Layout:
    """A named way to cut windows, with the settings that it reads. `rounding`: faithful sizes are multiples of it."""

    name: str
    about: str
    work: Callable[[Ground, Mapping[str, Any]], Laid]
    settings: tuple[Setting, ...] = ()
    rounding: int = 1

    def multiple(self, settings: Mapping[str, Any]) -> int:
        """What the size of the result is rounded up to."""
        return self.rounding if settings.get(FAITHFUL.name) else 1
