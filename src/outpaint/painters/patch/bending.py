"""Pieces are bent a little, so that lines go on across their joints (Jia & Tang 2008, structure deformation).

At every joint the piece is moved by a few pixels to where it fits what lies beyond: e = argmin of the mismatch
along the joint + STIFF * |e|^2. How far that is spreads over the piece as tones do, by a screened Poisson
equation whose solution jumps by e at the joints. All of it on a copy of half the size: more pixels find no
better place, and on smaller copies pieces move to where other things happen to look alike.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from outpaint.nearest import nearest_known
from outpaint.painters.patch.joints import Joints
from outpaint.painters.patch.means import known_means
from outpaint.painters.patch.pieces import Pieces
from outpaint.painters.patch.poisson import solved
from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.painters.protocol import Pixels
from outpaint.parallel import over_rows

REACH = 3
"""How far a piece may move, in pixels of the copy."""

SMALLEST = 48
"""Pictures with a side of fewer pixels are left as they are."""

AROUND = 3
"""In pixels of the copy, the reach of the window that is compared."""

ALONG, SPREAD = 8, 4.0
"""In pixels of the copy, the stretch of a joint to either side that moves together, and its standard deviation."""

FADE = 12.0
"""In pixels of the copy, how far from the joint a piece is bent to a third."""

STIFF = 0.00004
"""What a piece pays for moving, per squared pixel of the copy; colours are 0..1, summed over channels."""

TRUST, WORST = 0.0004, 0.02
"""A move counts half if it gains as much as the first, and to a third if it leaves as much as the second."""


def bent(pixels: Pixels, known: Bools, pieces: Pieces) -> Pieces:
    """The pieces with lines that meet across their joints as well as a few pixels of bending allow."""
    if min(known.shape) < SMALLEST:
        return pieces
    moves = np.rint(2 * _between(_moves(pixels, known, pieces), known)).astype(np.int32)
    answer = replace(pieces, bend=np.where(known[..., None], 0, moves))
    # A piece is not bent to where the photo ends.
    (v, u), places = answer.sources(), answer.places()
    seen = known[v, u] & (v == places[0]) & (u == places[1])
    return replace(answer, bend=np.where(seen[..., None], answer.bend, 0))


def _moves(pixels: Pixels, known: Bools, pieces: Pieces) -> Floats:
    """On the copy, H x W x 2: how much further every pixel's content should be fetched, in pixels of the copy."""
    from outpaint.painters.patch import bend_kernels

    labels, seen = np.ascontiguousarray(pieces.labels[::2, ::2]), np.ascontiguousarray(known[::2, ::2])
    joints = Joints.of(labels, seen)
    if not len(joints):
        return np.zeros((*seen.shape, 2), np.float32)
    means = known_means(pixels, known, 1)
    gap = np.full((len(joints), 4, (2 * REACH + 1) ** 2), -1, np.float32)
    where = joints.ys, joints.xs, joints.other, pieces.shifts, labels
    over_rows(bend_kernels.mismatch, len(joints), *where, known, means, REACH, AROUND, gap)
    mean = np.full_like(gap, -1)
    away = np.arange(ALONG + 1)
    weights = np.exp(-(away[:, None] ** 2 + away**2) / (2 * SPREAD**2)).astype(np.float32)
    which = joints.ys, joints.xs, joints.index, joints.other, labels
    over_rows(bend_kernels.along, len(joints), *which, gap, weights, mean)
    return solved(joints.flow(best(mean, REACH)), ~seen, np.full(seen.shape, FADE**-2, np.float32))


def best(gap: npt.NDArray[np.float32], reach: int) -> Floats:
    """N x 4 x 2: the displacement with the smallest gap, as far as it is to be trusted.

    gap: N x 4 x (2 reach + 1)^2, row by row; below 0 where it is not known.
    """
    moves = np.moveaxis(np.mgrid[-reach : reach + 1, -reach : reach + 1], 0, 2).reshape(-1, 2)
    told = (gap >= 0).any(2)
    some = gap[told]
    cost = np.where(some < 0, np.inf, some + np.float32(STIFF) * (moves**2).sum(1, dtype=np.float32))
    found = cost.argmin(1)
    left = np.take_along_axis(some, found[:, None], 1)[:, 0]
    before = some[:, len(moves) // 2]
    gain = np.where(before < 0, 0, np.maximum(before - left, 0))
    trust = gain / (gain + np.float32(TRUST)) * np.exp(-((left / np.float32(WORST)) ** 2))
    out = np.zeros((*told.shape, 2), np.float32)
    out[told] = moves[found] * trust[:, None]
    return out


def _between(moves: Floats, known: Bools) -> Floats:
    """Moves of the copy, bilinearly between its pixels; those of the hole also count beyond its border."""
    seen = known[::2, ::2]
    if seen.all():
        return np.zeros((*known.shape, 2), np.float32)
    moves = moves[nearest_known(~seen)]
    for axis in (0, 1):
        first = np.arange(known.shape[axis]) // 2
        second = np.minimum(first + np.arange(known.shape[axis]) % 2, moves.shape[axis] - 1)
        moves = (np.take(moves, first, axis) + np.take(moves, second, axis)) / 2
    return moves
