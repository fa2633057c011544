"""How grainy a picture is, block by block: the mean strength of a filter that sees noise but no edges.

    residual_k = second difference along rows of the second difference along columns, taps k pixels apart
    deviation of white noise = mean |residual_1| * sqrt(pi / 2) / 6          (Immerkaer 1996)

Lines and gradients leave no residual. Texture does, so the picture's noise is a low quantile over its blocks,
by brightness, for sensors are noisier in some tones than in others. residual_2 against residual_1 tells how
soft the grain is: equal for white noise, stronger where neighbours resemble each other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outpaint.blend.protocol import Seam
from outpaint.colour import LUMA
from outpaint.geometry import Frame
from outpaint.parallel import over_rows
from outpaint.pixels import Bools

Field = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float32]

QUANTILE = 0.15
"""Share of blocks taken to be smooth. Of pure noise it lies about 8 % low: rather too little than too much."""

TONES = np.linspace(0, 1, 9)
"""Brightnesses at which the noise level is kept."""

SHARES = np.linspace(0, 0.25, 26)
"""Softness that is told apart: the outer taps of the filter [a, 1 - 2a, a]."""


@dataclass(frozen=True)
class Blocks:
    """Sums over the blocks of one part of the window, h x w: pixels whose 5 x 5 neighbours belong to the part too.

    light: their mean luma. fine: h x w x 4, mean |residual_1| of red, green, blue, luma. coarse: mean |residual_2|
    of luma.
    """

    count: Field
    light: Field
    fine: Field
    coarse: Field


@dataclass(frozen=True)
class Level:
    """The noise of a picture.

    fine: len(TONES) x 3, its mean |residual_1| by channel. share: its softness. common: how far the channels
    have the same noise; 1 in grey pictures, 0 if each has its own.
    """

    fine: Field
    share: float
    common: float

    def at(self, light: Field) -> Field:
        """h x w x 3, the noise expected at each brightness."""
        return np.stack([np.interp(light, TONES, self.fine[:, channel]) for channel in range(3)], -1)


def gain(share: Field | float, taps: int) -> Field:
    """Deviation of the residual of unit white noise that was filtered by [a, 1 - 2a, a] along both axes."""
    middle = 1 - 2 * np.asarray(share, np.float64)
    r0, r1, r2 = middle**2 + 2 * np.square(share), 2 * share * middle, np.square(share)
    along_one_axis: Field = 6 * r0 - 8 * r1 + 2 * r2 if taps == 1 else 6 * r0 - 8 * r2
    return along_one_axis


def observe(seam: Seam, size: int, wanted: Bools | None = None) -> tuple[Blocks, Blocks]:
    """Blocks of what is kept, and of what is painted, with `size` pixels a side.

    wanted: h x w, the blocks to look at, all without it; the others are as if they held nothing.
    """
    height, width = seam.painted.shape
    shape = -(-height // size), -(-width // size)
    wanted = np.ones(shape, bool) if wanted is None else wanted
    sums = np.zeros((2, *shape, 7))
    over_rows(_observe_rows, shape[0], seam, size, wanted, sums, at_least=4)
    count = np.maximum(sums[..., :1], 1)
    mean = sums / count
    parts = [Blocks(sums[i, ..., 0], mean[i, ..., 1], mean[i, ..., 2:6], mean[i, ..., 6]) for i in (0, 1)]
    return parts[0], parts[1]


def _observe_rows(start: int, stop: int, seam: Seam, size: int, wanted: Bools, sums: Field) -> None:
    """Fill block rows start..stop of the sums: count, luma, four fine residuals and a coarse one."""
    window = Frame(0, 0, seam.painted.shape[1], seam.painted.shape[0])
    for block in range(start, stop):
        turns = np.flatnonzero(np.diff(wanted[block], prepend=False, append=False))
        for first, last in turns.reshape(-1, 2).tolist():  # one run of wanted blocks after another
            run = Frame(first * size, block * size, (last - first) * size, size) & window
            painted, kept, grid = _planes(seam, run, window)
            fine, coarse = np.abs(_residual(grid, 1)), np.abs(_residual(grid[3:], 2))
            light, edges = grid[3:, 2:-2, 2:-2], np.arange(0, run.width, size)
            for part, mask in enumerate((kept, painted)):
                if mask.any():
                    inside = _eroded(mask).astype(np.float32)
                    totals = [np.einsum("phw,hw->pw", values, inside) for values in (light, fine, coarse)]
                    by_column = np.concatenate([inside.sum(0)[None], *totals])
                    sums[part, block, first:last] = np.add.reduceat(by_column, edges, axis=1).T


def _planes(seam: Seam, run: Frame, window: Frame) -> tuple[Bools, Bools, Grid]:
    """Of a run and two pixels around it: what is painted, what is kept, and 4 x H x W of red, green, blue, luma.

    Pixels are 0 where they are neither; beyond the window its border is repeated.
    """
    around = run.padded(2)
    inside = around & window
    cut = inside.inside(window)
    above, below = inside.top - around.top, around.bottom - inside.bottom
    rim = (above, below), (inside.left - around.left, around.right - inside.right)
    painted, known = seam.painted[cut], seam.known[cut]
    image = seam.answer[cut]
    if not painted.all():
        image = np.where(painted[..., None], image, np.where(known[..., None], seam.pixels[cut], np.float32(0)))
    image = np.pad(image, (*rim, (0, 0)), "edge")
    grid = np.empty((4, *image.shape[:2]), np.float32)
    grid[:3] = image.transpose(2, 0, 1)
    grid[3] = LUMA[0] * grid[0] + LUMA[1] * grid[1] + LUMA[2] * grid[2]
    return np.pad(painted, rim, "edge"), np.pad(known & ~painted, rim, "edge"), grid


def _residual(grid: npt.NDArray[np.float32], taps: int) -> npt.NDArray[np.float32]:
    """Second differences both ways, for the pixels two or more from the grid's rim."""
    inner = grid[:, 2 - taps : grid.shape[1] - 2 + taps, 2 - taps : grid.shape[2] - 2 + taps]
    down: npt.NDArray[np.float32] = inner[:, 2 * taps :] - 2 * inner[:, taps:-taps] + inner[:, : -2 * taps]
    across: npt.NDArray[np.float32] = down[:, :, 2 * taps :] - 2 * down[:, :, taps:-taps] + down[:, :, : -2 * taps]
    return across


