"""Tiles as bytes: what they are called, how they are compressed, and what is known of them without unpacking.

A tile is named by a hash of its pixels, so equal tiles are stored once and a name never changes its meaning.

Compression is zlib at level 1 after two reversible steps: red and blue as differences to green (JPEG 2000's idea of a
reversible colour transform), then every sample as the difference to its left neighbour, channel after channel. On
photos that is four fifths of the size of Pillow's PNG in less than half of its time, whatever level PNG is given.
"""

import hashlib
import zlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from outpaint.canvas.tiles import SIDE
from outpaint.geometry import Frame
from outpaint.nearest import bounds

Samples8 = npt.NDArray[np.uint8]
"""A tile: SIDE x SIDE x 4, straight RGBA, or SIDE x SIDE for a mask. Where alpha is 0, so is the colour."""


@dataclass(frozen=True)
class Content:
    """One packed tile.

    name: 16 bytes, from the pixels.   data: compressed.
    box: the smallest frame around all that is not transparent, relative to the tile's corner.
    opaque: whether alpha is 255 everywhere.
    """

    name: bytes
    data: bytes = field(repr=False)
    box: Frame
    opaque: bool


def name_of(tile: Samples8) -> bytes:
    """SHA-256, of which 128 bits are plenty to tell tiles apart; processors have instructions for it."""
    return hashlib.sha256(tile.tobytes()).digest()[:16]


def pack(tile: Samples8, name: bytes | None = None) -> Content:
    """Compress a tile that is not transparent all over."""
    coverage = tile if tile.ndim == 2 else tile[..., 3]
    planes = tile[None] if tile.ndim == 2 else np.ascontiguousarray(tile.transpose(2, 0, 1))
    if tile.ndim == 3:
        planes[0] -= planes[1]
        planes[2] -= planes[1]
    steps = planes.copy()
    steps[:, :, 1:] -= planes[:, :, :-1]
    return Content(
        name or name_of(tile), zlib.compress(steps.tobytes(), 1), bounds(coverage > 0), bool(coverage.min() == 255)
    )


def unpack(data: bytes) -> Samples8:
    """The tile, read-only: it is shared by all who look at it. ValueError if the data are damaged."""
    try:
        steps = np.frombuffer(zlib.decompress(data), np.uint8).reshape(-1, SIDE, SIDE)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    planes = np.cumsum(steps, axis=2, dtype=np.uint8)
    if len(planes) == 1:
        tile: Samples8 = planes[0]
    else:
        planes[0] += planes[1]
        planes[2] += planes[1]
        tile = np.ascontiguousarray(planes.transpose(1, 2, 0))
    tile.flags.writeable = False
    return tile


def blank(mask: bool = False) -> Samples8:
    return np.zeros((SIDE, SIDE) if mask else (SIDE, SIDE, 4), np.uint8)
