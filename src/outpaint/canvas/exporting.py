"""From a canvas to a picture: for the road, and for a file."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from outpaint.canvas.compositing import composite
from outpaint.canvas.layers import MASK_ID, MASKED, find
from outpaint.canvas.packing import Samples8, blank
from outpaint.canvas.pyramid import Pyramid
from outpaint.canvas.render import assembled, render
from outpaint.canvas.tiles import SIDE, Spot, span
from outpaint.geometry import Frame
from outpaint.picture import Picture

MOST = 20_000
"""Characters of a recipe."""


def picture_of(pyramid: Pyramid, frame: Frame) -> Picture:
    """What the frame shows, in sRGB; known is what is neither transparent nor masked."""
    picture = as_picture(render(pyramid, frame, *frame.extent), frame)
    return picture.without(mask_of(pyramid, frame) >= MASKED)


def mask_of(pyramid: Pyramid, frame: Frame) -> Samples8:
    """H x W; 0 everywhere if the mask is hidden."""
    return assembled(_mask_tiles(pyramid, frame), frame, mask=True)


def coarse_mask(pyramid: Pyramid, level: int, spot: Spot) -> Samples8:
    """SIDE x SIDE: every value is the mean of the 2**level x 2**level that it stands for."""
    out, side, step = blank(mask=True), SIDE >> level, 1 << level
    for (x, y), tile in _mask_tiles(pyramid, spot.frame(level)).items():
        top, left = (y - (spot.y << level)) * side, (x - (spot.x << level)) * side
        out[top : top + side, left : left + side] = tile.reshape(side, step, side, step).mean((1, 3))
    return out


def _mask_tiles(pyramid: Pyramid, frame: Frame) -> dict[Spot, Samples8]:
    return pyramid.sheet(MASK_ID, span(frame)) if find(pyramid.layers, MASK_ID).visible else {}


def as_picture(pixels: Samples8, frame: Frame) -> Picture:
    """RGBA as a picture; it has an alpha channel only if something is half transparent; alpha 0 is unknown."""
    alpha = pixels[..., 3]
    samples = np.ascontiguousarray(pixels[..., :3])
    half = bool(((alpha > 0) & (alpha < 255)).any())
    picture = Picture.of(samples, alpha.copy() if half else None)
    return replace(picture, known=alpha > 0, frame=frame)


def to_save(pixels: Samples8, background: tuple[int, int, int] | None) -> Picture:
    """RGBA as a file holds it, over one colour if one is given; with an alpha channel if something is transparent."""
    if background is not None:
        flat, ground = np.empty_like(pixels), np.array([[(*background, 255)]], np.uint8)
        for top in range(0, len(pixels), SIDE):  # strips, because floats take four times the memory
            strip = pixels[top : top + SIDE]
            flat[top : top + SIDE] = composite([(np.broadcast_to(ground, strip.shape), 1.0), (strip, 1.0)])
        pixels = flat
    from outpaint.files.arrays import from_array

    return from_array(pixels if (pixels[..., 3] < 255).any() else pixels[..., :3])


def combined(recipes: Iterable[tuple[Frame, str]]) -> str | None:
    """One recipe of several, the newest first: its request is the newest one's, "painted" tells all, oldest first.

    Of very many, or very long ones, only the newest: EXIF, in which most formats keep it, holds 64 KB.
    """
    newest: dict[str, Any] = {}
    painted: list[dict[str, Any]] = []
    length = 0
    for frame, recipe in recipes:
        record = json.loads(recipe)
        newest = newest or record
        one = {"frame": [frame.left, frame.top, *frame.extent], "request": record["request"]}
        length += len(json.dumps(one, ensure_ascii=False))
        if painted and length > MOST:
            break
        painted.insert(0, one)
    return json.dumps({**newest, "painted": painted}, ensure_ascii=False, sort_keys=True) if newest else None
