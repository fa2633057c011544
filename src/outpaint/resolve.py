"""From what was asked to what will be done with one picture: every decision taken, nothing optional.

Resolving looks at sizes and masks, never at colours.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from outpaint import plan
from outpaint.errors import RequestError, unknown_name
from outpaint.geometry import Amount, Anchor, Extent, Frame, Ratio
from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout
from outpaint.methods.protocol import Method
from outpaint.nearest import bounds
from outpaint.painters.protocol import FAITHFUL, Painter, Setting
from outpaint.picture import Picture
from outpaint.registry import Registry
from outpaint.request import Request


@dataclass(frozen=True)
class PainterCall:
    """A painter (or layout) by name, with a value for each of its settings."""

    name: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ResolvedRequest:
    """A request for one picture with every decision taken. `asked` is the request it came from.

    photo, frame: where the picture lies on the plane, and what will come out.
    laid: the windows that are painted, in order, and how they meet.
    method: None where painters were named instead. blends: the chain, in order. layout: the settings of the method's.
    """

    photo: Frame
    frame: Frame
    laid: Laid
    layout: PainterCall
    method: str | None
    painters: tuple[PainterCall, ...]
    blends: tuple[str, ...]
    overlap: int
    prompt: str
    negative: str
    seed: int
    count: int
    asked: Request

    @property
    def windows(self) -> tuple[Frame, ...]:
        return self.laid.windows

    def candidate(self, number: int) -> "ResolvedRequest":
        """The request that repeats candidate `number` alone."""
        seed = (self.seed + number) % 2**63
        return replace(self, seed=seed, count=1, asked=replace(self.asked, seed=seed, count=1))

    def to_json(self) -> dict[str, Any]:
        """Every decision as JSON values; frames are [left, top, width, height], the photo's corner at 0, 0."""
        return {
            "photo": _box(self.photo),
            "frame": _box(self.frame),
            "windows": [_box(window) for window in self.windows],
            "method": self.method,
            "painters": [{"name": call.name, "settings": dict(call.settings)} for call in self.painters],
            "blends": list(self.blends),
            "layout": {"name": self.layout.name, "settings": dict(self.layout.settings)},
            "overlap": self.overlap,
            "prompt": self.prompt,
            "negative": self.negative,
            "seed": self.seed,
            "count": self.count,
        }


def check(request: Request, registry: Registry) -> None:
    """RequestError for whatever is wrong with any photo: unknown names, settings, or words nobody reads."""
    _checked(request, registry)


def _checked(request: Request, registry: Registry) -> "_Chain":
    """Who works for the request, with the same errors."""
    chain = _chain(request, registry)
    if sum((bool(_amounts(request)), request.to is not None, request.ratio is not None)) > 1:
        raise RequestError("amounts, a target size and a ratio contradict each other; give only one of them")
    if request.anchor and _amounts(request):
        raise RequestError("an anchor goes with a target size or a ratio; with amounts, name the sides instead")
    return chain


def resolve(request: Request, picture: Picture, registry: Registry) -> ResolvedRequest:
    """Decide everything that is still open for this picture; RequestError if it cannot be done."""
    chain = _checked(request, registry)
    cutting, settings = chain.cutting, chain.layout.settings
    asked = _frame(request, picture.frame)
    known = picture.frame & asked
    inside = picture.known[known.inside(picture.frame)]
    hole = bounds(~inside, known)
    if asked == picture.frame and hole.empty:
        asked = cutting.unasked(picture.frame, settings)
    if asked == picture.frame and hole.empty:
        raise RequestError(
            f"nothing to paint: the result would be the photo itself ({picture.extent}); "
            "ask for an amount like --right 25%, a --to size, a --ratio or a --mask with white in it"
        )
    if not inside.any():
        raise RequestError("nothing of the photo is known: every pixel is transparent or masked")
    frame = cutting.framed(picture.frame, asked, settings)
    plan.check_area(frame.extent, request.max_pixels)
    laid = cutting.work(Ground(known, frame, hole, asked=asked, **chain.limits), settings)
    return ResolvedRequest(
        photo=picture.frame,
        frame=frame,
        laid=laid,
        layout=chain.layout,
        method=None if request.painters else request.method,
        painters=chain.painters,
        blends=chain.blends,
        overlap=request.overlap,
        prompt=request.prompt,
        negative=request.negative,
        seed=request.seed,
        count=request.count,
        asked=request,
    )


def _amounts(request: Request) -> dict[str, Amount]:
    sides = {side: getattr(request, side) or request.all for side in plan.SIDES}
    return {side: amount for side, amount in sides.items() if amount is not None}


