"""Which frame comes out, and which windows of it are painted in which order: numbers in, numbers out."""

import heapq
import math
from collections.abc import Iterable, Mapping

from outpaint.errors import RequestError
from outpaint.geometry import Amount, Anchor, Extent, Frame, Ratio

SIDES = ("left", "top", "right", "bottom")
SHORT = 64
"""Pixels; see `growth_steps`."""


# --- the frame ---------------------------------------------------------------------------------------------


def frame_for_amounts(photo: Frame, amounts: Mapping[str, Amount], multiple: int, anchor: Anchor) -> Frame:
    """The photo's frame with each named side moved out, then rounded up to a multiple.

    What rounding adds goes to the sides that grow anyway, in proportion; on an axis where nothing grows the
    anchor decides.
    """
    add = {side: amounts[side].of(getattr(photo, _axis(side))) if side in amounts else 0 for side in SIDES}
    asked = Extent(photo.width + add["left"] + add["right"], photo.height + add["top"] + add["bottom"])
    rounded = asked.round_up(multiple)
    for before, after, share, extra in (
        ("left", "right", anchor.value[0], rounded.width - asked.width),
        ("top", "bottom", anchor.value[1], rounded.height - asked.height),
    ):
        both = add[before] + add[after]
        first = extra * add[before] // both if both else math.floor(extra * share)
        add[before] += first
        add[after] += extra - first
    return photo.grown(**add)


def frame_for_extent(photo: Frame, target: Extent, multiple: int, anchor: Anchor, crop: bool) -> Frame:
    """A frame of exactly `target` (rounded up to a multiple) in which the anchor places the photo."""
    target = target.round_up(multiple)
    if not target.covers(photo.extent) and not crop:
        raise RequestError(
            f"the target {target} is smaller than the photo {photo.extent}; ask for at least "
            f"{target.union(photo.extent)}, or crop what does not fit with --force-crop"
        )
    x, y = anchor.place(target, photo.extent)
    return Frame.of(target, photo.left - x, photo.top - y)


def extent_for_ratio(photo: Extent, ratio: Ratio) -> Extent:
    """The smallest extent of that ratio that covers the photo; one axis stays as it is."""
    width = max(photo.width, math.floor(photo.height * ratio.value + 0.5))
    height = photo.height if width > photo.width else max(photo.height, math.floor(width / ratio.value + 0.5))
    return Extent(width, height)


def check_area(target: Extent, max_pixels: int) -> None:
    """RequestError if the result would hold more pixels than allowed."""
    if target.area > max_pixels:
        raise RequestError(
            f"the result would be {target} ({target.area / 1e6:.0f} megapixels), over the limit of "
            f"{max_pixels / 1e6:g}; ask for less or raise it with --max-pixels"
        )


def _axis(side: str) -> str:
    return "width" if side in ("left", "right") else "height"


# --- growth in steps ---------------------------------------------------------------------------------------


def growth_steps(known: Frame, target: Frame, growth: float | None) -> tuple[Frame, ...]:
    """Frames from just beyond `known` to `target`, each a bounded step from the one before.

    No side moves further in one step than `growth` times the length known along that axis (plus what rounding
    to whole pixels adds). With q = 1 + growth, n steps reach known * (q^n - 1); the fewest that suffice are
    taken and the way is divided as q - 1 : q^2 - 1 : ... : q^n - 1, so that no step is a small leftover.
    A photo narrower than SHORT grows as if it were that wide: many steps of a few pixels help nobody.
    """
    if target == known or known.empty or growth is None:
        return (target,)
    q = 1 + growth
    far = {side: _outwards(known, target, side) for side in SIDES}
    reach = max(far[side] / max(getattr(known, _axis(side)), SHORT) for side in SIDES)
    count = max(1, math.ceil(math.log(1 + reach, q) - 1e-9))
    shares = [(q**k - 1) / (q**count - 1) for k in range(1, count)]
    steps = [known.grown(**{side: math.floor(far[side] * share) for side in SIDES}) for share in shares]
    return (*(step for step in steps if step != known), target)


def _outwards(known: Frame, target: Frame, side: str) -> int:
    sign = 1 if side in ("right", "bottom") else -1
    return max(0, sign * (int(getattr(target, side)) - int(getattr(known, side))))


