"""How far the answer is off at its seam: measured across it, averaged along it, doubted where it may be content.

Painters give known pixels back as they are, so the error shows only as a step between two pixels that were
never one. Four strips lie across each seam edge, A2 and A1 in the answer, K1 and K2 in the picture:

    step = K1 - A1 - minmod(A1 - A2, K2 - K1) * (distance of K1 and A1) / (distance of K1 and K2)

A steady gradient has no step (minmod, the limiter of finite volumes, takes the smaller of two slopes that
agree in sign, else 0). What differs within either side as much as across the seam is texture or an edge, not
a step: the estimate shrinks by 1 - noise^2 / step^2 (James and Stein 1961). Places that disagree with the
seam at large, a tree that ends at it, lose their vote (Geman and McClure's weights) and are bridged.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outpaint.blend.cells import Cells, Field, Index, smooth
from outpaint.blend.protocol import Seam
from outpaint.pixels import Bools, Pixels

Values = npt.NDArray[np.floating]
"""N x 3, one row per seam edge."""

Curve = Callable[[Values], Values]
"""The scale on which values are compared: linear light levels or their logarithms."""

FLOOR = 3 * (0.5 / 255) ** 2
"""Squared step, summed over channels, below which nothing is a step: half a level of 8 bits."""

DOUBT = 1.5
"""How often its noise the square of a step must hold before it counts; 1 would be the unbiased choice."""


@dataclass(frozen=True)
class Gauge:
    """What is compared at a seam.

    near: depth of the strips A1 and K1 in pixels. far: how much deeper A2 and K2 lie.
    scales: radii in cells over which steps are averaged along the seam, wide ones first; each finer one is
        believed only as far as it differs from the wider one by more than its own noise.
    wide: radius in cells for what counts as the seam at large in votes.
    tolerance: deviation from the seam at large that takes three quarters of a place's vote, on the curve's scale.
    """

    near: int
    far: int
    scales: tuple[int, ...]
    wide: int
    tolerance: float
    curve: Curve


@dataclass(frozen=True)
class Edges:
    """All pairs of a painted pixel and a kept one beside it; N x 3 values, N flags where a far strip exists."""

    cell: Index
    across: Values
    inner: Values
    has_inner: Bools
    outer: Values
    has_outer: Bools


def measure(seam: Seam, cells: Cells, gauge: Gauge) -> tuple[Field, npt.NDArray[np.float64]] | None:
    """What to add to the answer at the seam (h x w x 3), and trust in it (h x w, 0..1, 0 off the seam).

    None if there is no seam: nothing painted, or nothing known beside it.
    """
    edges = _edges(seam, cells, gauge)
    cell, difference = _overlap(seam, cells, gauge)
    everywhere = np.concatenate([edges.cell, cell])
    if not len(everywhere):
        return None
    vote = _votes(cells, gauge, everywhere, np.concatenate([edges.across, difference]))
    edge_vote, overlap_vote = vote[: len(edges.cell)], vote[len(edges.cell) :]

    step: Field = np.zeros((*cells.shape, 3))
    for radius in gauge.scales:
        finer, noise, step_weight = _steps(cells, radius, gauge, edges, edge_vote)
        step = step + _shrunk(finer - step, noise)
    same, same_weight = _mean(cells, gauge.scales[-1], cell, difference, overlap_vote)
    weight = step_weight + same_weight
    data = (step * step_weight + same * same_weight) / np.maximum(weight, 1e-9)
    count = cells.total(everywhere, np.ones((len(everywhere), 1)))
    trust = weight / np.maximum(smooth(count, gauge.scales[-1]), 1e-9)
    return data, np.where(count > 0, np.clip(trust, 0, 1), 0.0)[..., 0]


def _edges(seam: Seam, cells: Cells, gauge: Gauge) -> Edges:
    """Gather the four strips for each of the four directions from a painted pixel to a kept one."""
    kept = seam.known & ~seam.painted
    found = []
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        y, x = _facing(seam.painted, kept, dy, dx)
        a1, _ = _strip(seam.answer, seam.painted, gauge, y, x, -dy, -dx, 0)
        k1, _ = _strip(seam.pixels, kept, gauge, y + dy, x + dx, dy, dx, 0)
        a2, has_a2 = _strip(seam.answer, seam.painted, gauge, y, x, -dy, -dx, gauge.far)
        k2, has_k2 = _strip(seam.pixels, kept, gauge, y + dy, x + dx, dy, dx, gauge.far)
        found.append((cells.of(y, x), k1 - a1, a1 - a2, has_a2, k2 - k1, has_k2))
    return Edges(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _facing(painted: Bools, kept: Bools, dy: int, dx: int) -> tuple[Index, Index]:
    """Rows and columns of painted pixels whose neighbour at (dy, dx) is kept."""
    height, width = painted.shape
    top, left = max(0, -dy), max(0, -dx)
    here = np.s_[top : height - max(0, dy), left : width - max(0, dx)]
    there = np.s_[top + dy : height - max(0, dy) + dy, left + dx : width - max(0, dx) + dx]
    y, x = np.nonzero(painted[here] & kept[there])
    return y + top, x + left


def _strip(
    pixels: Pixels, inside: Bools, gauge: Gauge, y: Index, x: Index, dy: int, dx: int, start: int
) -> tuple[Values, Bools]:
    """Mean of `near` pixels that begin `start` pixels down a line, and whether the line got that far inside."""
    height, width = inside.shape
    total = np.zeros((len(y), 3), np.float32)
    count = np.zeros(len(y), np.float32)
    alive = np.ones(len(y), bool)
    for depth in range(start + gauge.near):
        row, column = y + dy * depth, x + dx * depth
        alive &= (row >= 0) & (row < height) & (column >= 0) & (column < width)
        row, column = np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)
        alive &= inside[row, column]
        if depth >= start:
            total[alive] += gauge.curve(pixels[row[alive], column[alive]])
            count += alive
    return total / np.maximum(count, 1)[:, None], count > 0


def _overlap(seam: Seam, cells: Cells, gauge: Gauge) -> tuple[Index, Values]:
    """Picture minus answer at every pixel that both have."""
    y, x = np.nonzero(seam.known & seam.painted)
    return cells.of(y, x), gauge.curve(seam.pixels[y, x]) - gauge.curve(seam.answer[y, x])


def _votes(cells: Cells, gauge: Gauge, cell: Index, values: Values) -> Values:
    """N x 1: 1 for values like those of the seam at large, towards 0 for outliers; three rounds of reweighting."""
    vote = np.ones((len(values), 1), np.float32)
    for _ in range(3):
        common, _ = _mean(cells, gauge.wide, cell, values, vote)
        apart = values - common.reshape(-1, 3)[cell]
        square = (apart**2).mean(1, keepdims=True) / gauge.tolerance**2
        vote = (1 / (1 + square) ** 2).astype(np.float32)
    return vote


def _steps(cells: Cells, radius: int, gauge: Gauge, edges: Edges, vote: Values) -> tuple[Field, Field, Field]:
    """Around each cell: the step without its trend, the square of what is doubtful in it, and its weight."""
    across, weight = _mean(cells, radius, edges.cell, edges.across, vote)
    inner, inner_weight = _mean(cells, radius, edges.cell, edges.inner, vote * edges.has_inner[:, None])
    outer, outer_weight = _mean(cells, radius, edges.cell, edges.outer, vote * edges.has_outer[:, None])
    agree = np.minimum(np.abs(inner), np.abs(outer)) * (inner * outer > 0)
    trend = np.sign(inner) * agree
    noise = inner_weight * (inner - trend) ** 2 + outer_weight * (outer - trend) ** 2
    sides = smooth(inner_weight + outer_weight, radius)
    noise = smooth(noise, radius).sum(-1, keepdims=True) / np.maximum(sides, 1e-9)
    return across - trend * (gauge.near / gauge.far), noise, weight


def _shrunk(step: Field, noise: Field) -> Field:
    """The step as far as it exceeds its noise, all channels alike so that no hue is invented."""
    power = (step**2).sum(-1, keepdims=True)
    share: Field = np.clip(1 - (DOUBT * noise + FLOOR) / np.maximum(power, 1e-12), 0, 1)
    return step * share


def _mean(cells: Cells, radius: int, cell: Index, values: Values, weight: Values) -> tuple[Field, Field]:
    """Weighted mean around each cell, and the weight it rests on; 0 where there is nothing."""
    sums = smooth(cells.total(cell, np.concatenate([values * weight, weight], 1)), radius)
    found = np.where(sums[..., 3:] > 1e-6, sums[..., 3:], 0.0)
    return np.where(found > 0, sums[..., :3] / np.maximum(found, 1e-6), 0.0), found
