"""`mosaic`: the reflected picture, stretched away from it and cut into coarse cells of one colour.

Each side is cut into `cells_short` cells outwards and `cells_long` cells along the photo, corners into their
mean both ways; a cell has the mean colour of what lay there. With kind `stretch` the part of the reflection
next to the photo, `stretch_area` of the new depth, is first stretched to `stretch_scale` of it, so that it
runs out of the photo like a wake. Mosaic Outpaint by Haoming02; that could not extend by more than the photo's
own size, and knew nothing of holes: here reflections repeat, and a hole inside is filled with its nearest
colours, then with square cells, `cells_long` of them along the longer side of the photo.
"""

import numpy as np
import numpy.typing as npt

from outpaint.painters.mirror import known_box, reflected
from outpaint.painters.protocol import Brief, Painter, Pixels, Setting, View


def paint(view: View, brief: Brief) -> Pixels:
    """Sides are those of the box around everything known; each is as deep as the window has room."""
    settings = brief.settings
    short, long = int(settings["cells_short"]), int(settings["cells_long"])
    box = known_box(view.holes)
    answer = reflected(view)
    height, width = view.holes.shape
    if settings["kind"] == "stretch":
        # Each side turned so that its rows run from the outer border to the photo; later sides take the corners.
        sides = (
            (answer.swapaxes(0, 1), box.left),
            (answer[:, ::-1].swapaxes(0, 1), width - box.right),
            (answer, box.top),
            (answer[::-1], height - box.bottom),
        )
        for side, depth in sides:
            _stretch(side, depth, float(settings["stretch_area"]), float(settings["stretch_scale"]))
    corner = (short + long) // 2
    cell = max(box.width, box.height) / long
    inside = max(1, round(box.width / cell)), max(1, round(box.height / cell))
    counts = (
        ((corner, corner), (long, short), (corner, corner)),
        ((short, long), inside, (short, long)),
        ((corner, corner), (long, short), (corner, corner)),
    )
    columns, rows = (0, box.left, box.right, width), (0, box.top, box.bottom, height)
    for j in range(3):
        for i in range(3):
            part = slice(rows[j], rows[j + 1]), slice(columns[i], columns[i + 1])
            if view.holes[part].any():
                answer[part] = _cells(answer[part], *counts[j][i])
    return np.where(view.holes[..., None], answer, view.pixels)


def _stretch(side: npt.NDArray[np.float32], depth: int, area: float, scale: float) -> None:
    """Stretch the `int(depth * area)` rows next to row `depth` to `int(depth * scale)`; keep the nearest `depth`."""
    if depth == 0:
        return
    taken, length = max(1, int(depth * area)), max(depth, int(depth * scale))
    strip = side[depth - taken : depth][::-1].copy()
    place = np.clip((np.arange(depth) + 0.5) * taken / length - 0.5, 0, taken - 1)
    before = place.astype(np.intp)
    after = np.minimum(before + 1, taken - 1)
    share = (place - before).astype(np.float32)[:, None, None]
    side[:depth][::-1] = strip[before] * (1 - share) + strip[after] * share


def _cells(pixels: Pixels, across: int, down: int) -> Pixels:
    """The same place in `across` x `down` cells of their mean colour."""
    from PIL import Image

    height, width = pixels.shape[:2]
    channels = []
    for channel in range(3):
        plane = Image.fromarray(np.ascontiguousarray(pixels[..., channel]))
        small = plane.resize((across, down), Image.Resampling.BOX)
        channels.append(np.asarray(small.resize((width, height), Image.Resampling.NEAREST)))
    return np.stack(channels, -1)


PAINTER = Painter(
    name="mosaic",
    about="Coarse coloured cells from the reflected, stretched picture: a start for a strong repaint.",
    work=paint,
    settings=(
        Setting(
            "kind", "stretch", "reflect and stretch, or reflect only", choices=("stretch", "mirror"), also=("method",)
        ),
        Setting("stretch_area", 0.5, "share of the reflection that is stretched", low=0.25, high=0.75),
        Setting("stretch_scale", 2.0, "stretched to how much of the new depth", low=1, high=5),
        Setting("cells_short", 3, "cells outwards", low=1, high=6, also=("steps_S",)),
        Setting("cells_long", 24, "cells along the photo", low=12, high=72, also=("steps_L",)),
    ),
    source="Haoming02/sd-webui-mosaic-outpaint",
)
