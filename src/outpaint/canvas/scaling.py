"""Pictures at another scale: every new pixel is the mean of the area it covers, in premultiplied colour.

Along one axis a new pixel is a sum over the old ones it touches, each weighted by the part of the step that lies in
it; between half and full size these are at most three. Weights are whole numbers of 256ths that sum to 1, which is
exact to about one level and three times as fast as floats; longer sums take 65536ths.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from outpaint.canvas.packing import Samples8

Whole = npt.NDArray[np.intp]
Step = tuple[Whole, npt.NDArray[Any]]
"""For every new pixel along an axis: one old pixel it touches, and the weight of that one."""

_STRIP = 16
"""Rows scaled at a time, so that they stay in the processor's cache."""
_FEW = 4


def steps(start: float, length: float, count: int, size: int) -> list[Step]:
    """What `count` new pixels over `length` old ones from `start` are made of, on an axis of `size` old pixels."""
    step = length / count
    edges = start + np.arange(count + 1) * step
    first = np.floor(edges[:-1]).astype(np.intp)
    at = first + np.arange(int(np.ceil(step)) + 1)[:, None]
    part = np.clip(np.minimum(edges[1:], at + 1) - np.maximum(edges[:-1], at), 0, None) / step
    one, kind = (256, np.uint16) if len(at) <= _FEW else (65536, np.uint32)
    weights = np.rint(part * one).astype(np.int64)
    weights[weights.argmax(0), np.arange(count)] += one - weights.sum(0)
    return [(np.minimum(a, size - 1), w.astype(kind)) for a, w in zip(at, weights, strict=True) if w.any()]


def scaled(pixels: Samples8, rows: Sequence[Step], columns: Sequence[Step]) -> Samples8:
    """Straight RGBA, H x W x 4, made of these rows and columns."""
    opaque = bool(pixels[..., 3].min() == 255)
    out = np.empty((len(rows[0][0]), len(columns[0][0]), 4), np.uint8)
    for top in range(0, len(out), _STRIP):
        strip = slice(top, top + _STRIP)
        first, last = rows[0][0][strip][0], rows[-1][0][strip][-1]
        source = pixels[first : last + 1]
        source = source if opaque else _premultiplied(source)
        part = _sum([(source[at[strip] - first], weight[strip, None, None]) for at, weight in rows])
        colours = part.view(np.uint32)[..., 0]
        taken = [(colours.take(at, 1).view(np.uint8).reshape(len(part), -1, 4), w[:, None]) for at, w in columns]
        out[strip] = _sum(taken)
    return out if opaque else _straight(out)


def _sum(terms: Sequence[tuple[Samples8, npt.NDArray[Any]]]) -> Samples8:
    """Weighted, rounded to nearest."""
    kind = terms[0][1].dtype
    bits = 8 * kind.itemsize // 2
    total = np.full(terms[0][0].shape, 1 << (bits - 1), kind)
    for values, weight in terms:
        total += values * weight
    return (total >> bits).astype(np.uint8)


def _premultiplied(pixels: Samples8) -> Samples8:
    """Colour times alpha over 255, rounded, two channels of a pixel in one number.

    A product of two bytes plus 128, p, over 255 is (p + (p >> 8)) >> 8 (Blinn, "Three wrongs make a right", 1995).
    """
    packed = pixels.view("<u4")[..., 0]
    alpha, odd = packed >> 24, np.uint32(0x00FF00FF)
    red_blue = (packed & odd) * alpha + np.uint32(0x00800080)
    green_alpha = ((packed >> 8) & odd | np.uint32(0x00FF0000)) * alpha + np.uint32(0x00800080)
    red_blue += (red_blue >> 8) & odd
    green_alpha += (green_alpha >> 8) & odd
    out = ((red_blue >> 8) & odd) | (green_alpha & ~odd)
    return out.astype("<u4", copy=False).view(np.uint8).reshape(pixels.shape)


def _straight(pixels: Samples8) -> Samples8:
    """The inverse; Pillow calls the two RGBa and RGBA."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels, "RGBa").convert("RGBA"))
