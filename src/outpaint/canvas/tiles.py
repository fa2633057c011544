"""Where tiles lie: squares of 256 pixels on the plane, and the pyramid of ever coarser ones above them.

A tile of level n covers 256 * 2**n pixels of the plane on each side, so its parent's spot is its own shifted right by
one bit. That is true left of and above the origin too, because shifts round downwards.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from outpaint.errors import RequestError
from outpaint.geometry import Frame

SIDE = 256
LIMIT = 2**31
"""No pixel lies further than this from the origin; what follows is that the pyramid has a top."""
TOP = 23
"""The level at which four tiles cover everything within the limit."""


class Spot(NamedTuple):
    """Column and row of a tile on its level; tile (0, 0) has its corner at the origin."""

    x: int
    y: int

    def frame(self, level: int = 0) -> Frame:
        """What it covers of the plane."""
        side = SIDE << level
        return Frame(self.x * side, self.y * side, side, side)

    def children(self) -> tuple["Spot", "Spot", "Spot", "Spot"]:
        """Top left, top right, bottom left, bottom right."""
        x, y = self.x * 2, self.y * 2
        return Spot(x, y), Spot(x + 1, y), Spot(x, y + 1), Spot(x + 1, y + 1)


class Span(NamedTuple):
    """A rectangle of spots, both ends inclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def spots(self) -> Iterator[Spot]:
        """Row by row."""
        for y in range(self.top, self.bottom + 1):
            for x in range(self.left, self.right + 1):
                yield Spot(x, y)


def span(frame: Frame, level: int = 0) -> Span:
    """The tiles of a level that a frame, which is not empty, touches."""
    side = SIDE << level
    return Span(frame.left // side, frame.top // side, (frame.right - 1) // side, (frame.bottom - 1) // side)


def check_frame(frame: Frame) -> Frame:
    """The frame itself; RequestError if it is empty or leaves the plane."""
    if frame.empty:
        raise RequestError(f"the frame {frame} is empty; give it at least 1x1 pixels")
    if min(frame.left, frame.top) < -LIMIT or max(frame.right, frame.bottom) > LIMIT:
        raise RequestError(f"the frame {frame} leaves the plane; stay within {LIMIT} pixels of the origin")
    return frame


def ancestry(spots: Iterable[Spot]) -> Iterator[tuple[int, set[Spot]]]:
    """Level and spots: those given at level 0, then all their ancestors level by level."""
    each = set(spots)
    yield 0, each
    for level in range(1, TOP + 1):
        each = {Spot(x >> 1, y >> 1) for x, y in each}
        yield level, each
