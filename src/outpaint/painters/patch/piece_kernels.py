# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""What the compiled parts of the labelling share: where a shift points to, and how well two shifts agree."""

import numpy as np

from outpaint.compiled import inlined


@inlined
def place(shift, y, x):
    """Where a shift (flipped, down, across) copies pixel (y, x) from; may lie outside the picture."""
    return y + shift[1], shift[2] - x if shift[0] else x + shift[2]


@inlined
def seen(known, v, u):
    """Whether (v, u) lies in the picture and is known there."""
    return v >= 0 and u >= 0 and v < known.shape[0] and u < known.shape[1] and known[v, u]


@inlined
def neighbour(y, x, d):
    """0 right, 1 left, 2 below, 3 above; `d ^ 1` is the way back."""
    return y + (d == 2) - (d == 3), x + (d == 0) - (d == 1)


@inlined
def beside(known, v, u):
    """Whether one of the four pixels around (v, u) is known."""
    return seen(known, v, u + 1) or seen(known, v, u - 1) or seen(known, v + 1, u) or seen(known, v - 1, u)


@inlined
def colour_gap(one, v, u, other, p, q):
    """Squared levels between a pixel of one picture and one of another, summed over channels; places are clamped."""
    height, width = one.shape[:2]
    v, u = min(max(v, 0), height - 1), min(max(u, 0), width - 1)
    p, q = min(max(p, 0), height - 1), min(max(q, 0), width - 1)
    total = np.int32(0)
    for c in range(min(one.shape[2], other.shape[2])):
        d = np.int32(one[v, u, c]) - np.int32(other[p, q, c])
        total += d * d
    return total


@inlined
def apart(filled, a, b, y, x):
    """How much the colours differ that two shifts show at a pixel: squared levels, summed over channels."""
    v, u = place(a, y, x)
    p, q = place(b, y, x)
    return colour_gap(filled, v, u, filled, p, q)
