"""Arithmetic of RGBA: laying one over the other, and the mean of an area.

Tiles hold straight colour; the sums are made with premultiplied colour c * a (Porter and Duff, "Compositing digital
images", 1984):   over:  a = a1 + a0 (1 - a1),   c a = c1 a1 + c0 a0 (1 - a1),   mean:  a = mean a,   c a = mean c a.
A pixel that only one opaque layer covers comes out of each of them exactly.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from outpaint.canvas.packing import Samples8

Floats = npt.NDArray[np.float32]


def cleared(pixels: Samples8) -> Samples8:
    """RGBA with colour 0 where alpha is 0, so that nothing at all has one name only."""
    return pixels * (pixels[..., 3:] > 0)


def premultiplied(pixels: Samples8) -> Floats:
    """Straight RGBA as premultiplied floats, all four in 0..255."""
    floats = pixels.astype(np.float32)
    floats[..., :3] *= floats[..., 3:] * np.float32(1 / 255)
    return floats


def straight(floats: Floats) -> Samples8:
    """The inverse of `premultiplied`, rounded; colours that alpha rounds away to 0 vanish with it."""
    alpha = np.rint(floats[..., 3:])
    colour = floats[..., :3] * (255 / np.maximum(floats[..., 3:], 1e-3))
    out = np.empty(floats.shape, np.uint8)
    out[..., :3] = np.minimum(np.rint(colour), 255) * (alpha > 0)
    out[..., 3:] = np.minimum(alpha, 255)
    return out


def composite(sheets: Sequence[tuple[Samples8, float]]) -> Samples8:
    """Pixels with their opacities, from bottom to top, as one; rounded once, at the end."""
    if len(sheets) == 1 and sheets[0][1] == 1:
        return sheets[0][0]
    below: Floats | None = None
    for pixels, opacity in sheets:
        above = premultiplied(pixels) * np.float32(opacity)
        if below is not None:
            above += below * (1 - above[..., 3:] * np.float32(1 / 255))
        below = above
    assert below is not None
    return straight(below)


def halved(pixels: Samples8) -> Samples8:
    """The mean of every 2 x 2 pixels, halves to even, so that many levels do not brighten the picture."""
    if pixels[..., 3].min() == 255:
        wide = pixels.astype(np.uint16)
        total = wide[0::2] + wide[1::2]
        total = total[:, 0::2] + total[:, 1::2]
        return ((total + 1 + ((total >> 2) & 1)) >> 2).astype(np.uint8)
    floats = premultiplied(pixels)
    floats = floats[0::2] + floats[1::2]
    return straight((floats[:, 0::2] + floats[:, 1::2]) * np.float32(0.25))
