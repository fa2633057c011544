"""`resize`: the photo scaled to the window in one of the webui's ways; what sticks out of it is the new part.

    just resize      W x H, whatever the shape
    crop and resize  the smallest size of the photo's shape that covers W x H; what is too much falls away
    resize and fill  the largest one inside W x H; its border is repeated outwards
    ... (latent upscale)  as just resize; a model that comes after enlarges the photo's latents instead of this

Resize modes 0 to 3 of img2img in the Stable Diffusion webui, scaled by Lanczos as there. The original always put the
photo in the middle, so one side grew by something invented for both, and repeated the border into strips that could
miss the last row or column. Here the scaled photo sits where the real one does, in proportion, and strips have no
end; `faithful` has both faults.
"""

import math

import numpy as np

from outpaint.geometry import Extent
from outpaint.nearest import nearest_known
from outpaint.painters.mirror import known_box
from outpaint.painters.protocol import FAITHFUL, Brief, Painter, Pixels, Setting, View
from outpaint.resizing import resized

LATENT = "just resize (latent upscale)"
MODES = ("just resize", "crop and resize", "resize and fill", LATENT)
RESIZE_MODE = Setting("resize_mode", "resize and fill", "how the photo becomes as large as the result", choices=MODES)


def paint(view: View, brief: Brief) -> Pixels:
    """The photo is the box around everything known; holes in it take their nearest colours."""
    mode, faithful = str(brief.settings["resize_mode"]), bool(brief.settings["faithful"])
    height, width = view.holes.shape
    box, window = known_box(view.holes), Extent(width, height)
    rows, columns = nearest_known(~view.holes[box.top : box.bottom, box.left : box.right])
    photo = view.pixels[box.top : box.bottom, box.left : box.right][rows, columns]
    size = scaled(mode, box.extent, window)
    picture = resized(photo, size.shape)
    if faithful:
        left, top = width // 2 - size.width // 2, height // 2 - size.height // 2
    else:
        left = _place(width - size.width, box.left, width - box.right)
        top = _place(height - size.height, box.top, height - box.bottom)
    y, x = np.arange(height) - top, np.arange(width) - left
    answer: Pixels = picture[np.clip(y, 0, size.height - 1)[:, None], np.clip(x, 0, size.width - 1)]
    if faithful and mode == "resize and fill":
        # Both strips are as long as the first one.
        answer[(y >= size.height + top) | (y < -top)] = 0
        answer[:, (x >= size.width + left) | (x < -left)] = 0
    return answer


def scaled(mode: str, photo: Extent, window: Extent) -> Extent:
    """The size of the scaled photo, by the webui's integers; at least one pixel."""
    if mode in ("just resize", LATENT):
        return window
    by_height = Extent(photo.width * window.height // photo.height, window.height)
    by_width = Extent(window.width, photo.height * window.width // photo.width)
    wider = window.ratio > photo.ratio
    return (by_width if wider == (mode == "crop and resize") else by_height).union(Extent(1, 1))


def _place(free: int, before: int, after: int) -> int:
    """Where `free` pixels lie before the scaled photo, if the real one has `before` and `after`."""
    return math.floor(free * before / (before + after)) if before + after else free // 2


PAINTER = Painter(
    name="resize",
    about="The photo itself, scaled to the new size or with its border repeated: a start for img2img.",
    work=paint,
    settings=(RESIZE_MODE, FAITHFUL),
    source="resize modes of img2img in the Stable Diffusion webui",
)
