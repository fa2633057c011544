# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of `smear`: three box blurs along columns by running sums, and layers laid beneath others."""

import numpy as np

from outpaint.compiled import compiled

BLOCK = 16
"""Columns of pixels that are blurred together; their values stay in the cache for all passes."""


@compiled
def blur_and_transpose(start, stop, source, target, radius):
    """Blur columns start..stop of H x W x C downwards and write them as rows of `target`, W x H x C."""
    height, _, channels = source.shape
    one = np.empty((height, BLOCK * channels), np.float32)
    two = np.empty((height, BLOCK * channels), np.float32)
    for left in range(start, stop, BLOCK):
        columns = min(BLOCK, stop - left)
        for y in range(height):
            for x in range(columns):
                for c in range(channels):
                    one[y, x * channels + c] = source[y, left + x, c]
        box(one, two, radius)
        box(two, one, radius)
        box(one, two, radius)
        for x in range(columns):
            for y in range(height):
                for c in range(channels):
                    target[left + x, y, c] = two[y, x * channels + c]


@compiled
def box(source, target, radius):
    """Mean of 2 * radius + 1 rows of a 2-D array; its first and last row are repeated beyond the ends.

    radius may be a fraction: both outermost rows of the window then count by that fraction.
    """
    height, width = source.shape
    whole = int(radius)
    inner = 1 / (2 * radius + 1)
    outer = (radius - whole) * inner
    total = np.zeros(width, np.float64)
    for y in range(-whole, whole + 1):
        row = source[min(max(y, 0), height - 1)]
        for x in range(width):
            total[x] += row[x]
    for y in range(height):
        above = source[max(y - whole - 1, 0)]
        below = source[min(y + whole + 1, height - 1)]
        leaving = source[max(y - whole, 0)]
        for x in range(width):
            target[y, x] = max(0.0, total[x] * inner + (above[x] + below[x]) * outer)
            total[x] += below[x] - leaving[x]


@compiled
def lay_beneath(start, stop, layer, times, top, left, stack, clear):
    """Put premultiplied `layer`, `times` thick, beneath `stack`; `clear` is what still shines through it.

    The corner of `layer`, of which rows start..stop are laid, lies at (top, left) of the other two.
    """
    for y in range(start, stop):
        for x in range(layer.shape[1]):
            v, u = top + y, left + x
            alpha = min(layer[y, x, 3], np.float32(1))
            if alpha <= 0 or clear[v, u] == 0:
                continue
            through = (1 - alpha) ** times
            weight = clear[v, u] * (1 - through) / alpha
            for c in range(4):
                stack[v, u, c] += layer[y, x, c] * weight
            clear[v, u] *= through