# --- windows -----------------------------------------------------------------------------------------------


def windows(
    known: Frame,
    target: Frame,
    hole: Frame,
    *,
    growth: float | None = None,
    context: int | None = None,
    largest: Extent | None = None,
) -> tuple[Frame, ...]:
    """The windows to paint, in order. Each is painted wherever it is still unknown when its turn comes.

    known: the part of the photo inside `target`. hole: bounding box of what is unknown inside `known`, may
    be empty. growth, context, largest: what the painter can take (see `painters.protocol.Limits`).
    Together the windows cover everything unknown, lie inside `target`, and none is larger than `largest`.
    """
    found: list[Frame] = []
    before = known
    for step in growth_steps(known, target, growth):
        unknown = [strip for strip in (*_ring(before, step), hole) if not strip.empty]
        if unknown:
            need = _union(unknown)
            seen = step if context is None else need.padded(context) & step
            if largest is None or largest.covers(seen.extent):
                found.append(seen)
            else:
                found += _outward_order(_tiles(seen, largest, context), before, hole, unknown)
        before, hole = step, Frame(0, 0, 0, 0)
    return tuple(found)


def _ring(inner: Frame, outer: Frame) -> tuple[Frame, ...]:
    """`outer` without `inner`, as four strips; the corners belong to the upper and lower ones."""
    return (
        Frame.between(outer.left, outer.top, outer.right, inner.top),
        Frame.between(outer.left, inner.bottom, outer.right, outer.bottom),
        Frame.between(outer.left, inner.top, inner.left, inner.bottom),
        Frame.between(inner.right, inner.top, outer.right, inner.bottom),
    )


def _union(frames: Iterable[Frame]) -> Frame:
    whole = Frame(0, 0, 0, 0)
    for frame in frames:
        whole = whole | frame
    return whole


def _tiles(area: Frame, largest: Extent, overlap: int | None) -> list[list[Frame]]:
    """Equal tiles that cover `area`, in rows, spread evenly.

    Neighbours share at least `overlap` pixels, but never more than half a tile, or there would be one tile for
    every pixel; without a wish they share half.
    """

    def starts(length: int, tile: int) -> list[int]:
        return spread(length, tile, tile // 2 if overlap is None else min(overlap, tile // 2))

    size = Extent(min(largest.width, area.width), min(largest.height, area.height))
    return [
        [Frame.of(size, area.left + x, area.top + y) for x in starts(area.width, size.width)]
        for y in starts(area.height, size.height)
    ]


def spread(length: int, tile: int, shared: int) -> list[int]:
    """Where equal tiles of one axis begin: evenly, neighbours sharing at least `shared`, and never all of a tile."""
    if length <= tile:
        return [0]
    count = -(-(length - tile) // max(1, tile - shared)) + 1
    return [(length - tile) * i // (count - 1) for i in range(count)]


def _outward_order(tiles: list[list[Frame]], known: Frame, hole: Frame, unknown: list[Frame]) -> list[Frame]:
    """The tiles that have something to paint; next is always the one that sees most of what is known.

    Tiles of a row start at least a quarter of a tile apart, so only those up to four places away share pixels.
    """
    seen = {
        (i, j): _shared(tile, known) - _shared(tile & known, hole)
        for i, row in enumerate(tiles)
        for j, tile in enumerate(row)
        if any(_shared(tile, strip) for strip in unknown)
    }
    queue = [(-area, place) for place, area in seen.items()]
    heapq.heapify(queue)
    order: list[Frame] = []
    while queue:
        area, (i, j) = heapq.heappop(queue)
        if seen.get((i, j)) != -area:
            continue  # out of date: it was chosen, or a neighbour has been since
        del seen[i, j]
        order.append(tiles[i][j])
        for place in ((y, x) for y in range(i - 4, i + 5) for x in range(j - 4, j + 5)):
            if place in seen and (more := _shared(tiles[place[0]][place[1]], tiles[i][j])):
                seen[place] += more
                heapq.heappush(queue, (-seen[place], place))
    return order


def _shared(a: Frame, b: Frame) -> int:
    """How many pixels both have; the same as `(a & b).extent.area`, for the inner loop."""
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return width * height if width > 0 and height > 0 else 0
