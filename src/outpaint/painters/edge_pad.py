"""`edge-pad`: colours walk outwards ring by ring, each pixel the mean of its neighbours one ring before.

    u(p) = mean of u(q) over the 4-neighbours q of p with ring(q) = ring(p) - 1

where ring is the city-block distance to what is known. Beside a straight border this repeats the border and
beyond a corner the corner; inside a hole, colours from several borders mix where they meet. The `edge_pad`
mode of stablediffusion-infinity, whose running mean was rounded to 8 bits at every step; here it stays exact.
"""

import numpy as np

from outpaint.painters.protocol import Brief, Painter, Pixels, View


def paint(view: View, brief: Brief) -> Pixels:
    """Every reachable pixel is filled, so at least one must be known; ValueError if none is."""
    from outpaint.painters.edge_pad_kernels import spread

    holes = view.holes
    if holes.all():
        raise ValueError("no pixel is known")
    answer = np.where(holes[..., None], np.float32(0), view.pixels)
    spread(answer, np.where(holes, np.int32(-1), np.int32(0)), np.empty(np.count_nonzero(holes), np.int64))
    return answer


PAINTER = Painter(
    name="edge-pad",
    about="Repeats the border ring by ring: each new pixel is the mean of its neighbours one ring before.",
    work=paint,
    source="edge_pad of lkwq007/stablediffusion-infinity",
)
