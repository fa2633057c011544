"""The nearest-neighbour field: for every patch on the canvas, the source patch it is copied from."""

import numpy as np
import numpy.typing as npt

from outpaint.nearest import nearest_known
from outpaint.painters.patch.pieces import Pieces, distinct
from outpaint.painters.patch.pyramid import MARGIN, Bools, Level, Points, box_sum

Field = npt.NDArray[np.int32]
"""2 x rows x columns: row and column in the source sheets; -1 where the canvas has no patch."""


def home_rows(level: Level) -> npt.NDArray[np.int32]:
    """For every canvas row the source row of the same height, or the nearest one that can be copied."""
    rows = np.flatnonzero(level.valid.any(1))
    at = np.arange(level.canvas.shape[0]) - MARGIN
    return np.clip(at, rows[0], rows[-1]).astype(np.int32)


def blank(level: Level) -> Field:
    return np.full((2, *level.canvas.shape[:2]), -1, np.int32)


def snapped(level: Level, v: npt.NDArray[np.int32], u: npt.NDArray[np.int32]) -> tuple[Field, Field]:
    """The nearest places that can be copied, on the same sheet."""
    height, width = level.known.shape
    mirrored = u >= width
    row = np.clip(v, 0, height - 1)
    column = np.clip(np.where(mirrored, 2 * width - 1 - u, u), 0, width - 1)
    rows, columns = nearest_known(level.valid[:, :width])
    row, column = rows[row, column], columns[row, column]
    return row.astype(np.int32), np.where(mirrored, 2 * width - 1 - column, column).astype(np.int32)


def first(level: Level, points: Points, seed: int) -> Field:
    """A start: every patch from its home row, at a random column."""
    ys, xs = points
    width = level.known.shape[1]
    chance = np.random.Generator(np.random.Philox(seed))
    u = chance.integers(0, 2 * width, len(ys)).astype(np.int32)
    field = blank(level)
    field[:, ys, xs] = snapped(level, home_rows(level)[ys], u)
    return field


def enlarged(field: Field, coarse: Level, fine: Level, points: Points) -> Field:
    """The same places one level finer: each patch splits into four neighbours."""
    ys, xs = points
    y, x = ys - MARGIN, xs - MARGIN
    b = np.clip((y >> 1) + MARGIN, coarse.radius, field.shape[1] - 1 - coarse.radius)
    a = np.clip((x >> 1) + MARGIN, coarse.radius, field.shape[2] - 1 - coarse.radius)
    v, u = field[0, b, a], field[1, b, a]
    missing = v < 0
    half, width = coarse.known.shape[1], fine.known.shape[1]
    v = np.where(missing, y, 2 * v + (y & 1))
    mirrored = u >= half
    column = np.where(mirrored, 2 * (2 * half - 1 - u) + 1 - (x & 1), 2 * u + (x & 1))
    column = np.minimum(np.where(missing, x, column), width - 1)
    u = np.where(mirrored, 2 * width - 1 - column, column)
    result = blank(fine)
    result[:, ys, xs] = snapped(fine, v.astype(np.int32), u.astype(np.int32))
    return result


def woven(level: Level, field: Field) -> Pieces:
    """The field as pieces: every unknown pixel is copied as the patch around it is."""
    hole = ~level.known
    width = hole.shape[1]
    y, x = np.nonzero(hole)
    v, u = field[:, y + MARGIN, x + MARGIN]
    flipped = u >= width
    across = np.where(flipped, 2 * width - 1 - u + x, u - x)
    shifts, number = distinct(np.stack([flipped, v - y, across], axis=1).astype(np.int32))
    labels = np.zeros(hole.shape, np.int32)
    labels[hole] = number
    return Pieces.straight(shifts, labels)


def crowding(level: Level, field: Field, points: Points, weight: float) -> npt.NDArray[np.float32]:
    """The occurrence penalty of every source patch (Kaspar et al. 2015).

    `weight` times how much more often its pixels are used than if all were used alike.
    """
    ys, xs = points
    height, width = level.valid.shape
    uses = np.bincount(field[0, ys, xs].astype(np.int64) * width + field[1, ys, xs], minlength=height * width)
    both = uses.reshape(height, width).astype(np.int32)
    half = width // 2
    both = both[:, :half] + both[:, half:][:, ::-1]
    r = level.radius
    share = max(1.0, len(ys) / max(1, level.valid[:, :half].sum())) * (2 * r + 1) ** 2
    crowd = np.maximum(box_sum(both, r).astype(np.float32) / np.float32(share) - 1, 0) * np.float32(weight)
    return np.concatenate([crowd, crowd[:, ::-1]], axis=1)


def trusted(target: Bools) -> npt.NDArray[np.float32]:
    """How much a patch's vote counts: less with every pixel away from what is known (Wexler et al. 2007)."""
    from outpaint.nearest import distance_to

    weight = np.exp(np.maximum(np.float32(-0.26) * distance_to(~target), np.float32(-14)))
    return np.asarray(weight, np.float32)
