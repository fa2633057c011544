"""From a canvas to a picture: for the road, and for a file."""

from dataclasses import replace

import numpy as np

from outpaint.canvas.layers import MASK_ID, find
from outpaint.canvas.packing import Samples8
from outpaint.canvas.pyramid import Pyramid
from outpaint.canvas.render import assembled, render
from outpaint.canvas.tiles import span
from outpaint.geometry import Frame
from outpaint.picture import Picture


def picture_of(pyramid: Pyramid, frame: Frame) -> Picture:
    """What the frame shows, in sRGB; known is what is neither transparent nor masked (128 and more is masked)."""
    picture = as_picture(render(pyramid, frame, *frame.extent), frame)
    return picture.without(mask_of(pyramid, frame) >= 128)


def mask_of(pyramid: Pyramid, frame: Frame) -> Samples8:
    """H x W; 0 everywhere if the mask is hidden."""
    tiles = pyramid.sheet(MASK_ID, span(frame)) if find(pyramid.layers, MASK_ID).visible else {}
    return assembled(tiles, frame, mask=True)


def as_picture(pixels: Samples8, frame: Frame) -> Picture:
    """RGBA as a picture; it has an alpha channel only if something is half transparent; alpha 0 is unknown."""
    alpha = pixels[..., 3]
    samples = np.ascontiguousarray(pixels[..., :3])
    half = bool(((alpha > 0) & (alpha < 255)).any())
    picture = Picture.of(samples, alpha.copy() if half else None)
    return replace(picture, known=alpha > 0, frame=frame)


def flattened(pixels: Samples8, background: tuple[int, int, int]) -> Samples8:
    """RGBA over one colour, as opaque RGBA."""
    alpha = pixels[..., 3:].astype(np.uint32)
    colour = pixels[..., :3] * alpha + np.array(background, np.uint32) * (255 - alpha)
    out = np.full_like(pixels, 255)
    out[..., :3] = (colour + 127) // 255
    return out


def encode(
    pixels: Samples8,
    format: str,
    quality: int | None = None,
    background: tuple[int, int, int] | None = None,
    recipe: str | None = None,
) -> bytes:
    """A file's bytes; FileError if the format cannot hold transparency and there is no background to lay it on."""
    from outpaint.files import encode_picture

    if background is not None:
        pixels = flattened(pixels, background)
    clear = bool((pixels[..., 3] < 255).any())
    samples = np.ascontiguousarray(pixels[..., :3])
    picture = Picture.of(samples, pixels[..., 3].copy() if clear else None)
    return encode_picture(picture, format, quality, recipe)
