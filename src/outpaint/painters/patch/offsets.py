"""Which shifts are worth offering to the hole: few, but the right ones (He & Sun 2012, statistics of patch offsets).

Three sources, each asked for every part of the picture, so that a corner's structure is not outvoted by a sky:
the coarse patch field's most frequent shifts; the shifts that continue the known strip along the border best,
found by trying all of them; and the reflection in each border.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outpaint.nearest import distance_to, nearest_known
from outpaint.painters.patch.pieces import Pieces, Shifts
from outpaint.painters.patch.pyramid import Bytes, Level
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import over_rows

Shift = tuple[int, int, int]

CELLS = 6
"""The picture is divided into so many cells along either axis."""

VOTES, MOST_VOTED = 6, 90
"""Shifts taken per cell from the field, and in all."""

MATCHES = 2
"""Shifts taken per cell from the border."""

MIRRORED = 100.0
"""What each pixel of a mirrored piece pays, in squared levels."""

BESIDE, ASIDE = 300.0, 8
"""The same for the photo's own reflection, and for what is at most so many pixels from it on the coarse level: the
border always fits its own reflection, which would win too often otherwise."""

WIDE, DEEP = -300.0, (0.5, 1.0)
"""The same for the photo's own reflection, if it has to be as deep as the second share of the photo's width; from
the first share on it falls."""

ALONE, GROUND = -300.0, (0.6, 0.75)
"""The same, if the second share of the photo is a plain ground of one colour; from the first on it falls."""

ALIKE = 8.0
"""Mean difference in levels below which two parts of a picture are reflections of each other."""

SMOOTH = 20
"""Below this, in the units of `textured`, a ground is plain: some 2 levels between neighbours."""

STRIP, RIM = 4, 4
"""Depth in pixels of the known strip that has to be continued, and of the hole that it has to reach into."""

SHORTEST = 15
"""Shifts shorter than the picture's shorter side over this are repetitions, not continuations."""

WORST = 24_000.0
"""Squared levels, summed over channels, above which a mismatch is a mismatch."""


def offered(level: Level, found: Pieces, whole: Iterable[Shift], pull: float) -> Shifts:
    """K x 3, the most promising first.

    found: what the search expects, pixel by pixel. whole: see `reflections`. pull: what a row of distance costs.
    """
    voted = votes(level, found)[:MOST_VOTED]
    shifts = dict.fromkeys([*voted, *border_matches(level, pull), *whole])
    return np.array(list(shifts), np.int32).reshape(-1, 3)


@dataclass(frozen=True)
class Tolls:
    """What each pixel that is copied by a shift pays, in squared levels.

    whole: the photo's own reflections and their tolls. aside: see ASIDE. off: how many pixels a reflection may be off
    and still be it; those beside it would win by repeating the last pixels. variety: by how much at most a seed makes
    shifts dearer, each differently; seed 0 takes them as they are.
    """

    whole: dict[Shift, float]
    aside: int
    off: int = 0
    variety: float = 0
    seed: int = 0

    def of(self, shifts: Shifts) -> Floats:
        """K."""
        tolls = np.float32(MIRRORED) * shifts[:, 0]
        for axis, toll in self.whole.items():
            away = np.where(shifts[:, 0] == 1, np.abs(shifts - np.array(axis)).max(1), np.inf)
            tolls[away <= self.aside] = BESIDE
            tolls[away <= self.off] = toll
        if self.seed:
            chance = np.random.Generator(np.random.Philox(self.seed))
            tolls += chance.uniform(0, self.variety, len(tolls)).astype(np.float32)
        return tolls


def reflections(level: Level) -> dict[Shift, float]:
    """The mirror image in the left and in the right border, where there is something to paint behind it; its toll.

    Beside a photo, its mirror image is soon noticed; but where as much as the photo itself is wanted, nothing
    else keeps large things whole. Nor where something on a plain ground is cut by the border.
    """
    columns = np.flatnonzero(level.known.any(0))
    first, last = int(columns[0]), int(columns[-1])
    alone = _between(ground(level), *GROUND) * (ALONE - BESIDE)
    found: dict[Shift, float] = {}
    for edge, depth in ((last, level.known.shape[1] - 1 - last), (first, first)):
        if depth > 0:
            photo = level.pixels[:, first : last + 1]
            again = mirrored(photo if edge == last else photo[:, ::-1])
            wide = 0.0 if again else _between(depth / len(columns), *DEEP) * (WIDE - BESIDE)
            found[(1, 0, 2 * edge + (1 if edge == last else -1))] = BESIDE + min(wide, alone)
    return found