def _frame(request: Request, photo: Frame) -> Frame:
    anchor = request.anchor or Anchor.CENTER
    if request.to or request.ratio:
        target = request.to or plan.extent_for_ratio(photo.extent, request.ratio or Ratio(*photo.extent))
        frame = plan.frame_for_extent(photo, target, request.multiple, anchor, request.force_crop)
    else:
        frame = plan.frame_for_amounts(photo, _amounts(request), request.multiple, anchor)
    return frame


@dataclass(frozen=True)
class _Chain:
    """Who works for a request, everybody with their settings.

    cutting: the layout's, with its settings.   limits: what all painters can take.
    """

    painters: tuple[PainterCall, ...]
    blends: tuple[str, ...]
    layout: PainterCall
    cutting: Cutting
    limits: Mapping[str, Any]


def _chain(request: Request, registry: Registry) -> _Chain:
    """RequestError for whatever none of them reads."""
    method = Method("", "", request.painters) if request.painters else registry.method(request.method)
    painters = [registry.painter(name) for name in method.painters]
    original = method.original if _faithful({**method.settings, **request.settings}) else None
    own_blend = original.blend if original else method.blend
    chain = own_blend if request.blend is None else request.blend
    blends = [registry.blend(name.strip()) for name in chain.split("+")]
    who = f"method {method.name!r}" if method.name else " and ".join(repr(name) for name in method.painters)
    reads = frozenset[str]().union(*(p.reads for p in painters), *(b.reads for b in blends))
    for name in ("prompt", "negative"):
        if getattr(request, name) and name not in reads:
            able = sorted(p.name for p in registry.painters.values() if name in p.reads and p.name != "fake")
            hint = f"painters that do: {', '.join(able)}" if able else "no installed painter does"
            raise RequestError(f"{who} cannot read a {name} ({hint}); leave it out")
    if request.count > 1 and "seed" not in reads:
        raise RequestError(f"{who} does not depend on chance: all {request.count} candidates would be the same")
    parts: tuple[Painter | Layout, ...] = (*painters, method.layout)
    asked = _renamed(request.settings, parts)
    given = {**method.settings, **(original.settings if original else {}), **asked}
    known = {name for part in parts for s in part.settings for name in (s.name, f"{part.name}.{s.name}")}
    for name in given:
        if name == FAITHFUL.name and name not in known:
            raise RequestError(f"{who} follows no single original; leave out --faithful")
        if not known:
            raise RequestError(f"{who} has no settings, so {name!r} cannot be set")
        if name not in known:
            raise unknown_name("setting", name, known)
    calls = tuple(_call(painter, given) for painter in painters)
    layout = _call(method.layout, given)
    return _Chain(
        painters=calls,
        blends=tuple(blend.name for blend in blends),
        layout=layout,
        cutting=method.layout.cutting(layout.settings),
        limits=_limits(painters),
    )


def _faithful(given: Mapping[str, Any]) -> bool:
    """Whether anybody of a method is to do as the original did."""
    return any(name.rpartition(".")[2] == FAITHFUL.name and FAITHFUL.read(value) for name, value in given.items())


def _renamed(given: Mapping[str, Any], parts: tuple[Painter | Layout, ...]) -> dict[str, Any]:
    """With the names of the house where another program's were written; RequestError if both were."""
    names = {other: s.name for part in parts for s in part.settings for other in s.also}
    names |= {
        f"{part.name}.{other}": f"{part.name}.{s.name}" for part in parts for s in part.settings for other in s.also
    }
    renamed: dict[str, Any] = {}
    for name, value in given.items():
        if names.get(name, name) in renamed:
            raise RequestError(f"setting {names.get(name, name)} is given twice, once by another name; give it once")
        renamed[names.get(name, name)] = value
    return renamed


def _call(part: Painter | Layout, given: Mapping[str, Any]) -> PainterCall:
    """With the values meant for it, read; one with its name in front wins over one without."""

    def value(setting: Setting) -> Any:
        return setting.read(given.get(f"{part.name}.{setting.name}", given.get(setting.name, setting.default)))

    return PainterCall(part.name, {setting.name: value(setting) for setting in part.settings})


def _limits(painters: list[Painter]) -> dict[str, Any]:
    """What the whole chain can take: the tightest of each limit."""
    limits = [painter.limits for painter in painters]
    growths = [limit.growth for limit in limits if limit.growth is not None]
    contexts = [math.inf if limit.context is None else limit.context for limit in limits]
    sizes = [limit.largest for limit in limits if limit.largest is not None]
    return {
        "growth": min(growths, default=None),
        "context": None if math.inf in contexts else max(contexts),
        "largest": Extent(min(s.width for s in sizes), min(s.height for s in sizes)) if sizes else None,
    }


def _box(frame: Frame) -> list[int]:
    return [frame.left, frame.top, frame.width, frame.height]
