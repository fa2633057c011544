"""`noise`: white Gaussian noise around mid grey, the same at the same place of the plane in every window.

    u = clip((1 + spread * n) / 2),   n ~ N(0, 1) per channel
    n = sqrt(-2 ln a) cos 2 pi b  and  sqrt(-2 ln a) sin 2 pi b   for uniform a, b (Box and Muller 1958)

The `gaussian` mode of stablediffusion-infinity, which cast to bytes without clipping: whatever lay beyond
white wrapped around to black. Here it is clipped.
"""

import numpy as np
import numpy.typing as npt

from outpaint.painters.noise_plane import plane_bits
from outpaint.painters.protocol import Brief, Painter, Pixels, Setting, View
from outpaint.parallel import over_rows


def paint(view: View, brief: Brief) -> Pixels:
    answer = np.empty_like(view.pixels, order="C")
    spread = np.float32(brief.settings["spread"] / 2)
    over_rows(_fill, len(answer), answer, view.frame.left, view.frame.top, brief.seed, spread)
    return answer


def _fill(start: int, stop: int, answer: Pixels, left: int, top: int, seed: int, half_spread: np.float32) -> None:
    """Rows start..stop of `answer`, a few at a time so that intermediate results stay in the cache."""
    for first in range(start, stop, 64):
        rows = answer[first : min(first + 64, stop)]
        place = left, top + first, rows.shape[1], rows.shape[0], seed
        rows[..., 0], rows[..., 1] = _normal_pair(*place, stream=0)
        rows[..., 2], _ = _normal_pair(*place, stream=1)
        rows *= half_spread
        rows += np.float32(0.5)
        np.clip(rows, 0, 1, out=rows)


def _normal_pair(
    left: int, top: int, width: int, height: int, seed: int, stream: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Two independent N(0, 1) fields over a rectangle of the plane."""
    bits = plane_bits(left, top, width, height, seed, stream)
    a = ((bits >> np.uint64(32)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-32)
    turn = bits.astype(np.uint32).astype(np.float32) * np.float32(2 * np.pi * 2.0**-32)
    length = np.sqrt(-2 * np.log(a))
    return length * np.cos(turn), length * np.sin(turn)


PAINTER = Painter(
    name="noise",
    about="White noise around mid grey; neighbouring windows continue each other.",
    work=paint,
    reads=frozenset({"seed"}),
    settings=(Setting("spread", 1.0, "standard deviation; 1 is half of black to white", low=0, high=4),),
    source="gaussian of lkwq007/stablediffusion-infinity",
)