def mirrored(pixels: Bytes) -> bool:
    """Whether the right part of a picture, a third of it or more, is the reflection of what lies before it.

    One more reflection would make a frieze of it.
    """
    width = pixels.shape[1]
    lines = pixels[..., :3].astype(np.int16)
    for axis in range((width + 1) // 2, width - width // 3):
        wide = width - axis
        if np.abs(lines[:, axis:] - lines[:, axis - wide : axis][:, ::-1]).mean() < ALIKE:
            return True
    return False


def ground(level: Level) -> float:
    """Which share of the known picture has its most frequent colour, in bins of 32 levels, and no texture."""
    colours, texture = level.pixels[..., :3][level.known] // 32, level.pixels[..., 3][level.known]
    bins = colours.astype(np.int32) @ np.array([64, 8, 1], np.int32)
    counts = np.bincount(bins[texture < SMOOTH], minlength=1)
    return float(counts.max() / len(bins))


def _between(value: float, low: float, high: float) -> float:
    """Where a value lies between two others: 0 at the first and below, 1 at the second and above."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def cell_of(level: Level, y: npt.NDArray[np.int_], x: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    height, width = level.known.shape
    return np.asarray(y * CELLS // height * CELLS + x * CELLS // width)


def votes(level: Level, found: Pieces) -> list[Shift]:
    """The most frequent shifts of every cell's pixels that are not nearly the same, the most frequent first."""
    y, x = np.nonzero(~level.known)
    ballots, counts = np.unique(
        np.stack([cell_of(level, y, x), found.labels[y, x]], axis=1), axis=0, return_counts=True
    )
    per_cell: dict[int, list[tuple[int, Shift]]] = {}
    for (cell, label), count in zip(ballots.tolist(), counts.tolist(), strict=True):
        flipped, down, across = found.shifts[label].tolist()
        per_cell.setdefault(cell, []).append((count, (flipped, down, across)))
    totals: dict[Shift, int] = {}
    for voted in per_cell.values():
        kept: list[Shift] = []
        for count, shift in sorted(voted, reverse=True):
            if len(kept) < VOTES and not any(_close(shift, other, 1) for other in kept):
                kept.append(shift)
                totals[shift] = totals.get(shift, 0) + count
    return sorted(totals, key=lambda shift: -totals[shift])


def _close(a: Shift, b: Shift, within: int) -> bool:
    return a[0] == b[0] and max(abs(a[1] - b[1]), abs(a[2] - b[2])) <= within


def border_matches(level: Level, pull: float) -> list[Shift]:
    """The shifts under which the strip along each cell's piece of the border fits best, and that reach into the hole.

    All shifts are tried on a grid of 2 pixels, the best then on all pixels around.
    """
    known = level.known
    if known.all():
        return []
    strip = np.nonzero(known & (distance_to(~known) <= STRIP))
    rim = np.nonzero(~known & (distance_to(known) <= RIM))
    rows, columns = nearest_known(known)
    cells = np.concatenate([cell_of(level, *strip), cell_of(level, rows[rim], columns[rim])])
    names, number = np.unique(cells, return_inverse=True)
    of_strip, of_rim = np.split(number.astype(np.int32), [len(strip[0])])

    def costs(shifts: Shifts) -> npt.NDArray[np.float32]:
        from outpaint.painters.patch.offset_kernels import misfit

        out = np.zeros((len(shifts), len(names)), np.float32)
        over_rows(
            misfit,
            len(shifts),
            shifts,
            *(part.astype(np.int32) for part in strip),
            of_strip,
            *(part.astype(np.int32) for part in rim),
            of_rim,
            level.pixels,
            known,
            np.float32(WORST),
            out,
            at_least=64,
        )
        return out + (np.abs(shifts[:, 1]) * np.float32(4 * pull))[:, None]

    shifts = _all_shifts(level)
    found: list[Shift] = []
    winners: list[int] = []
    for cell, column in enumerate(costs(shifts).T):
        for _ in range(MATCHES):
            best = int(column.argmin())
            if not np.isfinite(column[best]):
                break
            found.append((int(shifts[best, 0]), int(shifts[best, 1]), int(shifts[best, 2])))
            winners.append(cell)
            near = np.abs(shifts[:, 1:] - shifts[best, 1:]).max(1) <= 4
            column[near & (shifts[:, 0] == shifts[best, 0])] = np.inf
    around = np.array([(f, a + i, b + j) for f, a, b in found for i in (-1, 0, 1) for j in (-1, 0, 1)], np.int32)
    if not len(around):
        return []
    best_of = costs(around).reshape(len(found), 9, -1)[np.arange(len(found)), :, winners].argmin(1)
    chosen = around.reshape(-1, 9, 3)[np.arange(len(found)), best_of]
    return [(int(f), int(a), int(b)) for f, a, b in chosen]


def _all_shifts(level: Level) -> Shifts:
    """Every shift on a grid of 2 pixels that can move a part of the known picture into the hole."""
    rows, columns = np.flatnonzero(level.known.any(1)), np.flatnonzero(level.known.any(0))
    high, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    down, across = np.mgrid[2 - high : high - 1 : 2, 2 - wide : wide - 1 : 2]
    far = np.maximum(np.abs(down), np.abs(across)) >= max(4, min(high, wide) / SHORTEST)
    plain = np.stack([np.zeros(far.sum(), np.intp), down[far], across[far]], axis=1)
    down, across = np.mgrid[2 - high : high - 1 : 2, 2 * columns[0] : 2 * columns[-1] + 1 : 2]
    mirrored = np.stack([np.ones(down.size, np.intp), down.ravel(), across.ravel()], axis=1)
    return np.concatenate([plain, mirrored]).astype(np.int32)
