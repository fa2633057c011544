# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `compose`: what pieces show, how far joints are apart, and the tone that closes them."""

import numpy as np

from outpaint.compiled import compiled
from outpaint.painters.patch.piece_kernels import neighbour, place, seen


@compiled
def jumps(start, stop, shifts, labels, known, pixels, filled, step, flow, rest):
    """What must flow into every pixel so that the tones at its joints meet; edges among them count little.

    At a joint the two pieces are compared on both of its sides, a piece and the known picture on the known
    side. A difference e counts as e * exp(-(e / step)^2): a much larger one is an edge, not a tone.
    flow: H x W x 3, sum over neighbours of (the difference wanted - that of the copies). rest: H x W x 3,
    what is left of it at the border of the known picture, mean over the neighbours there.
    """
    height, width = known.shape
    for y in range(start, stop):
        for x in range(width):
            if known[y, x]:
                continue
            a = shifts[labels[y, x]]
            v, u = place(a, y, x)
            v, u = min(max(v, 0), height - 1), min(max(u, 0), width - 1)
            sides = np.float32(0)
            for d in range(4):
                t, s = neighbour(y, x, d)
                if t < 0 or s < 0 or t >= height or s >= width:
                    continue
                p, q = place(a, t, s)
                beyond = not seen(known, p, q)
                if known[t, s]:
                    sides += np.float32(1)
                    if beyond:
                        p, q = v, u
                    for c in range(3):
                        e = pixels[t, s, c] - filled[p, q, c]
                        tone = e * np.exp(-((e / step) ** 2))
                        flow[y, x, c] += tone
                        rest[y, x, c] += e - tone
                elif labels[t, s] != labels[y, x]:
                    b = shifts[labels[t, s]]
                    g, h = place(b, y, x)
                    i, j = place(b, t, s)
                    i, j = min(max(i, 0), height - 1), min(max(j, 0), width - 1)
                    other = not seen(known, g, h)
                    if beyond and other:
                        continue
                    for c in range(3):
                        e = np.float32(0)
                        if not beyond:
                            e += filled[i, j, c] - filled[p, q, c]
                        if not other:
                            e += filled[g, h, c] - filled[v, u, c]
                        if not beyond and not other:
                            e /= np.float32(2)
                        flow[y, x, c] += e * np.exp(-((e / step) ** 2))
            if sides > 0:
                for c in range(3):
                    rest[y, x, c] /= sides


@compiled
def sweep(start, stop, ys, xs, flow, damp, old, new):
    """One Jacobi sweep of sum over neighbours (w - w') + damp w = flow; nothing flows through the window's border."""
    rows, columns, channels = old.shape
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        for c in range(channels):
            total = flow[y, x, c]
            count = np.float32(0)
            for d in range(4):
                t, s = neighbour(y, x, d)
                if t >= 0 and s >= 0 and t < rows and s < columns:
                    total += old[t, s, c]
                    count += np.float32(1)
            new[y, x, c] = total / (count + damp)


@compiled
def shown(start, stop, shifts, labels, known, filled, tone, side, out):
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
                    v, u = place(shifts[labels[t, s]], y, x)
                    own = t == y and s == x
                    if not own and not seen(known, v, u):
                        continue
                    v, u = min(max(v, 0), height - 1), min(max(u, 0), width - 1)
                    w = np.float32(1) if own else side if t == y or s == x else side * side
                    total += w
                    red += w * (filled[v, u, 0] + tone[t, s, 0])
                    green += w * (filled[v, u, 1] + tone[t, s, 1])
                    blue += w * (filled[v, u, 2] + tone[t, s, 2])
            out[y, x, 0] = red / total
            out[y, x, 1] = green / total
            out[y, x, 2] = blue / total


@compiled
def enlarged(start, stop, shifts, labels, small_hole, tone, pixels, hole, factor, out):
    """The same for a picture `factor` times larger than the one that was labelled: full-size pixels are copied.

    shifts, labels, small_hole, tone: of the small picture. The tone is taken bilinearly from the small pixels
    of the same piece, so that it still steps at joints.
    """
    height, width = hole.shape
    rows, columns = labels.shape
    for y in range(start, stop):
        fy = (np.float32(y) + np.float32(0.5)) / factor - np.float32(0.5)
        top = int(np.floor(fy))
        for x in range(width):
            if not hole[y, x]:
                continue
            b, a = min(y // factor, rows - 1), min(x // factor, columns - 1)
            k = labels[b, a]
            v, u = place(shifts[k], b, a)
            v, u = min(max(v, 0), rows - 1), min(max(u, 0), columns - 1)
            i, j = y - b * factor, x - a * factor
            v = min(v * factor + i, height - 1)
            u = min(u * factor + (factor - 1 - j if shifts[k, 0] else j), width - 1)
            fx = (np.float32(x) + np.float32(0.5)) / factor - np.float32(0.5)
            left = int(np.floor(fx))
            total = np.float32(0)
            red, green, blue = np.float32(0), np.float32(0), np.float32(0)
            for corner in range(4):
                t, s = top + corner // 2, left + corner % 2
                w = (np.float32(1) - abs(fy - t)) * (np.float32(1) - abs(fx - s))
                t, s = min(max(t, 0), rows - 1), min(max(s, 0), columns - 1)
                if small_hole[t, s] and labels[t, s] == k:
                    total += w
                    red += w * tone[t, s, 0]
                    green += w * tone[t, s, 1]
                    blue += w * tone[t, s, 2]
            total = max(total, np.float32(1e-6))
            out[y, x, 0] = pixels[v, u, 0] + red / total
            out[y, x, 1] = pixels[v, u, 1] + green / total
            out[y, x, 2] = pixels[v, u, 2] + blue / total
