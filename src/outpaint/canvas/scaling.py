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
from outpaint.parallel import over_rows

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
    source = pixels if opaque else _converted(pixels, "RGBA", "RGBa")
    out = np.empty((len(rows[0][0]), len(columns[0][0]), 4), np.uint8)

    def scale(start: int, stop: int) -> None:
        for top in range(start, stop, _STRIP):
            strip = slice(top, min(top + _STRIP, stop))
            part = _sum([(source[at[strip]], weight[strip, None, None]) for at, weight in rows])
            colours = part.view(np.uint32)[..., 0]
            taken = [(colours.take(at, 1).view(np.uint8).reshape(len(part), -1, 4), w[:, None]) for at, w in columns]
            out[strip] = _sum(taken)

    over_rows(scale, len(out))
    return out if opaque else _converted(out, "RGBa", "RGBA")


def _sum(terms: Sequence[tuple[Samples8, npt.NDArray[Any]]]) -> Samples8:
    """Weighted, rounded to nearest."""
    kind = terms[0][1].dtype
    bits = 8 * kind.itemsize // 2
    total = np.full(terms[0][0].shape, 1 << (bits - 1), kind)
    for values, weight in terms:
        total += values * weight
    return (total >> bits).astype(np.uint8)


def _converted(pixels: Samples8, source: str, target: str) -> Samples8:
    """Between straight and premultiplied colour, which Pillow calls RGBA and RGBa."""
    from PIL import Image

    height, width = pixels.shape[:2]
    return np.asarray(Image.frombuffer(source, (width, height), np.ascontiguousarray(pixels)).convert(target))
