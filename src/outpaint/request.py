"""What a person asked for (many fields optional), and the same resolved (none optional). Two types, one record.

The library, the command line and a picture's embedded recipe all speak `Request`; whatever speaks HTTP or draws
a page later speaks it too. `resolve` is pure: it looks at sizes and masks, never at colours.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np

from outpaint import plan
from outpaint.errors import RequestError, unknown_name
from outpaint.geometry import Amount, Anchor, Extent, Frame, Ratio
from outpaint.methods.protocol import Method
from outpaint.painters.protocol import Painter
from outpaint.picture import Picture
from outpaint.registry import Registry

MAX_PIXELS = 200_000_000
DEFAULT_METHOD = "patch"

_READERS: Mapping[str, Any] = {
    **dict.fromkeys(("left", "right", "top", "bottom", "all"), Amount.parse),
    "to": lambda given: given if isinstance(given, Extent) else Extent.parse(str(given)),
    "ratio": Ratio.parse,
    "anchor": Anchor.parse,
}
_SIZE_FIELDS = ("left", "right", "top", "bottom", "all", "to", "ratio", "anchor", "multiple", "force_crop")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of one photo. Nothing here depends on the photo, so one request fits many.

    left, right, top, bottom, all: how much to add on a side (`all`: on those not named).
    to, ratio: or the size, or the shape, that should come out; anchor: where the photo sits in it.
    multiple: round the result up to multiples of this. force_crop: cut what sticks out of a smaller `to`.
    method: a named way. painters: instead of a method, these, with blend "paste" unless one is named.
    blend: instead of the method's; several joined by `+`.
    overlap: pixels of the photo next to the new area that may be repainted; 0 keeps all of them.
    settings: the painters' settings, as `setting` or `painter.setting`.
    count: how many candidates, with seeds seed, seed + 1, ...
    """

    left: Amount | None = None
    right: Amount | None = None
    top: Amount | None = None
    bottom: Amount | None = None
    all: Amount | None = None
    to: Extent | None = None
    ratio: Ratio | None = None
    anchor: Anchor | None = None
    multiple: int = 1
    force_crop: bool = False
    max_pixels: int = MAX_PIXELS
    method: str = DEFAULT_METHOD
    painters: tuple[str, ...] = ()
    blend: str | None = None
    overlap: int = 0
    prompt: str = ""
    negative: str = ""
    seed: int = 0
    count: int = 1
    settings: Mapping[str, bool | int | float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("multiple", 1, 4096),
            ("overlap", 0, 4096),
            ("count", 1, 1000),
            ("seed", 0, 2**63 - 1),
            ("max_pixels", 1, 10**12),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise RequestError(f"{name.replace('_', '-')} is a whole number from {low} to {high}, not {value!r}")

    @classmethod
    def of(cls, **given: Any) -> Self:
        """From words and numbers as people write them: right="25%", to="1920x1080", anchor="top".

        None means not given. RequestError for an unknown field or a value that cannot be read.
        """
        names = {each.name for each in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in names:
                raise unknown_name("field", name, names)
            if value is not None:
                values[name] = _READERS[name](value) if name in _READERS else value
        if isinstance(values.get("painters"), str):
            values["painters"] = (values["painters"],)
        values["painters"] = tuple(values.get("painters", ()))
        return cls(**values)

    def overridden(self, **given: Any) -> "Request":
        """This request with the given fields (None: not given) on top.

        A size asked for in any way replaces the whole old size, because a width of one request and a ratio of
        another would contradict each other. A method replaces old painters, blend and settings likewise.
        """
        new = {name: value for name, value in given.items() if value is not None}
        old: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        groups: list[tuple[str, ...]] = [_SIZE_FIELDS] if any(name in new for name in _SIZE_FIELDS[:7]) else []
        groups += [("painters", "blend", "settings")] if "method" in new else []
        for name in (name for group in groups for name in group):
            del old[name]
        return type(self).of(**{**old, **new})

    def to_json(self) -> dict[str, Any]:
        """Only the fields that differ from their defaults, as JSON values that `of` reads back."""
        plain: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != getattr(_DEFAULT, each.name):
                plain[each.name] = str(value) if each.name in _READERS else value
        if "painters" in plain:
            plain["painters"] = list(plain["painters"])
        if "settings" in plain:
            plain["settings"] = dict(plain["settings"])
        return plain

    def resolve(self, picture: Picture, registry: Registry) -> "ResolvedRequest":
        """Decide everything that is still open for this picture; RequestError if it cannot be done."""
        self.check(registry)
        frame = self._frame(picture.extent)
        known = picture.frame & frame
        hole = _bounds(~picture.known[known.inside(picture.frame)], known)
        if frame == picture.frame and hole.empty:
            raise RequestError(
                f"nothing to paint: the result would be the photo itself ({picture.extent}); "
                "ask for an amount like --right 25%, a --to size, a --ratio or a --mask"
            )
        if hole == known and not picture.known[known.inside(picture.frame)].any():
            raise RequestError("nothing of the photo is known: every pixel is transparent or masked")
        method = registry.method(self.method)
        painters = self._painters(method, registry)
        return ResolvedRequest(
            photo=picture.extent,
            frame=frame,
            windows=plan.windows(known, frame, hole, **_limits(painters)),
            method=None if self.painters else method.name,
            painters=tuple(
                PainterCall(each.name, each.brief("", "", 0, settings).settings) for each, settings in painters
            ),
            blends=self._blends(method, registry),
            overlap=self.overlap,
            prompt=self.prompt,
            negative=self.negative,
            seed=self.seed,
            count=self.count,
            asked=self,
        )

    def check(self, registry: Registry) -> None:
        """RequestError for whatever is wrong with any photo: unknown names, settings or words nobody reads."""
        method = registry.method(self.method)
        self._blends(method, registry)
        self._painters(method, registry)
        if sum((any(self._amounts()), self.to is not None, self.ratio is not None)) > 1:
            raise RequestError("amounts, a target size and a ratio contradict each other; give only one of them")
        if self.anchor and any(self._amounts()):
            raise RequestError("an anchor goes with a target size or a ratio; with amounts, name the sides instead")

    def _amounts(self) -> dict[str, Amount]:
        sides = {side: getattr(self, side) or self.all for side in plan.SIDES}
        return {side: amount for side, amount in sides.items() if amount is not None}

    def _blends(self, method: Method, registry: Registry) -> tuple[str, ...]:
        own = "paste" if self.painters else method.blend
        chain = own if self.blend is None else self.blend
        return tuple(registry.blend(name.strip()).name for name in chain.split("+"))

    def _frame(self, photo: Extent) -> Frame:
        anchor = self.anchor or Anchor.CENTER
        if self.to or self.ratio:
            target = self.to or plan.extent_for_ratio(photo, self.ratio or Ratio(*photo))
            frame = plan.frame_for_extent(photo, target, self.multiple, anchor, self.force_crop)
        else:
            frame = plan.frame_for_amounts(photo, self._amounts(), self.multiple, anchor)
        plan.check_area(frame.extent, self.max_pixels)
        return frame

    def _painters(self, method: Method, registry: Registry) -> list[tuple[Painter, dict[str, Any]]]:
        """The painters with the settings that go to each; RequestError for what none of them reads."""
        chain = [registry.painter(name) for name in self.painters or method.painters]
        who = f"method {method.name!r}" if not self.painters else " and ".join(repr(p.name) for p in chain)
        reads = frozenset[str]().union(*(painter.reads for painter in chain))
        for name in ("prompt", "negative"):
            if getattr(self, name) and name not in reads:
                able = sorted(p.name for p in registry.painters.values() if name in p.reads and p.name != "fake")
                hint = f"painters that do: {', '.join(able)}" if able else "no installed painter does"
                raise RequestError(f"{who} cannot read a {name} ({hint}); leave it out")
        if self.count > 1 and "seed" not in reads:
            raise RequestError(f"{who} does not depend on chance, so all {self.count} candidates would be the same")
        given = {**({} if self.painters else method.settings), **self.settings}
        known = {s.name for p in chain for s in p.settings}
        known |= {f"{p.name}.{s.name}" for p in chain for s in p.settings}
        for name in given:
            if name not in known:
                raise (
                    unknown_name("setting", name, known)
                    if known
                    else RequestError(f"{who} has no settings, so {name!r} cannot be set")
                )
        return [(painter, _own(painter, given)) for painter in chain]


@dataclass(frozen=True)
class PainterCall:
    """A painter by name, with a value for each of its settings."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ResolvedRequest:
    """A request for one picture with every decision taken. `asked` is the request it came from."""

    photo: Extent
    frame: Frame
    windows: tuple[Frame, ...]
    method: str | None
    painters: tuple[PainterCall, ...]
    blends: tuple[str, ...]
    overlap: int
    prompt: str
    negative: str
    seed: int
    count: int
    asked: Request

    def candidate(self, number: int) -> "ResolvedRequest":
        """The request that repeats candidate `number` alone."""
        seed = (self.seed + number) % 2**63
        return replace(self, seed=seed, count=1, asked=replace(self.asked, seed=seed, count=1))

    def to_json(self) -> dict[str, Any]:
        """Every decision as JSON values; frames are [left, top, width, height] with the photo at 0, 0."""
        return {
            "photo": list(self.photo),
            "frame": _box(self.frame),
            "windows": [_box(window) for window in self.windows],
            "method": self.method,
            "painters": [{"name": call.name, "settings": dict(call.settings)} for call in self.painters],
            "blends": list(self.blends),
            "overlap": self.overlap,
            "prompt": self.prompt,
            "negative": self.negative,
            "seed": self.seed,
            "count": self.count,
        }


_DEFAULT = Request()


def _own(painter: Painter, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values meant for this painter; one with its name in front wins over one without."""
    names = [setting.name for setting in painter.settings]
    plain = {name: given[name] for name in names if name in given}
    return plain | {name: given[f"{painter.name}.{name}"] for name in names if f"{painter.name}.{name}" in given}


def _limits(painters: list[tuple[Painter, dict[str, Any]]]) -> dict[str, Any]:
    """What the whole chain can take: the tightest of each limit."""
    limits = [painter.limits for painter, _ in painters]
    growths = [limit.growth for limit in limits if limit.growth is not None]
    contexts = [math.inf if limit.context is None else limit.context for limit in limits]
    sizes = [limit.largest for limit in limits if limit.largest is not None]
    return {
        "growth": min(growths, default=None),
        "context": None if math.inf in contexts else max(contexts),
        "largest": Extent(min(s.width for s in sizes), min(s.height for s in sizes)) if sizes else None,
    }


def _bounds(mask: "np.typing.NDArray[np.bool_]", frame: Frame) -> Frame:
    """The smallest frame on the plane that holds every True of a mask lying at `frame`; empty if there is none."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return Frame(frame.left, frame.top, 0, 0)
    return Frame.between(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1).moved(
        frame.left, frame.top
    )


def _box(frame: Frame) -> list[int]:
    return [frame.left, frame.top, frame.width, frame.height]
