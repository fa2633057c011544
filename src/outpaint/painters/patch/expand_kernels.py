# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""Labels on a grid by alpha-expansion (Boykov, Veksler & Zabih 2001): every move is an exact minimum cut.

A move offers one shift to some pixels at once; each keeps what it has or takes the new one, so that the total cost
is the least that any such choice can have. Joints cost what `label_kernels.joint` says; here they are put together
from colours that are looked up once an offer, not once a joint.
"""

import numpy as np

from outpaint.compiled import compiled, inlined
from outpaint.painters.patch.cut_kernels import FREE, cut
from outpaint.painters.patch.label_kernels import charge, same
from outpaint.painters.patch.piece_kernels import neighbour, place


@inlined
def source(filled, shift, y, x):
    """The place that a shift shows at a pixel, held within the picture."""
    v, u = place(shift, y, x)
    return min(max(v, 0), filled.shape[0] - 1), min(max(u, 0), filled.shape[1] - 1)


@inlined
def gap(one, v, u, other, p, q):
    """Squared levels between two pixels, summed over channels."""
    total = np.int32(0)
    for c in range(one.shape[2]):
        d = np.int32(one[v, u, c]) - np.int32(other[p, q, c])
        total += d * d
    return total


@inlined
def seam(here, there, most):
    """What a joint costs whose two pieces are so far apart on its two sides."""
    return min(most, np.int32(4) + (here + there) // np.int32(16))


@compiled
def expand(scene, weights, shifts, tolls, first, offered, price, labels, ys, xs):
    """Offer every shift in turn to some of the free pixels; answers how many took one. labels: changed in place.

    tolls: K float32, what each pixel of a shift pays. ys, xs: the free pixels.
    first: K + 1, offered: which free pixels shift k is offered to, offered[first[k]:first[k + 1]], and price, the
    charge of each.
    """
    filled, known, most = scene.filled, scene.known, weights.most
    height, width = known.shape
    size = 0
    for k in range(len(shifts)):
        size = max(size, first[k + 1] - first[k])
    next_to = np.empty((size, 4), np.int32)
    cap = np.empty((size, 4), np.int32)
    terminal = np.empty(size, np.int32)
    parent = np.empty(size, np.int8)
    sink = np.empty(size, np.bool_)
    stamp = np.empty(size, np.int32)
    dist = np.empty(size, np.int32)
    queue = np.empty(size, np.int32)
    queued = np.empty(size, np.bool_)
    orphans = np.empty(size + 1, np.int32)
    fresh = np.empty((1, size, filled.shape[2]), np.uint8)  # what the new shift shows
    step = np.empty(size, np.int32)  # and how far that is from what is shown now
    now = np.empty(len(ys), np.int32)
    shown = np.empty(filled.shape, np.uint8)  # of the free pixels and their neighbours
    index = np.empty((height, width), np.int32)  # which of the offered ones each of these is, or -1
    for i in range(len(ys)):
        y, x = ys[i], xs[i]
        k = labels[y, x]
        now[i] = charge(scene, weights, shifts[k], tolls[k], y, x)
        for d in range(5):
            t, s = (y, x) if d == 4 else neighbour(y, x, d)
            if t < 0 or s < 0 or t >= height or s >= width or known[t, s]:
                continue
            v, u = source(filled, shifts[labels[t, s]], t, s)
            shown[t, s] = filled[v, u]
            index[t, s] = -1
    changed = 0
    for k in range(len(shifts)):
        new = shifts[k]
        some = offered[first[k] : first[k + 1]]
        n = len(some)
        for i in range(n):
            y, x = ys[some[i]], xs[some[i]]
            index[y, x] = i
            v, u = source(filled, new, y, x)
            fresh[0, i] = filled[v, u]
            step[i] = gap(fresh, 0, i, shown, y, x)
        terminal[:n] = 0
        cap[:n] = 0
        worth = False
        for i in range(n):
            y, x = ys[some[i]], xs[some[i]]
            a = labels[y, x]
            terminal[i] += price[first[k] + i] - now[some[i]]
            for d in range(4):
                t, s = neighbour(y, x, d)
                next_to[i, d] = -1
                if t < 0 or s < 0 or t >= height or s >= width or known[t, s]:
                    continue
                j = index[t, s]
                next_to[i, d] = j
                if j >= 0 and (d == 1 or d == 3):
                    continue  # the pair is seen from its other end
                b = labels[t, s]
                v, u = source(filled, new, t, s)
                beyond = step[j] if j >= 0 else gap(filled, v, u, shown, t, s)
                if a == b or same(shifts[a], shifts[b]):
                    keep = np.int32(0)
                    mine = np.int32(0) if same(new, shifts[a]) else seam(step[i], beyond, most)
                    other = mine
                else:
                    p, q = source(filled, shifts[b], y, x)
                    g, h = source(filled, shifts[a], t, s)
                    keep = seam(gap(filled, p, q, shown, y, x), gap(filled, g, h, shown, t, s), most)
                    mine = np.int32(0)
                    if not same(new, shifts[b]):
                        mine = seam(gap(filled, p, q, fresh, 0, i), beyond, most)
                    other = np.int32(0)
                    if j >= 0 and not same(new, shifts[a]):
                        other = seam(step[i], gap(filled, g, h, filled, v, u), most)
                if j < 0:
                    terminal[i] += mine - keep
                    continue
                keep = min(keep, other + mine)  # capped costs are no metric: such a pair is offered cheaper
                terminal[i] += mine - keep
                terminal[j] -= mine
                cap[i, d] += other + mine - keep
        for i in range(n):
            worth = worth or terminal[i] < 0
            index[ys[some[i]], xs[some[i]]] = -1
        if not worth:
            continue  # nobody gains by it
        cut(
            cap[:n],
            terminal[:n],
            next_to[:n],
            parent[:n],
            sink[:n],
            stamp[:n],
            dist[:n],
            queue[:n],
            queued[:n],
            orphans[: n + 1],
        )
        for i in range(n):
            y, x = ys[some[i]], xs[some[i]]
            if labels[y, x] != k and parent[i] != FREE and sink[i]:
                labels[y, x] = k
                shown[y, x] = fresh[0, i]
                changed += 1
                now[some[i]] = price[first[k] + i]
    return changed
