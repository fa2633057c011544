"""Which shift every pixel of the hole takes: few whole pieces, cut where they agree (Pritch et al. 2009, Shift-Map).

What a labelling costs: joints between pieces where they differ; borders that do not continue what is known;
pieces that show something salient, come from another height, are mirrored, or stray from the coarse picture.
Alpha-expansion begins with what the search found pixel by pixel and makes it cheaper offer by offer. The next finer
level chooses again; those after it keep the pieces: each shift may move by a pixel, and cuts are made again in a
narrow band.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from outpaint.nearest import distance_to, nearest_known
from outpaint.painters.patch.offers import BAND, Offers, Places
from outpaint.painters.patch.offsets import Tolls
from outpaint.painters.patch.pieces import Labels, Pieces, Shifts, seams
from outpaint.painters.patch.pyramid import MARGIN, Bools, Level
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import at_once, over_rows

if TYPE_CHECKING:
    from outpaint.painters.patch import label_kernels

BORDER = 1.5
"""What a squared level counts along the border, beside one at a joint between pieces."""

LEEWAY = 0.06
"""By what share of the picture's height a piece may come from another height for nothing: so lines that lean go on,
which a shift along them continues."""

SLACK = 20.0
"""What it costs that a piece has to be bent by a pixel of the coarse level to fit at the border; see `bending`."""

FOLLOW = 0.05
"""What it counts where a piece strays from the coarse picture."""

MOST = 4000
"""The largest cost of a joint between two pixels, in squared levels."""

FOLD = 6.0
"""Next to the axis of a mirror image an edge that crosses it at a right angle, or runs along it, goes on; an oblique
one becomes an arrow: its squared slope over FOLD is charged."""

BLOCK = 160
"""In rows, how much of a finer level is cut by one thread."""

LARGEST = 8
"""So many pieces are offered everywhere once more on the next finer level."""


@dataclass(frozen=True)
class Costs:
    """What a labelling pays on a level beside its joints.

    pull: for each source row a whole picture height away. price: H x W float32, for copying each known pixel.
    tolls: for each pixel of a shift's pieces, or None. All in squared levels.
    share: what they count, and straying too. On the next finer level a piece has four times the pixels, but joints
    only twice as long: there it is half.
    """

    pull: float
    price: Floats
    tolls: Tolls | None
    share: float = 1


def assembled(level: Level, woven: Pieces, shifts: Shifts, costs: Costs) -> Pieces:
    """The hole of a coarse level, whose canvas holds what the search expects, put together from offered shifts.

    woven: what the search found, pixel by pixel. It is where the choice begins, and its shifts are offered around
    where it uses them; the others everywhere.
    """
    hole = ~level.known
    free = np.nonzero(hole)
    offers = Offers.everywhere(len(shifts), len(free[0])) + _around(woven, hole, free)
    labels = woven.labels + np.int32(len(shifts))
    return _cut(level, np.concatenate([shifts, woven.shifts]), offers, labels, free, costs)


def revised(pieces: Pieces, level: Level, woven: Pieces, costs: Costs) -> Pieces:
    """The same on the next finer level. The largest pieces are offered everywhere, others around where they are."""
    hole = ~level.known
    pieces = settled(pieces, level).sorted(hole)
    free = np.nonzero(hole)
    few = min(LARGEST, len(pieces.shifts))
    near = Offers.nearby(pieces.labels - few, hole, free, len(pieces.shifts) - few)
    offers = Offers.everywhere(few, len(free[0])) + near + _around(woven, hole, free)
    return _cut(level, np.concatenate([pieces.shifts, woven.shifts]), offers, pieces.labels, free, costs)


def _around(woven: Pieces, hole: Bools, free: Places) -> Offers:
    return Offers.nearby(woven.labels, hole, free, len(woven.shifts))


def _cut(level: Level, shifts: Shifts, offers: Offers, labels: Labels, free: Places, costs: Costs) -> Pieces:
    labels = labels.copy()
    scene, weights = _scenery(level, costs, _guide(level))
    _expand(scene, weights, costs, shifts, offers, free, labels)
    return Pieces.straight(shifts, labels).trimmed(~level.known)


def cuts(level: Level, pieces: Pieces) -> int:
    """What the joints and borders of these pieces cost, and nothing else: how much is seen of where they were cut."""
    from outpaint.painters.patch.label_kernels import cost

    nothing = Costs(0, np.zeros(level.known.shape, np.float32), None)
    scene, weights = _scenery(level, nothing, _guide(level))
    weights = weights._replace(follow=np.float32(0))
    return int(cost(scene, weights, pieces.shifts, np.zeros(len(pieces.shifts), np.float32), pieces.labels))


def finer(pieces: Pieces, level: Level, pull: float) -> Pieces:
    """The pieces of the next coarser level, settled on this one and cut again in a narrow band.

    Blocks of the band are cut at the same time, then what lies around the lines between them.
    """
    hole = ~level.known
    pieces = settled(pieces, level)
    shifts, labels = pieces.shifts, pieces.labels
    edge = seams(labels, hole)
    band = hole & (distance_to(edge) <= BAND) if edge.any() else edge
    if band.any():
        costs = Costs(pull, np.zeros(hole.shape, np.float32), None)
        scene, weights = _scenery(level, costs, None)
        for places in blocks(band):
            # All offers are made before any label changes, so that it does not matter which block is done first.
            offers = [Offers.nearby(labels, hole, free, len(shifts)) for free in places]
            given = scene, weights, costs, shifts
            at_once(*(partial(_expand, *given, *part, labels) for part in zip(offers, places, strict=True)))
    return Pieces.straight(shifts, labels).trimmed(hole)


def blocks(band: Bools) -> tuple[list[Places], list[Places]]:
    """The band in blocks of rows, no two of which touch, and then what lies around the lines between them."""
    rows = np.arange(len(band))
    lines = rows[BLOCK - 1 :: BLOCK][: max(0, len(band) // BLOCK - 1)]
    number = np.searchsorted(lines, rows)
    inside = [band & ((number == n) & ~np.isin(rows, lines))[:, None] for n in range(len(lines) + 1)]
    around = [band & (np.abs(rows - line) <= 2 * BAND)[:, None] for line in lines]
    return [np.nonzero(part) for part in inside if part.any()], [np.nonzero(part) for part in around if part.any()]


def settled(pieces: Pieces, level: Level) -> Pieces:
    """The pieces of the next coarser level on this one, every shift moved by up to a pixel to its exact place."""
    from outpaint.painters.patch.refine_kernels import settle

    hole = ~level.known
    pieces = pieces.enlarged(*hole.shape)
    shifts, labels = pieces.shifts, pieces.labels
    ys, xs = (part.astype(np.int32) for part in np.nonzero(seams(labels, hole) | _scarce(pieces, level.known)))
    filled = filled_in(level)
    of = labels[ys, xs]
    order, ends = np.argsort(of, kind="stable"), np.cumsum(np.bincount(of, minlength=len(shifts)))
    for number in np.argsort(-np.bincount(labels[hole], minlength=len(shifts)), kind="stable"):
        mine = order[ends[number - 1] if number else 0 : ends[number]]
        if len(mine):
            settle(shifts, number, labels, ys[mine], xs[mine], filled, level.known)
    return pieces


def _scarce(pieces: Pieces, known: Bools) -> Bools:
    """Where a pixel's move might show what is not known; not of mirrored pieces, which may be a pixel short."""
    inner = np.zeros_like(known)
    inner[1:-1, 1:-1] = known[1:-1, 1:-1] & known[2:, 1:-1] & known[:-2, 1:-1] & known[1:-1, 2:] & known[1:-1, :-2]
    scarce = ~known & ~inner[pieces.sources()] & (pieces.shifts[:, 0] == 0)[pieces.labels]
    return np.asarray(scarce, np.bool_)


