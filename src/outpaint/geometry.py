"""Extent, frame, amount and anchor: sizes and places as value types.

One coordinate system is used in the whole house: the *plane*. Its origin is the top-left corner of the
photo as it was opened; x grows to the right, y downwards, one unit is one pixel. What lies left of or
above the photo has negative coordinates.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import SupportsFloat

from outpaint.errors import RequestError


@dataclass(frozen=True, order=True)
class Extent:
    """Width and height in pixels; both may be zero, never negative."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 0 or self.height < 0:
            raise ValueError(f"an extent cannot be negative: {self.width}x{self.height}")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    def __iter__(self) -> Iterator[int]:
        yield self.width
        yield self.height

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns), the order numpy uses."""
        return self.height, self.width

    def covers(self, other: "Extent") -> bool:
        """Whether `other` fits inside on both axes."""
        return self.width >= other.width and self.height >= other.height

    def union(self, other: "Extent") -> "Extent":
        """The smallest extent that covers both."""
        return Extent(max(self.width, other.width), max(self.height, other.height))

    def round_up(self, multiple: int) -> "Extent":
        """The smallest extent that covers this one and has both sides divisible by `multiple`."""
        return Extent(-(-self.width // multiple) * multiple, -(-self.height // multiple) * multiple)

    @classmethod
    def parse(cls, given: "str | tuple[int, int] | Extent") -> "Extent":
        """Read `1920x1080` or (1920, 1080); RequestError if it is anything else."""
        if isinstance(given, Extent):
            return given
        text = "x".join(map(str, given)) if isinstance(given, tuple) else str(given)
        found = re.fullmatch(r"\s*(\d{1,9})\s*[xX*\u00d7]\s*(\d{1,9})\s*(?:px)?\s*", text)
        if not found or not int(found[1]) or not int(found[2]):
            raise RequestError(f"cannot read {text!r} as a size; write WIDTHxHEIGHT, for example 1920x1080")
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Frame:
    """A rectangle on the plane: left and top inclusive, `right` and `bottom` exclusive."""

    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 0 or self.height < 0:
            raise ValueError(f"a frame cannot be negative: {self.width}x{self.height}")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}{self.left:+d}{self.top:+d}"

    @classmethod
    def of(cls, extent: Extent, left: int = 0, top: int = 0) -> "Frame":
        """The frame of this size with its corner at (left, top)."""
        return cls(left, top, extent.width, extent.height)

    @classmethod
    def between(cls, left: int, top: int, right: int, bottom: int) -> "Frame":
        """The frame from its four edges; empty where they cross."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def extent(self) -> Extent:
        return Extent(self.width, self.height)

    @property
    def empty(self) -> bool:
        return self.width == 0 or self.height == 0

    def contains(self, other: "Frame") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def moved(self, dx: int, dy: int) -> "Frame":
        return Frame(self.left + dx, self.top + dy, self.width, self.height)

    def grown(self, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> "Frame":
        """Each side moved outwards by its pixels (inwards where negative)."""
        return Frame.between(self.left - left, self.top - top, self.right + right, self.bottom + bottom)

    def padded(self, margin: int) -> "Frame":
        return self.grown(margin, margin, margin, margin)

    def __and__(self, other: "Frame") -> "Frame":
        """The part both have; empty if they do not meet."""
        return Frame.between(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def __or__(self, other: "Frame") -> "Frame":
        """The smallest frame that holds both; an empty one adds nothing."""
        if self.empty or other.empty:
            return other if self.empty else self
        return Frame.between(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def inside(self, outer: "Frame") -> tuple[slice, slice]:
        """Row and column slices that cut this frame out of an array that covers `outer`."""
        if not outer.contains(self):
            raise ValueError(f"frame {self} does not lie inside {outer}")
        top, left = self.top - outer.top, self.left - outer.left
        return slice(top, top + self.height), slice(left, left + self.width)


class Unit(Enum):
    """What an amount counts."""

    PIXELS = "px"
    PERCENT = "%"


@dataclass(frozen=True)
class Amount:
    """How much to add on one side: whole pixels, or percent of the photo's size along that axis."""

    value: float
    unit: Unit = Unit.PIXELS

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or self.value < 0:
            raise RequestError(f"an amount must be zero or more, not {self.value:g}; try 256 or 25%")
        if self.unit is Unit.PIXELS and self.value != int(self.value):
            raise RequestError(f"{self.value:g} pixels is not a whole number; write 25% for a share of the photo")
        if self.value > (1e9 if self.unit is Unit.PIXELS else 1e6):
            raise RequestError(f"{self} on one side is beyond any picture; try 256 or 25%")

    def __str__(self) -> str:
        return f"{self.value:.10g}{self.unit.value}"

    def of(self, length: int) -> int:
        """Pixels to add to an axis of `length` pixels; halves round up, like a person would."""
        if self.unit is Unit.PIXELS:
            return int(self.value)
        return math.floor(length * self.value / 100 + 0.5)

    @classmethod
    def parse(cls, given: "str | int | float | Amount") -> "Amount":
        """Read `256`, `"256px"` or `"25%"`; RequestError with examples for anything else."""
        if isinstance(given, Amount):
            return given
        if isinstance(given, bool):
            raise RequestError(f"cannot read {given!r} as an amount; write 256, 256px or 25%")
        if isinstance(given, SupportsFloat):
            return cls(float(given))
        found = re.fullmatch(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|%|)\s*", str(given))
        if not found:
            raise RequestError(f"cannot read {given!r} as an amount; write 256, 256px or 25%")
        return cls(float(found[1]), Unit.PERCENT if found[2] == "%" else Unit.PIXELS)


@dataclass(frozen=True)
class Ratio:
    """Width to height, as two whole numbers or decimals: 16:9, 2.39:1."""

    width: float
    height: float

    def __post_init__(self) -> None:
        if not (0 < self.width < 1e6 and 0 < self.height < 1e6):
            raise RequestError(f"a ratio needs two numbers above 0 and below a million, not {self}; try 16:9")

    def __str__(self) -> str:
        return f"{self.width:.10g}:{self.height:.10g}"

    @property
    def value(self) -> float:
        return self.width / self.height

    @classmethod
    def parse(cls, given: "str | float | Ratio") -> "Ratio":
        """Read `16:9` (also `16/9` and `1.78`); RequestError for anything else."""
        if isinstance(given, Ratio):
            return given
        number = r"(\d+\.?\d*|\.\d+)"
        found = re.fullmatch(rf"\s*{number}\s*[:/]\s*{number}\s*", str(given))
        if not found and not re.fullmatch(r"\s*\d*\.\d+\s*", str(given)):
            raise RequestError(f"cannot read {given!r} as a ratio; write WIDTH:HEIGHT, for example 16:9")
        return cls(float(found[1]), float(found[2])) if found else cls(float(str(given)), 1)


class Anchor(Enum):
    """Where the photo sits in a larger frame. The value is (share of free width left of it, above it)."""

    TOP_LEFT = (0.0, 0.0)
    TOP = (0.5, 0.0)
    TOP_RIGHT = (1.0, 0.0)
    LEFT = (0.0, 0.5)
    CENTER = (0.5, 0.5)
    RIGHT = (1.0, 0.5)
    BOTTOM_LEFT = (0.0, 1.0)
    BOTTOM = (0.5, 1.0)
    BOTTOM_RIGHT = (1.0, 1.0)

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")

    def place(self, outer: Extent, inner: Extent) -> tuple[int, int]:
        """Offset (x, y) of `inner` inside `outer`; negative where `inner` is the larger one."""
        x, y = self.value
        return math.floor((outer.width - inner.width) * x), math.floor((outer.height - inner.height) * y)

    @classmethod
    def parse(cls, given: "str | Anchor") -> "Anchor":
        """Read one of the nine names, for example `top-left`; `centre` is understood."""
        if isinstance(given, Anchor):
            return given
        name = re.sub(r"[-_ ]", "", str(given)).lower().replace("centre", "center")
        for anchor in cls:
            if str(anchor).replace("-", "") == name:
                return anchor
        raise RequestError(f"unknown anchor {given!r}; choose one of: {', '.join(str(a) for a in cls)}")
