# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of the patch engine: find better source patches, and let the patches vote for colours.

PatchMatch (Barnes et al. 2009) made parallel: every pixel reads the old field and writes the new one, so the
order of pixels and the number of threads cannot matter. Samples are whole numbers 0..255, so sums of squares
are exact. Points are the pixels a patch is centred at; kernels run over a stretch of the list of points.
"""

import numpy as np

from outpaint.compiled import compiled, inlined


@inlined
def scramble(a, b, c, d):
    """32 random bits from four counters: multiplied by large primes, then the finaliser of MurmurHash3."""
    h = np.uint32(a) * np.uint32(0x9E3779B1) ^ np.uint32(b) * np.uint32(0x85EBCA77)
    h = np.uint32(h ^ np.uint32(c) * np.uint32(0xC2B2AE3D) ^ np.uint32(d) * np.uint32(0x27D4EB2F))
    h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@inlined
def difference(target, source, y, x, v, u, radius, limit):
    """Sum of squared differences of two patches; stops early once it reaches `limit`."""
    total = np.int32(0)
    reach = 4 * (2 * radius + 1)
    for dy in range(-radius, radius + 1):
        a = target[y + dy, 4 * (x - radius) : 4 * (x - radius) + reach]
        b = source[v + dy, 4 * (u - radius) : 4 * (u - radius) + reach]
        for i in range(reach):
            d = np.int32(a[i]) - np.int32(b[i])
            total += np.int32(d * d)
        if total >= limit:
            return total
    return total


@inlined
def relief(target_mean, source_mean, y, x, v, u, freedom):
    """How much smaller a sample's mean squared difference gets if the source patch may change its colour.

    A shift b of the mean difference m removes 2bm - b^2 a sample and is charged b^2 / 4; the best b is
    0.8 m, held within +-freedom.
    """
    total = np.float32(0)
    for c in range(3):
        m = target_mean[y, x, c] - source_mean[v, u, c]
        b = min(max(np.float32(0.8) * m, -freedom), freedom)
        total += np.float32(2) * b * m - np.float32(1.25) * b * b
    return total


@inlined
def company(field, y, x, p, q):
    """How many of the four neighbours copy from the place that continues (p, q)."""
    rows, columns = field.shape[1:]
    count = 0
    if y > 0 and field[0, y - 1, x] == p - 1 and field[1, y - 1, x] == q:
        count += 1
    if y < rows - 1 and field[0, y + 1, x] == p + 1 and field[1, y + 1, x] == q:
        count += 1
    if x > 0 and field[0, y, x - 1] == p and field[1, y, x - 1] == q - 1:
        count += 1
    if x < columns - 1 and field[0, y, x + 1] == p and field[1, y, x + 1] == q + 1:
        count += 1
    return count


@compiled
def search(
    start,
    stop,
    ys,
    xs,
    target,
    source,
    valid,
    charge,
    home,
    pull,
    bond,
    target_mean,
    source_mean,
    freedom,
    old,
    new,
    cost,
    radius,
    step,
    reach,
    seed,
):
    """One round: keep the patch, or take what a neighbour `step` away suggests, or what chance finds.

    target, source: H x 4W uint8. valid: 1 where a source patch may be centred. charge: what each source patch
    costs beside its difference. home, pull: the row each target row belongs to, and what each row of distance
    from it costs. bond: what every neighbour that is copied along saves.
    target_mean, source_mean, freedom: see `relief`; not read if freedom is 0.
    old, new: 2 x H x W, row and column in the source, -1 where there is no patch. cost: H x W.
    """
    height, width = valid.shape
    rows, columns = old.shape[1:]
    area = np.float32((2 * radius + 1) ** 2)
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        v, u = old[0, y, x], old[1, y, x]
        best = np.float32(1e9)
        span = reach
        k = 0
        while span >= 1:
            if k == 0:
                p, q = v, u
            elif k < 5:
                dy = step if k == 1 else -step if k == 2 else 0
                dx = step if k == 3 else -step if k == 4 else 0
                b, a = min(max(y + dy, 0), rows - 1), min(max(x + dx, 0), columns - 1)
                p, q = old[0, b, a] + y - b, old[1, b, a] + x - a
                if old[0, b, a] < 0:
                    p = -1
            else:
                dice = scramble(seed, y, x, k)
                p = v + (np.int64(dice & np.uint32(0xFFFF)) * (2 * span + 1) >> 16) - span
                q = u + (np.int64(dice >> np.uint32(16)) * (2 * span + 1) >> 16) - span
                span //= 2
            k += 1
            if p < 0 or q < 0 or p >= height or q >= width or valid[p, q] == 0:
                continue
            extra = charge[p, q] + pull * abs(p - home[y]) - bond * company(old, y, x, p, q)
            if freedom > 0:
                extra -= area * relief(target_mean, source_mean, y, x, p, q, freedom)
            if extra < best:
                limit = np.int32(min(best - extra + 1, np.float32(1e9)))
                now = difference(target, source, y, x, p, q, radius, limit) + extra
                if now < best:
                    best, v, u = now, p, q
        new[0, y, x] = v
        new[1, y, x] = u
        cost[y, x] = best


@compiled
def vote(start, stop, ys, xs, source, field, weight, shift, radius, out):
    """The weighted mean of what all patches that cover a pixel say about it (Wexler et al. 2007).

    source: H x W x C, C is 3 or 4. weight: rows x columns, of each patch. shift: what each patch adds to its
    first three channels, or 0 x 0 x 3. out: rows x columns x C float32, written at the points only.
    """
    rows, columns = weight.shape
    width = source.shape[1]
    for i in range(start, stop):
        y, x = ys[i], xs[i]
        total = np.float32(1e-30)
        red, green, blue, texture = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
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
                if source.shape[2] == 4:
                    texture += w * np.float32(source[v, u, 3])
                if shift.shape[0] > 0:
                    red += w * shift[b, a, 0]
                    green += w * shift[b, a, 1]
                    blue += w * shift[b, a, 2]
        out[y, x, 0] = red / total
        out[y, x, 1] = green / total
        out[y, x, 2] = blue / total
        if source.shape[2] == 4:
            out[y, x, 3] = texture / total
