"""`mirror`: the picture is reflected at its borders, again and again where the extension is wider than it.

    source(x) = p if p < n else 2n - 1 - p,   p = (x - left) mod 2n

for an axis on which the box around everything known begins at `left` and is n pixels long; numpy's
"symmetric" padding. What is unknown inside the box, as a hole is, takes the nearest known pixel first, so
every reflection of it does too.
"""

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.nearest import bounds, nearest_known
from outpaint.painters.protocol import Brief, Painter, Pixels, View
from outpaint.pixels import Bools


def known_box(holes: Bools) -> Frame:
    """The smallest frame around everything known, in the window's own coordinates; ValueError if nothing is."""
    box = bounds(~holes)
    if box.empty:
        raise ValueError("no pixel is known")
    return box


def reflected(view: View) -> Pixels:
    """The whole window as the endless reflection of its known box."""
    box = known_box(view.holes)
    cut = box.inside(Frame(0, 0, view.pixels.shape[1], view.pixels.shape[0]))
    rows, columns = nearest_known(~view.holes[cut])
    y = _reflect(view.pixels.shape[0], box.top, box.height)
    x = _reflect(view.pixels.shape[1], box.left, box.width)
    return view.pixels[cut][rows, columns][y[:, None], x[None, :]]


def _reflect(length: int, start: int, period: int) -> npt.NDArray[np.intp]:
    """Index into the box for each of `length` positions."""
    place = (np.arange(length) - start) % (2 * period)
    return np.minimum(place, 2 * period - 1 - place)


def paint(view: View, brief: Brief) -> Pixels:
    return reflected(view)


PAINTER = Painter(
    name="mirror",
    about="Reflects the picture at its borders, as often as the extension needs.",
    work=paint,
    source="numpy's symmetric padding; the mirror method of sd-webui-mosaic-outpaint",
)
