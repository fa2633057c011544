"""Which shift every pixel of the hole takes: few whole pieces, cut where they agree (Pritch et al. 2009, Shift-Map).

What a labelling costs: joints between pieces where they differ; borders that do not continue what is known;
pieces that show something salient, come from another height, are mirrored, or stray from the coarse picture.
Alpha-expansion finds a labelling that no single offer can better. Finer levels keep the pieces: each shift may
move by a pixel, and the cuts are made again in a narrow band.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from outpaint.nearest import distance_to, nearest_known
from outpaint.painters.patch.pieces import Labels, Pieces, Shifts, seams, source_of
from outpaint.painters.patch.pyramid import MARGIN, Bools, Level
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import over_rows

BORDER = 1.5
"""What a squared level counts along the border, beside one at a joint between pieces."""

SLACK = 20.0
"""What it costs that a piece has to be bent by a pixel of the coarse level to fit at the border; see `bending`."""

FOLLOW = 0.05
"""What it counts where a piece strays from the coarse picture."""

MOST = 2500
"""The largest cost of a joint between two pixels, in squared levels."""

FOLD = 24.0
"""Next to the axis of a mirror image oblique edges become arrows: their squared slope over FOLD is charged."""

SWEEPS = 2
"""How often every shift is offered on the coarse level."""

Places = tuple[npt.NDArray[np.intp], ...]
"""Rows and columns of pixels."""

BAND = 2
"""In pixels, how far a cut may move on a finer level."""


@dataclass(frozen=True)
class Costs:
    """What a labelling pays on a level beside its joints.

    pull: for each source row a whole picture height away. price: H x W float32, for copying each known pixel.
    tolls: K float32, for each pixel of a shift's pieces. All in squared levels.
    """

    pull: float
    price: Floats
    tolls: Floats


@dataclass(frozen=True)
class Offers:
    """Which of the free pixels each shift is offered to: shift k to pixels[first[k] : first[k + 1]]."""

    first: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int32]

    @classmethod
    def everywhere(cls, shifts: int, pixels: int) -> Self:
        return cls(np.arange(shifts + 1) * pixels, np.tile(np.arange(pixels, dtype=np.int32), shifts))

    @classmethod
    def nearby(cls, labels: Labels, hole: Bools, free: Places, shifts: int) -> Self:
        """Each shift where it, or a pixel at most BAND + 1 away in one of the eight directions, is taken now."""
        height, width = hole.shape
        reach = (-BAND - 1, 0, BAND + 1)
        seen: list[npt.NDArray[np.int16]] = []
        for dy in reach:
            for dx in reach:
                y, x = np.clip(free[0] + dy, 0, height - 1), np.clip(free[1] + dx, 0, width - 1)
                there = np.where(hole[y, x], labels[y, x], -1).astype(np.int16)
                for other in seen:
                    there[there == other] = -1
                seen.append(there)
        of = np.concatenate(seen)
        pixels = np.tile(np.arange(len(free[0]), dtype=np.int32), len(seen))[of >= 0]
        order = np.argsort(of[of >= 0], kind="stable")
        counts = np.bincount(of[of >= 0], minlength=shifts)
        return cls(np.concatenate([[0], np.cumsum(counts)]), pixels[order])


def assembled(level: Level, shifts: Shifts, costs: Costs) -> Pieces:
    """The hole of a coarse level, whose canvas holds what the search expects, put together from offered shifts."""
    hole = ~level.known
    labels = first_labels(level.known, shifts)
    everywhere = np.nonzero(hole)
    offers = Offers.everywhere(len(shifts), len(everywhere[0]))
    guide = level.canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]
    _expand(level, shifts, offers, labels, everywhere, costs, guide, SWEEPS)
    return Pieces.straight(shifts, labels).trimmed(hole)


def first_labels(known: Bools, shifts: Shifts) -> Labels:
    """For every pixel the first shift that shows something known there."""
    height, width = known.shape
    y, x = np.mgrid[:height, :width]
    labels = np.zeros(known.shape, np.int32)
    done = known.copy()
    for number, shift in enumerate(shifts):
        v, u = source_of(shift, y, x)
        fits = (v >= 0) & (v < height) & (u >= 0) & (u < width) & ~done
        fits[fits] = known[v[fits], u[fits]]
        labels[fits] = number
        done |= fits
    return labels


def finer(pieces: Pieces, level: Level, pull: float) -> Pieces:
    """The pieces of the next coarser level, settled on this one and cut again."""
    from outpaint.painters.patch.refine_kernels import settle

    hole = ~level.known
    pieces = pieces.enlarged(*hole.shape)
    shifts, labels = pieces.shifts, pieces.labels
    edge = seams(labels, hole)
    ys, xs = (part.astype(np.int32) for part in np.nonzero(edge))
    filled = filled_in(level)
    of = labels[ys, xs]
    for number in np.argsort(-np.bincount(labels[hole], minlength=len(shifts)), kind="stable"):
        mine = of == number
        if mine.any():
            settle(shifts, number, labels, ys[mine], xs[mine], filled, level.known)
    band = hole & (distance_to(edge) <= BAND) if edge.any() else edge
    if band.any():
        free = np.nonzero(band)
        offers = Offers.nearby(labels, hole, free, len(shifts))
        costs = Costs(pull, np.zeros(hole.shape, np.float32), np.zeros(len(shifts), np.float32))
        _expand(level, shifts, offers, labels, free, costs, None, 1)
    return Pieces.straight(shifts, labels).trimmed(hole)


def filled_in(level: Level) -> npt.NDArray[np.uint8]:
    """The picture, every unknown pixel like its nearest known one."""
    return np.ascontiguousarray(level.pixels[nearest_known(level.known)])


def _expand(
    level: Level,
    shifts: Shifts,
    offers: Offers,
    labels: Labels,
    free: Places,
    costs: Costs,
    guide: npt.NDArray[np.uint8] | None,
    sweeps: int,
) -> None:
    """Sweeps of offers to the free pixels, until none is taken; labels are changed in place."""
    from outpaint.painters.patch import label_kernels

    known = level.known
    ys, xs = (part.astype(np.int32) for part in free)
    index = np.full(known.shape, -1, np.int32)
    rows = np.flatnonzero(known.any(1))
    scene = label_kernels.Scene(
        filled=filled_in(level),
        known=known,
        guide=np.ascontiguousarray(level.pixels if guide is None else guide),
        price=costs.price,
        fold=folds(level),
        home=np.clip(np.arange(known.shape[0]), rows[0], rows[-1]).astype(np.int32),
        near=~known & (distance_to(known) < 2.9),
    )
    weights = label_kernels.Weights(
        pull=np.float32(costs.pull / known.shape[0]),
        border=np.float32(BORDER),
        follow=np.float32(0 if guide is None else FOLLOW),
        most=np.int32(MOST),
        slack=np.float32(-1 if guide is None else SLACK),
    )
    price = np.empty(len(offers.pixels), np.int32)
    lists = offers.first, offers.pixels
    over_rows(
        label_kernels.charges, len(shifts), scene, weights, shifts, costs.tolls, *lists, ys, xs, price, at_least=4
    )
    for _ in range(sweeps):
        if not label_kernels.expand(scene, weights, shifts, costs.tolls, *lists, price, labels, ys, xs, index):
            break


def folds(level: Level) -> Floats:
    """H x W: how badly each known pixel would fold at the axis of a mirror image.

    An edge that crosses the axis at a right angle, or runs along it, goes on; an oblique one makes an arrow.
    """
    grey = level.pixels[..., :3].astype(np.float32).sum(2)
    known = level.known
    down, across = np.zeros_like(grey), np.zeros_like(grey)
    down[1:-1] = (grey[2:] - grey[:-2]) / 2 * (known[2:] & known[:-2])
    across[:, 1:-1] = (grey[:, 2:] - grey[:, :-2]) / 2 * (known[:, 2:] & known[:, :-2])
    oblique = 2 * np.abs(down * across) / np.maximum(np.hypot(down, across), np.float32(1e-3))
    return np.asarray(np.minimum(oblique**2 / np.float32(FOLD), MOST), np.float32)
