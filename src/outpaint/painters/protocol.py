"""The one protocol of the house: a painter takes a view and a brief, and answers with pixels.

A guess (cheap colours to start from) and a paint (the real thing) have this same signature, so a method
can chain them: each painter refines the answer of the one before it.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from types import GeneratorType, MappingProxyType
from typing import Any

import numpy as np

from outpaint.errors import OutpaintError, PainterError, RequestError
from outpaint.events import Notice, Progress
from outpaint.geometry import Extent, Frame
from outpaint.pixels import Bools
from outpaint.pixels import Mask as Mask
from outpaint.pixels import Pixels as Pixels

Steps = Generator[Progress | Notice, None, Pixels]
"""What a running painter is: it yields progress and returns pixels."""


@dataclass(frozen=True, eq=False)
class View:
    """One window as a painter sees it; the arrays are the painter's to read, never to write.

    pixels: H x W x 3. Known places hold the picture; unknown ones hold the guess so far (0 before the first).
    unknown: H x W. 1 = paint this, 0 = keep this.
    frame: where the window lies on the plane, so that noise and textures can be the same in every window.
    """

    pixels: Pixels
    unknown: Mask
    frame: Frame

    @property
    def holes(self) -> Bools:
        """H x W, True where something has to be painted."""
        return self.unknown > 0

    def with_guess(self, pixels: Pixels) -> "View":
        """The same window with another painter's answer in the unknown places."""
        return replace(self, pixels=np.where(self.holes[..., None], pixels, self.pixels))


@dataclass(frozen=True)
class Setting:
    """One thing a painter lets people tune. The type of `default` (bool, int, float, str) is the setting's.

    choices: a number is taken too, for the place in this list.   also: names that other programs have for it.
    """

    name: str
    default: bool | int | float | str
    about: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def read(self, given: object) -> bool | int | float | str:
        """Turn a value from a shell, a form or a recipe into this setting's type; RequestError if it cannot be."""
        try:
            value = self._convert(given)
        except (TypeError, ValueError, OverflowError):
            kind = type(self.default).__name__
            raise RequestError(f"setting {self.name} needs a value of type {kind}, not {given!r}") from None
        if self.choices and str(value).isdigit() and int(value) < len(self.choices):
            value = self.choices[int(value)]
        if self.choices and value not in self.choices:
            raise RequestError(f"setting {self.name} is one of {', '.join(self.choices)}, not {value!r}")
        if isinstance(value, int | float) and not isinstance(value, bool):
            low, high = self.low, self.high
            if value != value or (low is not None and value < low) or (high is not None and value > high):
                raise RequestError(f"setting {self.name} lies between {low} and {high}, not {value}")
        return value

    def _convert(self, given: object) -> bool | int | float | str:
        if isinstance(self.default, bool):
            words = {"true": True, "yes": True, "on": True, "1": True}
            words |= {"false": False, "no": False, "off": False, "0": False}
            if isinstance(given, bool):
                return given
            if str(given).lower() not in words:
                raise ValueError
            return words[str(given).lower()]
        if isinstance(self.default, str):
            return str(given)
        if isinstance(given, bool):
            raise TypeError
        number = float(str(given))
        if isinstance(self.default, int):
            if number != int(number):
                raise ValueError
            return int(number)
        return number


FAITHFUL = Setting("faithful", False, "do as the original did, with the faults that its users report")
"""For whatever follows another program and mends it."""


@dataclass(frozen=True)
class Brief:
    """What a painter is told beside pixels. `settings` holds a value for each setting the painter declares."""

    prompt: str = ""
    negative: str = ""
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Limits:
    """What a painter can take at once; the planner cuts windows accordingly.

    largest: the largest window it should be shown, None for any size.
    growth: how far one step may extend, as a share of what is known along that axis; None for any distance.
    context: known pixels around a hole that it wants to see; None for the whole picture.
    multiple: what it likes the sides of a window to be multiples of; it answers for every other size too.
    """

    largest: Extent | None = None
    growth: float | None = None
    context: int | None = None
    multiple: int = 1

    def __post_init__(self) -> None:
        if self.multiple < 1:
            raise ValueError(f"multiple is at least 1, not {self.multiple}")
        if self.growth is not None and not self.growth > 0:
            raise ValueError(f"growth is a share above 0, not {self.growth}")
        if self.context is not None and self.context < 1:
            raise ValueError(f"context is at least 1 pixel, not {self.context}")
        if self.largest is not None and min(self.largest) < 2:
            raise ValueError(f"the largest window is at least 2x2, not {self.largest}")


@dataclass(frozen=True)
class Painter:
    """A named way to fill unknown pixels, with its capabilities as data.

    work: `(view, brief) -> pixels`, or a generator that yields Progress and Notice and returns pixels. It must
        answer for every size, also 1 x 1, must not change its input, and must depend on nothing but its arguments.
    reads: which fields of the brief it listens to, of "prompt", "negative", "seed". A prompt that nobody in a
        method reads is refused; so are several candidates where nobody reads the seed.
    needs: what must be installed beside the core, in words; empty if nothing.
    memory: how much it takes, in words; empty if hardly more than the picture.
    source: who described it first.
    """

    name: str
    about: str
    work: Callable[[View, Brief], Pixels | Steps]
    reads: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = ()
    limits: Limits = Limits()
    needs: str = ""
    memory: str = ""
    source: str = ""

    def paint(self, view: View, brief: Brief) -> Steps:
        """Run on one window; PainterError if it fails or answers with anything but H x W x 3 finite pixels."""
        try:
            answer = self.work(view, brief)
            if isinstance(answer, GeneratorType):
                answer = yield from answer
        except (OutpaintError, MemoryError):
            raise
        except Exception as error:
            raise PainterError(f"painter {self.name} failed: {type(error).__name__}: {error}") from error
        if not isinstance(answer, np.ndarray) or answer.shape != view.pixels.shape:
            got = getattr(answer, "shape", type(answer).__name__)
            raise PainterError(f"painter {self.name} answered {got}, expected {view.pixels.shape}")
        if not np.isfinite(answer).all():
            raise PainterError(f"painter {self.name} answered with values that are not finite")
        return np.asarray(np.clip(answer, 0, 1), np.float32)

    def brief(self, prompt: str, negative: str, seed: int, settings: Mapping[str, object]) -> Brief:
        """A brief with only what this painter reads: its own settings, defaults where none is given."""
        values = {s.name: s.read(settings.get(s.name, s.default)) for s in self.settings}
        return Brief(
            prompt=prompt if "prompt" in self.reads else "",
            negative=negative if "negative" in self.reads else "",
            seed=seed if "seed" in self.reads else 0,
            settings=MappingProxyType(values),
        )
