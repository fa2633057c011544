# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `compose`: what pieces show, how far joints are apart, and the tone that closes them."""

import numpy as np

from outpaint.compiled import compiled
from outpaint.painters.patch.joint_kernels import KNOWN, NOTHING
from outpaint.painters.patch.piece_kernels import neighbour, place, seen


@compiled
def jumps(start, stop, ys, xs, shifts, labels, bend, known, filled, other, jump):
    """By how much what lies beyond each joint differs from what the piece itself would show there.

    Two pieces are compared on both sides of their joint, a piece and the known picture on the known side. filled:
    the picture, unknown pixels like their nearest known ones. other: N x 4, what lies beyond each joint; set to
    NOTHING where nothing can be compared. jump: N x 4 x 3.
    """
    height, width = known.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        a = shifts[labels[y, x]]
        here = bend[y, x]
        for d in range(4):
            if other[i, d] == NOTHING:
                continue
            t, s = neighbour(y, x, d)
            there = bend[t, s]
            p, q = place(a, t + here[0], s + here[1])
            ahead = seen(known, p, q)
            v, u = place(a, y + here[0], x + here[1])
            v, u = min(max(v, 0), height - 1), min(max(u, 0), width - 1)
            if other[i, d] == KNOWN:
                if not ahead:
                    p, q = v, u
                for c in range(3):
                    jump[i, d, c] = filled[t, s, c] - filled[p, q, c]
                continue
            b = shifts[other[i, d]]
            g, h = place(b, y + there[0], x + there[1])
            back = seen(known, g, h)
            m, n = place(b, t + there[0], s + there[1])
            m, n = min(max(m, 0), height - 1), min(max(n, 0), width - 1)
            if not ahead and not back:
                other[i, d] = NOTHING
            for c in range(3):
                e = np.float32(0)
                if ahead:
                    e += filled[m, n, c] - filled[p, q, c]
                if back:
                    e += filled[g, h, c] - filled[v, u, c]
                jump[i, d, c] = e / np.float32(2) if ahead and back else e


@compiled
def evened(start, stop, ys, xs, labels, index, other, jump, reach, step, tone):
    """The part of each jump that is a tone: its mean along the joint of the same two pieces, if it is even and small.

    A mean m with a standard deviation s counts as m * exp(-((m^2 + s^2) / step^2)^2); the rest is texture or edge.
    index: H x W, the number of each joint's pixel, -1 elsewhere. tone: N x 4 x 3, 0 where there is no joint.
    """
    height, width = index.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        k = labels[y, x]
        for d in range(4):
            b = other[i, d]
            if b == NOTHING:
                continue
            count = np.float32(0)
            total = np.zeros(3, np.float32)
            squares = np.zeros(3, np.float32)
            for t in range(max(0, y - reach), min(height, y + reach + 1)):
                for s in range(max(0, x - reach), min(width, x + reach + 1)):
                    j = index[t, s]
                    if j < 0 or labels[t, s] != k:
                        continue
                    for g in range(4):
                        if other[j, g] == b:
                            count += np.float32(1)
                            for c in range(3):
                                total[c] += jump[j, g, c]
                                squares[c] += jump[j, g, c] ** 2
            spread = np.float32(0)
            size = np.float32(0)
            for c in range(3):
                m = total[c] / count
                spread += max(squares[c] / count - m * m, np.float32(0)) / np.float32(3)
                size = max(size, m * m)
            trust = np.exp(-(((size + spread) / step**2) ** 2))
            for c in range(3):
                tone[i, d, c] = total[c] / count * trust


@compiled
def gaps(start, stop, ys, xs, other, jump, gap):
    """gap: H x W x 3, the mean of each pixel's jumps to the known picture."""
    for i in range(start, stop):
        sides = np.float32(0)
        for d in range(4):
            if other[i, d] == KNOWN:
                sides += np.float32(1)
                for c in range(3):
                    gap[ys[i], xs[i], c] += jump[i, d, c]
        for c in range(3):
            gap[ys[i], xs[i], c] /= max(sides, np.float32(1))


@compiled
def shown(start, stop, shifts, labels, bend, known, filled, tone, side, out):
    """Every unknown pixel: the mean of what the pieces of its 3 x 3 neighbours show there, each in its tone.

    Within a piece that is the copied pixel itself. side: the weight of a side neighbour; a corner has its square.
    """
    height, width = known.shape
    for y in range(start, stop):
        for x in range(width):
            if known[y, x]:
                continue
            total = np.float32(0)
            red, green, blue = np.float32(0), np.float32(0), np.float32(0)
            for t in range(max(0, y - 1), min(height, y + 2)):
                for s in range(max(0, x - 1), min(width, x + 2)):
                    if known[t, s]:
                        continue
                    k = labels[t, s]
                    own = k == labels[y, x]
                    moved = bend[y, x] if own else bend[t, s]
                    v, u = place(shifts[k], y + moved[0], x + moved[1])
                    if not own and not seen(known, v, u):
                        continue
                    v, u = min(max(v, 0), height - 1), min(max(u, 0), width - 1)
                    w = side if t == y or s == x else side * side
                    w = np.float32(1) if t == y and s == x else w
                    total += w
                    red += w * (filled[v, u, 0] + tone[t, s, 0])
                    green += w * (filled[v, u, 1] + tone[t, s, 1])
                    blue += w * (filled[v, u, 2] + tone[t, s, 2])
            out[y, x, 0] = red / total
            out[y, x, 1] = green / total
            out[y, x, 2] = blue / total
