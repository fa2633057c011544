"""`edge`: every unknown pixel takes the colour of the nearest known one."""

from outpaint.nearest import nearest_known
from outpaint.painters.protocol import Brief, Painter, Pixels, View


def paint(view: View, brief: Brief) -> Pixels:
    """Beyond a rectangular photo this is edge replication; for any other hole, the nearest known pixel."""
    rows, columns = nearest_known(~view.holes)
    return view.pixels[rows, columns]


PAINTER = Painter(
    name="edge",
    about="Repeats the border: each new pixel takes the nearest known colour.",
    work=paint,
    source="resize-and-fill of the Stable Diffusion webui; numpy's edge padding",
)
