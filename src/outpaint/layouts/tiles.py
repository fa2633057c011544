"""`tiles`: a grid of equal tiles over the whole frame, row after row, cross-faded where they share pixels.

    n = ceil((W - overlap) / (tile - overlap)) columns,   x_i = int(i (W - tile) / (n - 1)),   rows alike

Poor man's outpainting of the Stable Diffusion webui. Its tiles knew nothing of each other, only of the photo, so
things were doubled in the cross-fade and tiles without photo had nothing to continue. Here a tile continues the
outer half of what it shares and fades over the inner one.

If faithful, tiles know the photo only and fade over all that they share; the model repaints mask_blur // 2 pixels of
the rim, and its answer is laid solidly over 2 mask_blur, fading with a sigma of as many. Along an axis on which
nothing grows, the size was rounded up to a multiple of 64 all the same: what that adds stays black.
"""

from collections.abc import Mapping
from typing import Any

from outpaint.crossfade import Crossfade
from outpaint.geometry import Extent, Frame
from outpaint.layouts import scripts
from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout
from outpaint.painters.protocol import FAITHFUL, Setting
from outpaint.plan import spread
from outpaint.rim import Rim


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    windows, shared = _grid(ground, settings)
    return Laid(windows, crossfade=Crossfade(shared // 2, shared - shared // 2), reseeded=True)


def faithfully(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    windows, shared = _grid(ground, settings)
    known, target, asked = ground.known, ground.target, ground.asked or ground.target
    wider, taller = asked.width > known.width, asked.height > known.height
    base = known.grown(right=0 if wider else target.right - known.right)
    base = base.grown(bottom=0 if taller else target.bottom - known.bottom)
    black = (
        Frame.between(known.right, base.top, base.right, known.bottom),
        Frame.between(base.left, known.bottom, base.right, base.bottom),
    )
    blur = int(settings["mask_blur"])
    repainted = _inset(base, target, blur // 2)
    rim = Rim(repainted, repainted, _inset(base, target, 2 * blur), 2 * blur)
    return Laid(
        windows,
        crossfade=Crossfade(0, shared),
        reseeded=True,
        rims=(rim,) * len(windows),
        alone=True,
        black=tuple(bar for bar in black if not bar.empty),
    )


def _grid(ground: Ground, settings: Mapping[str, Any]) -> tuple[tuple[Frame, ...], int]:
    """Tiles, but for those in which nothing is unknown, and how many pixels neighbours share at least."""
    target = ground.target
    tile = Extent(min(int(settings["tile_width"]), target.width), min(int(settings["tile_height"]), target.height))
    if ground.largest:
        tile = Extent(min(tile.width, ground.largest.width), min(tile.height, ground.largest.height))
    shared = min(int(settings["pixels"]), max(1, min(tile) // 2))
    grid = (
        Frame.of(tile, target.left + x, target.top + y)
        for y in spread(target.height, tile.height, shared)
        for x in spread(target.width, tile.width, shared)
    )
    windows = (window for window in grid if not ground.known.contains(window) or not (window & ground.hole).empty)
    return tuple(windows), shared


def framed(photo: Frame, asked: Frame, settings: Mapping[str, Any]) -> Frame:
    """Both sides are multiples of 64, whether or not anything grows along them."""
    return scripts.rounded_up(scripts.framed(photo, asked, settings))


def _inset(kept: Frame, target: Frame, depth: int) -> Frame:
    """Without that much of its rim on the sides that grow."""
    return kept.grown(
        left=-depth * (target.left < kept.left),
        top=-depth * (target.top < kept.top),
        right=-depth * (target.right > kept.right),
        bottom=-depth * (target.bottom > kept.bottom),
    )


LAYOUT = Layout(
    "tiles",
    "Equal tiles, row after row, cross-faded where they share pixels.",
    lay,
    (
        Setting(
            "pixels",
            128,
            "pixels that neighbouring tiles share; if faithful also how far sides grow where no amount is given",
            low=8,
            high=256,
        ),
        Setting("tile_width", 512, "width of a tile", low=64, high=4096),
        Setting("tile_height", 512, "height of a tile", low=64, high=4096),
        Setting(
            "mask_blur", 4, "if faithful: half of the rim that is covered; 1/2 sigma of the blur", low=0, high=64
        ),
        scripts.DIRECTION,
        FAITHFUL,
    ),
    Cutting(faithfully, framed, scripts.unasked),
)
