"""Any frame of the plane at any zoom, from the level of the pyramid that is just fine enough.

Every pixel of a view is the mean of the premultiplied colour of the area it covers. Where that area is one pixel of a
level, as at zoom 1, it is copied.
"""

import math
from collections.abc import Mapping

import numpy as np

from outpaint.canvas.packing import Samples8
from outpaint.canvas.pyramid import Pyramid
from outpaint.canvas.scaling import scaled, steps
from outpaint.canvas.tiles import TOP, Spot, check_frame, span
from outpaint.errors import RequestError
from outpaint.geometry import Frame

MAX_VIEW = 200_000_000
"""Pixels of the largest view."""


def render(pyramid: Pyramid, frame: Frame, width: int, height: int) -> Samples8:
    """height x width x 4, straight RGBA."""
    check_frame(frame)
    if min(width, height) < 1 or width * height > MAX_VIEW:
        raise RequestError(f"a view has 1 to {MAX_VIEW} pixels, not {width}x{height}")
    zoom = math.sqrt((frame.width / width) * (frame.height / height))
    level = min(TOP, max(0, math.floor(math.log2(zoom))))
    scale = 1 << level
    source = Frame.between(
        *(frame.left // scale, frame.top // scale), *(-(-frame.right // scale), -(-frame.bottom // scale))
    )
    tiles = pyramid.tiles(level, span(frame, level))
    pixels = assembled(tiles, source)
    if (width * scale, height * scale) == tuple(frame.extent) and not (frame.left % scale or frame.top % scale):
        return pixels
    rows = steps(frame.top / scale - source.top, frame.height / scale, height, source.height)
    columns = steps(frame.left / scale - source.left, frame.width / scale, width, source.width)
    return scaled(pixels, rows, columns)


def assembled(tiles: Mapping[Spot, Samples8], frame: Frame, mask: bool = False) -> Samples8:
    """Tiles of one level put together; the frame is in that level's pixels."""
    out = np.zeros(frame.extent.shape if mask else (*frame.extent.shape, 4), np.uint8)
    for spot, tile in tiles.items():
        part = frame & spot.frame()
        if not part.empty:
            out[part.inside(frame)] = tile[part.inside(spot.frame())]
    return out


def viewable(frame: Frame) -> Frame:
    """The frame itself; RequestError if it is too large to be looked at in one piece, or leaves the plane."""
    if check_frame(frame).extent.area > MAX_VIEW:
        raise RequestError(f"the frame {frame} has more than {MAX_VIEW} pixels; choose a smaller one")
    return frame
