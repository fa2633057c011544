# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `large`: full-size pixels, by pieces and tones that were found on a smaller copy."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from outpaint.compiled import compiled, inlined
from outpaint.painters.patch.piece_kernels import place


class Small(NamedTuple):
    """What was found on the copy. shifts: K x 3. H x W each: the label, bend and tone of every pixel, True where it
    is unknown, and the row and column of its nearest known one."""

    shifts: npt.NDArray[np.int32]
    labels: npt.NDArray[np.int32]
    bend: npt.NDArray[np.int32]
    tone: npt.NDArray[np.float32]
    hole: npt.NDArray[np.bool_]
    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int32]


@inlined
def source(small, k, y, x, factor):
    """The full-size pixel that shift k shows at (y, x); held within the small picture."""
    rows, columns = small.labels.shape
    b, a = min(y // factor, rows - 1), min(x // factor, columns - 1)
    v, u = place(small.shifts[k], b + small.bend[b, a, 0], a + small.bend[b, a, 1])
    v, u = min(max(v, 0), rows - 1), min(max(u, 0), columns - 1)
    i, j = y - b * factor, x - a * factor
    return v * factor + i, u * factor + (factor - 1 - j if small.shifts[k, 0] else j)


@inlined
def tone_at(small, k, y, x, factor, c):
    """The tone of piece k at a full-size pixel: bilinear between the small pixels of the same piece."""
    rows, columns = small.labels.shape
    fy = (np.float32(y) + np.float32(0.5)) / factor - np.float32(0.5)
    fx = (np.float32(x) + np.float32(0.5)) / factor - np.float32(0.5)
    top, left = int(np.floor(fy)), int(np.floor(fx))
    total, weight = np.float32(0), np.float32(1e-6)
    for corner in range(4):
        t, s = top + corner // 2, left + corner % 2
        w = (np.float32(1) - abs(fy - t)) * (np.float32(1) - abs(fx - s))
        t, s = min(max(t, 0), rows - 1), min(max(s, 0), columns - 1)
        if small.hole[t, s] and small.labels[t, s] == k:
            total += w * small.tone[t, s, c]
            weight += w
    return total / weight


@inlined
def label_at(small, y, x, factor):
    rows, columns = small.labels.shape
    return small.labels[min(y // factor, rows - 1), min(x // factor, columns - 1)]


@inlined
def border_of(small, hole, y, x, factor):
    """On the way from the nearest known block to (y, x): the last known pixel, and the first unknown one."""
    rows, columns = small.labels.shape
    b, a = min(y // factor, rows - 1), min(x // factor, columns - 1)
    t = min(max(y, small.rows[b, a] * factor), min(small.rows[b, a] * factor + factor, hole.shape[0]) - 1)
    s = min(max(x, small.columns[b, a] * factor), min(small.columns[b, a] * factor + factor, hole.shape[1]) - 1)
    while True:
        r = t + (y > t) - (y < t)
        q = s + (x > s) - (x < s)
        if hole[r, q]:
            return t, s, r, q
        t, s = r, q


@compiled
def enlarged(start, stop, small, pixels, hole, factor, near, out):
    """Every unknown pixel: what its piece shows there, in its tone, led over to the photo within `near` pixels."""
    height, width = hole.shape
    for y in range(start, stop):
        for x in range(width):
            if not hole[y, x]:
                continue
            k = label_at(small, y, x, factor)
            v, u = source(small, k, y, x, factor)
            v, u = min(v, height - 1), min(u, width - 1)
            t, s, r, q = border_of(small, hole, y, x, factor)
            far = np.sqrt(np.float32((y - r) ** 2 + (x - q) ** 2))
            lead = np.exp(-far / near) if far < 5 * near else np.float32(0)
            for c in range(3):
                out[y, x, c] = pixels[v, u, c] + tone_at(small, k, y, x, factor, c)
            if lead > 0:
                b = label_at(small, r, q, factor)
                g, h = source(small, b, t, s, factor)
                if g >= height or h >= width or hole[g, h]:
                    g, h = source(small, b, r, q, factor)
                    g, h = min(g, height - 1), min(h, width - 1)
                for c in range(3):
                    gap = pixels[t, s, c] - pixels[g, h, c] - tone_at(small, b, r, q, factor, c)
                    out[y, x, c] += lead * gap