def _eroded(mask: Bools) -> Bools:
    """True two or more from the rim where the 5 x 5 neighbours are all true."""
    rows = mask[:-4] & mask[1:-3] & mask[2:-2] & mask[3:-1] & mask[4:]
    return rows[:, :-4] & rows[:, 1:-3] & rows[:, 2:-2] & rows[:, 3:-1] & rows[:, 4:]


def level(blocks: Blocks, chosen: Bools) -> Level | None:
    """The noise of the chosen blocks; None if there are too few to tell."""
    light, fine, coarse = blocks.light[chosen], blocks.fine[chosen], blocks.coarse[chosen]
    exposed = (light > 0.02) & (light < 0.98)
    light, fine, coarse = light[exposed], fine[exposed], coarse[exposed]
    if len(light) < 4:
        return None
    overall = np.quantile(fine, QUANTILE, axis=0)
    by_tone = np.empty((len(TONES), 3))
    for i, tone in enumerate(TONES):
        weight = np.exp(-(((light - tone) / 0.12) ** 2) / 2) + 1e-3
        for channel in range(3):
            by_tone[i, channel] = _weighted_quantile(fine[:, channel], weight, QUANTILE)
    # A tone of which only texture was seen says little about noise.
    by_tone = np.minimum(by_tone, 2 * overall[:3])
    smooth = fine[:, 3] <= overall[3] * 1.1
    ratio = coarse[smooth].mean() / max(float(fine[smooth, 3].mean()), 1e-9)
    share = float(np.interp(ratio, gain(SHARES, 2) / gain(SHARES, 1), SHARES))
    return Level(by_tone, share, _common(overall))


def _common(fine: Field) -> float:
    """The correlation c of the channels: var(luma) = (1 - c) sum (w_i s_i)^2 + c (sum w_i s_i)^2."""
    parts = LUMA * fine[:3]
    alone, together = float((parts**2).sum()), float(parts.sum() ** 2)
    if together <= alone:
        return 1.0
    common = (float(fine[3]) ** 2 - alone) / (together - alone)
    return 1.0 if common > 0.98 else max(common, 0.0)


def _weighted_quantile(values: Field, weight: Field, quantile: float) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(reached, quantile * reached[-1])])
