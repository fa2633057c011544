"""`perlin`: soft clouds that belong to the plane, so that neighbouring windows continue each other.

    n(x, y) = sqrt(2) * lerp over the four lattice nodes around (x, y) of  gradient(node) . ((x, y) - node)

with the weight 6 t^5 - 15 t^4 + 10 t^3 (Perlin, Improving Noise, 2002) and unit gradients at hashed angles;
n is 0 on every node and never leaves -1..1. The `perlin` mode of stablediffusion-infinity had five periods in
whatever it was shown, 102 pixels each in a model's 512, and began anew in every window; seed 0 only.
"""

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.painters.noise_plane import plane_bits
from outpaint.painters.protocol import Brief, Painter, Pixels, Setting, View

Line = npt.NDArray[np.float32]


def paint(view: View, brief: Brief) -> Pixels:
    period, channels = int(brief.settings["period"]), 3 if brief.settings["colour"] else 1
    answer = np.empty(view.pixels.shape, np.float32)
    for channel in range(channels):
        _clouds(answer[..., channel], view.frame, period, brief.seed, channel)
    answer[..., channels:] = answer[..., :1]
    return answer


def _clouds(plane: npt.NDArray[np.float32], frame: Frame, period: int, seed: int, stream: int) -> None:
    """(1 + n) / 2 into `plane`, one row of lattice cells after another.

    Along such a row of cells the dot products are linear in y, so two lines per node row describe them all.
    """
    x = np.arange(frame.left, frame.right)
    first = frame.left // period
    cell = x // period - first
    across = (x % period / period).astype(np.float32)
    weight = _fade(across)

    def along(nodes: npt.NDArray[np.uint64]) -> tuple[Line, Line]:
        """Offset and slope in y of the noise that one row of nodes contributes."""
        angle = (nodes >> np.uint64(32)).astype(np.float64) * (2 * np.pi * 2.0**-32)
        run, rise = np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
        offset = (1 - weight) * run[cell] * across + weight * run[cell + 1] * (across - 1)
        return offset, (1 - weight) * rise[cell] + weight * rise[cell + 1]

    for row in range(frame.top // period, -(-frame.bottom // period)):
        above, below = plane_bits(first, row, int(cell[-1]) + 2, 2, seed, stream)
        (offset_above, slope_above), (offset_below, slope_below) = along(above), along(below)
        y = np.arange(max(row * period, frame.top), min((row + 1) * period, frame.bottom))
        down = (y % period / period).astype(np.float32)[:, None]
        ease = _fade(down)
        upper = offset_above + slope_above * down
        lower = offset_below + slope_below * (down - 1)
        plane[y - frame.top] = 0.5 + np.float32(np.sqrt(0.5)) * (upper + ease * (lower - upper))


def _fade(t: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """From 0 to 1 with no slope and no curvature at either end."""
    return t * t * t * (t * (t * 6 - 15) + 10)


PAINTER = Painter(
    name="perlin",
    about="Soft grey or coloured clouds; neighbouring windows continue each other.",
    work=paint,
    reads=frozenset({"seed"}),
    settings=(
        Setting("period", 100, "pixels from one lattice node to the next", low=2, high=4096),
        Setting("colour", False, "different clouds in red, green and blue"),
    ),
    source="Ken Perlin, Improving Noise, 2002; perlin of lkwq007/stablediffusion-infinity",
)
