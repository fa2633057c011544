# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""What a labelling costs: every pixel its charge, every pair of neighbours its joint. Costs are whole numbers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from outpaint.compiled import compiled, inlined
from outpaint.painters.patch.piece_kernels import apart, beside, colour_gap, neighbour, place, seen

NEVER = 1_000_000
"""What it costs to show a pixel that is not known."""

SHORT = 200.0
"""The same in squared levels for a mirrored piece if the next one is known, which is shown instead: a reflection is a
pixel short of the photo's far border, and any other piece there would be a stripe."""


class Scene(NamedTuple):
    """What costs are read from; H x W each.

    filled: x C uint8, the known pixels, each unknown one like its nearest known. known: bool.
    guide: x C uint8, what the coarse search expects. price, fold: float32, what it costs to copy a pixel at
    all, and to copy it mirrored next to the axis. home: H int32, the source row each row belongs to.
    near: bool, unknown pixels whose surroundings are partly known.
    """

    filled: npt.NDArray[np.uint8]
    known: npt.NDArray[np.bool_]
    guide: npt.NDArray[np.uint8]
    price: npt.NDArray[np.float32]
    fold: npt.NDArray[np.float32]
    home: npt.NDArray[np.int32]
    near: npt.NDArray[np.bool_]


class Weights(NamedTuple):
    """What each row of distance, the border's mismatch and the guide count; leeway: rows of distance that cost
    nothing; most: the largest joint; slack: what it costs that a piece fits at the border only a pixel off, below 0
    if it may not."""

    pull: np.float32
    leeway: np.float32
    border: np.float32
    follow: np.float32
    most: np.int32
    slack: np.float32


@inlined
def same(a, b):
    return a[0] == b[0] and a[1] == b[1] and a[2] == b[2]


@inlined
def joint(filled, a, b, y, x, t, s, most):
    """What it costs that (y, x) takes shift a and its neighbour (t, s) shift b (Kwatra et al. 2003)."""
    if same(a, b):
        return np.int32(0)
    return min(most, np.int32(4) + (apart(filled, a, b, y, x) + apart(filled, a, b, t, s)) // np.int32(16))


@inlined
def border_gap(scene, shift, y, x, down, across):
    """Mean squared difference, summed over channels, of the known pixels around (y, x) from what the shift shows
    so many pixels further."""
    height, width = scene.known.shape
    total = np.float32(0)
    weight = np.float32(0)
    for t in range(max(0, y - 2), min(height, y + 3)):
        for s in range(max(0, x - 2), min(width, x + 3)):
            if scene.known[t, s]:
                p, q = place(shift, t + down, s + across)
                w = np.float32(1) if abs(t - y) < 2 and abs(s - x) < 2 else np.float32(0.5)
                total += w * np.float32(colour_gap(scene.filled, t, s, scene.filled, p, q))
                weight += w
    return total / max(weight, np.float32(1))


@inlined
def charge(scene, weights, shift, toll, y, x):
    """What it costs that (y, x) takes a shift whose pixels pay a toll, whatever its neighbours take."""
    v, u = place(shift, y, x)
    total = np.float32(toll)
    if not seen(scene.known, v, u):
        if not shift[0] or not beside(scene.known, v, u):
            return np.int32(NEVER)
        total += np.float32(SHORT)
        v, u = min(max(v, 0), scene.known.shape[0] - 1), min(max(u, 0), scene.known.shape[1] - 1)
    beyond = abs(y - scene.home[y])
    total += scene.price[v, u] + weights.pull * max(np.float32(0), abs(v - scene.home[y]) - beyond - weights.leeway)
    if shift[0] and abs(x - u) <= 3:
        total += scene.fold[v, u]
    if weights.follow > 0:
        gap = colour_gap(scene.guide, y, x, scene.filled, v, u) // np.int32(16)
        total += weights.follow * np.float32(min(gap, weights.most))
    if scene.near[y, x]:
        gap = border_gap(scene, shift, y, x, 0, 0) / np.float32(8)
        if weights.slack >= 0 and gap > weights.slack:
            for d in range(4):
                t, s = neighbour(0, 0, d)
                gap = min(gap, weights.slack + border_gap(scene, shift, y, x, t, s) / np.float32(8))
        total += weights.border * min(gap, np.float32(weights.most))
    return np.int32(total)


@compiled
def cost(scene, weights, shifts, tolls, labels):
    """The total cost of a labelling; what `expand_kernels` makes smaller."""
    height, width = scene.known.shape
    total = np.int64(0)
    for y in range(height):
        for x in range(width):
            if scene.known[y, x]:
                continue
            a = shifts[labels[y, x]]
            total += charge(scene, weights, a, tolls[labels[y, x]], y, x)
            for d in (0, 2):
                t, s = neighbour(y, x, d)
                if t < height and s < width and not scene.known[t, s]:
                    total += joint(scene.filled, a, shifts[labels[t, s]], y, x, t, s, weights.most)
    return total


@compiled
def charges(start, stop, scene, weights, shifts, tolls, first, offered, ys, xs, out):
    """out: what it costs each free pixel to take what it is offered, whatever its neighbours take."""
    for k in range(start, stop):
        for i in range(first[k], first[k + 1]):
            out[i] = charge(scene, weights, shifts[k], tolls[k], ys[offered[i]], xs[offered[i]])
