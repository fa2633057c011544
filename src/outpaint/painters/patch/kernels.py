"""The compiled part of the patch engine: find better source patches, and let the patches vote for colours.

PatchMatch (Barnes et al. 2009) made parallel: every pixel reads the old field and writes the new one, so the
order of pixels and the number of threads cannot matter. Samples are whole numbers 0..255, so sums of squares
are exact. Points are the pixels a patch is centred at; kernels run over a stretch of the list of points.
"""

import numpy as np
from numba import njit


@njit(nogil=True)
def scramble(a, b, c, d):  # type: ignore[no-untyped-def]
    """32 random bits from four counters: multiplied by large primes, then the finaliser of MurmurHash3."""
    h = np.uint32(a) * np.uint32(0x9E3779B1) ^ np.uint32(b) * np.uint32(0x85EBCA77)
    h = np.uint32(h ^ np.uint32(c) * np.uint32(0xC2B2AE3D) ^ np.uint32(d) * np.uint32(0x27D4EB2F))
    h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@njit(nogil=True)
def difference(target, source, y, x, v, u, radius, limit):  # type: ignore[no-untyped-def]
    """Sum of squared differences of two patches; stops early once it reaches `limit`."""
    total = np.int32(0)
    reach = 3 * (2 * radius + 1)
    for dy in range(-radius, radius + 1):
        a = target[y + dy, 3 * (x - radius) : 3 * (x - radius) + reach]
        b = source[v + dy, 3 * (u - radius) : 3 * (u - radius) + reach]
        for i in range(reach):
            d = np.int32(a[i]) - np.int32(b[i])
            total += np.int32(d * d)
        if total >= limit:
            return total
    return total


@njit(cache=True, nogil=True)
def search(  # type: ignore[no-untyped-def]
    start, stop, ys, xs, target, source, valid, crowd, home, pull, old, new, cost, radius, step, reach, seed
):
    """One round: keep the patch, or take what a neighbour `step` away suggests, or what chance finds.

    target, source: H x 3W uint8. valid: 1 where a source patch may be centred. crowd: penalty for each source
    pixel. home, pull: the row each target row belongs to, and what each row of distance from it costs.
    old, new: 2 x H x W, row and column in the source, -1 where there is no patch. cost: H x W.
    """
    height, width = valid.shape
    rows, columns = old.shape[1:]
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        v, u = old[0, y, x], old[1, y, x]
        best = np.float32(difference(target, source, y, x, v, u, radius, np.int32(1 << 30)))
        best += crowd[v, u] + pull * abs(v - home[y])
        for k in range(4):
            dy = step if k == 0 else -step if k == 1 else 0
            dx = step if k == 2 else -step if k == 3 else 0
            b, a = y + dy, x + dx
            if b < 0 or a < 0 or b >= rows or a >= columns or old[0, b, a] < 0:
                continue
            p, q = old[0, b, a] - dy, old[1, b, a] - dx
            if p < 0 or q < 0 or p >= height or q >= width or valid[p, q] == 0 or (p == v and q == u):
                continue
            extra = crowd[p, q] + pull * abs(p - home[y])
            if extra < best:
                now = difference(target, source, y, x, p, q, radius, np.int32(best - extra + 1)) + extra
                if now < best:
                    best, v, u = now, p, q
        span, k = reach, 0
        while span >= 1:
            dice = scramble(seed, y, x, k)
            p = v + (np.int64(dice & np.uint32(0xFFFF)) * (2 * span + 1) >> 16) - span
            q = u + (np.int64(dice >> np.uint32(16)) * (2 * span + 1) >> 16) - span
            span, k = span // 2, k + 1
            if p < 0 or q < 0 or p >= height or q >= width or valid[p, q] == 0:
                continue
            extra = crowd[p, q] + pull * abs(p - home[y])
            if extra < best:
                now = difference(target, source, y, x, p, q, radius, np.int32(best - extra + 1)) + extra
                if now < best:
                    best, v, u = now, p, q
        new[0, y, x] = v
        new[1, y, x] = u
        cost[y, x] = best


@njit(cache=True, nogil=True)
def vote(start, stop, ys, xs, source, field, weight, radius, out):  # type: ignore[no-untyped-def]
    """The weighted mean of what all patches that cover a pixel say about it (Wexler et al. 2007).

    source: H x W x 3. weight: H x W, of each patch. out: H x W x 3 float32, written at the points only.
    """
    rows, columns = weight.shape
    width = source.shape[1]
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        total = np.float32(0)
        red, green, blue = np.float32(0), np.float32(0), np.float32(0)
        for b in range(max(0, y - radius), min(rows, y + radius + 1)):
            for a in range(max(0, x - radius), min(columns, x + radius + 1)):
                v = field[0, b, a]
                if v < 0:
                    continue
                v += y - b
                u = field[1, b, a]
                u = u + x - a if u < width else 2 * width - 1 - u - x + a
                w = weight[b, a]
                total += w
                red += w * np.float32(source[v, u, 0])
                green += w * np.float32(source[v, u, 1])
                blue += w * np.float32(source[v, u, 2])
        out[y, x, 0] = red / total
        out[y, x, 1] = green / total
        out[y, x, 2] = blue / total
