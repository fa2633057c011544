"""`smear`: ever wider blurs of what is known, laid beneath one another; colours fade out of the photo.

    layer(r) = G_r * (known, colour known),   G_r a Gaussian of radius r on premultiplied colour
    picture  = 1 x layer(0) over 2 x layer(2) over 4 x layer(4) over 2 x layer(16) over layer(64) over layer(256)

That is masked content "fill" of the Stable Diffusion webui. Pillow's Gaussian, which it used, is three extended
box blurs (Gwosdek et al. 2011), and so is this one, but in floats: the original banded, and it stayed black
where its widest blur was weaker than half of an 8-bit step. Here layers of 1024, 4096, ... follow until
none is left that dark, and dividing by the alpha gives every place its full colour.
"""

import math

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.nearest import bounds, nearest_known
from outpaint.painters.protocol import Brief, Painter, Pixels, Setting, View
from outpaint.parallel import over_rows

LADDER = ((2.0, 2), (4.0, 4), (16.0, 2), (64.0, 1), (256.0, 1))
"""(radius, how often the layer is laid), topmost first."""

FAINT = 0.5 / 255
"""Alpha that an 8-bit picture cannot hold."""

NOTHING = np.float32(1e-9)
"""Alpha that may be rounding."""


def paint(view: View, brief: Brief) -> Pixels:
    """Laid from the top down, so that work ends where nothing shines through any more.

    A wide layer is hardly denser than the share of the window that is known, so of a little there is little to wait
    for; and a layer is blurred only where holes lie within reach of something known.
    """
    from outpaint.painters.smear_kernels import lay_beneath

    holes = view.holes
    known = np.zeros((*holes.shape, 4), np.float32)
    known[..., :3] = view.pixels
    known[..., 3] = 1
    known[holes] = 0
    stack, clear = known.copy(), holes.astype(np.float32)
    faint = min(FAINT, (1 - holes.mean()) / 16)
    window, source, target = Frame(0, 0, holes.shape[1], holes.shape[0]), bounds(~holes), bounds(holes)
    ladder, scale = list(LADDER), float(brief.settings["scale"])
    while ladder and clear.max() > FAINT:
        radius, times = ladder.pop(0)
        reach = 3 * math.ceil(box_radius(radius * scale)) + 1
        place = source.padded(reach) & target.padded(reach) & window
        layer = gaussian(known[place.inside(window)], radius * scale)
        over_rows(lay_beneath, place.height, layer, times, place.top, place.left, stack, clear)
        if not ladder and stack[..., 3].min() < faint and radius * scale < max(holes.shape):
            ladder.append((radius * 4, 1))
    return _full_colour(stack)


def _full_colour(stack: npt.NDArray[np.float32]) -> Pixels:
    """Premultiplied colour divided by alpha; what no blur reached takes the nearest colour that there is."""
    alpha = stack[..., 3:]
    answer = np.divide(stack[..., :3], np.maximum(alpha, NOTHING), dtype=np.float32)
    reached = alpha[..., 0] > NOTHING
    return answer if reached.all() else answer[nearest_known(reached)]


def gaussian(layer: npt.NDArray[np.float32], radius: float) -> npt.NDArray[np.float32]:
    """H x W x C blurred as Pillow's GaussianBlur(radius) does it, without rounding."""
    from outpaint.painters.smear_kernels import blur_and_transpose

    layer = np.ascontiguousarray(layer)
    height, width, channels = layer.shape
    turned = np.empty((width, height, channels), np.float32)
    blurred = np.empty((height, width, channels), np.float32)
    over_rows(blur_and_transpose, width, layer, turned, box_radius(radius))
    over_rows(blur_and_transpose, height, turned, blurred, box_radius(radius))
    return blurred


def box_radius(radius: float, passes: int = 3) -> float:
    """The box that, laid `passes` times, has the variance radius ** 2: (2 r + 1)^2 ~ 12 radius^2 / passes + 1.

    Its whole part is that of the ideal length; its fraction makes the variance exact (Gwosdek et al. 2011, eq. 14).
    """
    variance = radius * radius / passes
    whole = math.floor((math.sqrt(12 * variance + 1) - 1) / 2)
    fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance)
    return whole + fraction / (6 * (variance - (whole + 1) ** 2))


PAINTER = Painter(
    name="smear",
    about="Smears the picture outwards: close to it in detail, far from it in broad soft colours.",
    work=paint,
    settings=(Setting("scale", 1.0, "all radii times this; 1 suits pictures of 512 pixels", low=0.1, high=16),),
    source="masked content fill of the Stable Diffusion webui",
)
