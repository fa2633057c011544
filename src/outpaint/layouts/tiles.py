"""`tiles`: a grid of equal tiles over the whole frame, row after row, cross-faded where they share pixels.

    n = ceil((W - overlap) / (tile - overlap)) columns,   x_i = int(i (W - tile) / (n - 1)),   rows alike

Poor man's outpainting of the Stable Diffusion webui. Its tiles knew nothing of each other, only of the photo, so
things were doubled in the cross-fade and tiles without photo had nothing to continue. Here a tile continues the
outer half of what it shares and fades over the inner one; `faithful` fades over all of it, as the original did.
"""

import math
from collections.abc import Mapping
from typing import Any

from outpaint.crossfade import Crossfade
from outpaint.geometry import Extent, Frame
from outpaint.layouts.protocol import FAITHFUL, Ground, Laid, Layout
from outpaint.painters.protocol import Setting


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    """Tiles in which nothing is unknown are left out."""
    target, shared, faithful = ground.target, int(settings["pixels"]), bool(settings["faithful"])
    tile = Extent(min(int(settings["tile_width"]), target.width), min(int(settings["tile_height"]), target.height))
    if ground.largest:
        tile = Extent(min(tile.width, ground.largest.width), min(tile.height, ground.largest.height))
    shared = min(shared, max(1, min(tile) // 2))
    windows = (
        Frame.of(tile, target.left + x, target.top + y)
        for y in starts(target.height, tile.height, shared)
        for x in starts(target.width, tile.width, shared)
    )
    kept = 0 if faithful else shared // 2
    return Laid(
        tuple(window for window in windows if not ground.known.contains(window) or not (window & ground.hole).empty),
        overlap=2 * int(settings["mask_blur"]) if faithful else 0,
        crossfade=Crossfade(kept, shared - kept),
        reseeded=True,
    )


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where the tiles of one axis begin; neighbours share at least `overlap` pixels."""
    if length <= tile:
        return [0]
    overlap = min(overlap, tile // 2)
    count = math.ceil((length - overlap) / (tile - overlap))
    return [(length - tile) * i // (count - 1) for i in range(count)]


LAYOUT = Layout(
    "tiles",
    "Equal tiles, row after row, cross-faded where they share pixels.",
    lay,
    (
        Setting("pixels", 128, "pixels that neighbouring tiles share", low=8, high=256),
        Setting("tile_width", 512, "width of a tile", low=64, high=4096),
        Setting("tile_height", 512, "height of a tile", low=64, high=4096),
        Setting(
            "mask_blur", 4, "half of the rim that is repainted if faithful; 1/2 sigma of the blur", low=0, high=64
        ),
        FAITHFUL,
    ),
    rounding=64,
)