def filled_in(level: Level) -> npt.NDArray[np.uint8]:
    """The picture, every unknown pixel like its nearest known one."""
    return np.ascontiguousarray(level.pixels[nearest_known(level.known)])


def _guide(level: Level) -> npt.NDArray[np.uint8]:
    """What the search expects."""
    return level.canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]


def _scenery(
    level: Level, costs: Costs, guide: npt.NDArray[np.uint8] | None
) -> tuple["label_kernels.Scene", "label_kernels.Weights"]:
    """What a labelling is paid for, and how much; guide: what the search expects, or None."""
    from outpaint.painters.patch import label_kernels

    known, share = level.known, np.float32(costs.share)
    rows = np.flatnonzero(known.any(1))
    scene = label_kernels.Scene(
        filled=filled_in(level),
        known=known,
        guide=np.ascontiguousarray(level.pixels if guide is None else guide),
        price=costs.price * share,
        fold=level.oblique / np.float32(FOLD),
        home=np.clip(np.arange(known.shape[0]), rows[0], rows[-1]).astype(np.int32),
        near=~known & (distance_to(known) < 2.9),
    )
    weights = label_kernels.Weights(
        pull=share * np.float32(costs.pull / known.shape[0]),
        leeway=np.float32(LEEWAY * known.shape[0]),
        border=np.float32(BORDER),
        follow=np.float32(0 if guide is None else share * FOLLOW),
        most=np.int32(MOST),
        slack=np.float32(-1 if guide is None else SLACK),
    )
    return scene, weights


def _expand(
    scene: "label_kernels.Scene",
    weights: "label_kernels.Weights",
    costs: Costs,
    shifts: Shifts,
    offers: Offers,
    free: Places,
    labels: Labels,
) -> None:
    """A sweep of offers to the free pixels; labels are changed in place."""
    from outpaint.painters.patch import expand_kernels, label_kernels

    ys, xs = (part.astype(np.int32) for part in free)
    tolls = np.zeros(len(shifts), np.float32)
    if costs.tolls:
        tolls = costs.tolls.of(shifts) * np.float32(costs.share)
    price = np.empty(len(offers.pixels), np.int32)
    lists = offers.first, offers.pixels
    over_rows(label_kernels.charges, len(shifts), scene, weights, shifts, tolls, *lists, ys, xs, price, at_least=4)
    can = price < label_kernels.NEVER
    offers, price = offers.only(can), price[can]
    lists = offers.first, offers.pixels
    expand_kernels.expand(scene, weights, shifts, tolls, *lists, price, labels, ys, xs)
