"""The engine: completion from coarse to fine by patches that agree with each other (Wexler et al. 2007).

At every level the field of source patches is improved by PatchMatch, then all patches vote for the colours,
and again. The field, not the colours, goes up the pyramid; the last vote reads the photo itself.
"""

from pathlib import Path

import numpy as np

from outpaint.events import Notice, Progress
from outpaint.nearest import nearest_known
from outpaint.painters.patch import field as fields
from outpaint.painters.patch.field import Field
from outpaint.painters.patch.order import uprightness
from outpaint.painters.patch.pyramid import MARGIN, Level, Points, build, patch_radius, sizes
from outpaint.painters.protocol import Brief, Pixels, Steps, View
from outpaint.parallel import over_rows

CROWD = 12.0
"""What using a source patch as often as the average costs, in squared levels per sample."""

ROW = 1500.0
"""What a source row a whole picture height away costs, in squared levels per sample."""


def paint(view: View, brief: Brief) -> Steps:
    """Fill the holes with patches of what is known; yields a Progress per level."""
    known = ~view.holes
    if known.all():
        return view.pixels.copy()
    if not known.any():
        return np.full_like(view.pixels, 0.5)
    if not compiled():
        yield Notice("compiling the patch engine for this machine, once; the next run starts at once")
    pixels = np.rint(np.clip(view.pixels, 0, 1) * 255).astype(np.uint8) * known[..., None]
    radius = patch_radius(known)
    pyramid = sizes(pixels, known, radius)
    coarse: Level | None = None
    field: Field | None = None
    pull = 0.0
    seed = brief.seed % (1 << 31)
    for number, (small, mask) in enumerate(reversed(pyramid)):
        yield Progress(number, len(pyramid), "patch")
        level = build(small, mask, radius)
        points = level.patch_points
        if coarse is None or field is None:
            pull = ROW * uprightness(level)
            field = fields.first(level, points, seed)
            start(level)
        else:
            field = fields.enlarged(field, coarse, level, points)
        rounds = (10, 6, 4, 2, 2, 1)[min(number, 5)]
        field = complete(level, field, points, rounds, pull, seed, fresh=coarse is None)
        coarse = level
    assert coarse is not None and field is not None
    yield Progress(len(pyramid), len(pyramid), "patch")
    return finish(view, coarse, field)


def compiled() -> bool:
    """Whether the compiled kernels of this very source lie in numba's cache."""
    from outpaint.painters.patch import kernels

    source = Path(kernels.__file__)
    index = Path(str(kernels.search.stats.cache_path)).glob(f"{source.stem}.search-*.nbi")
    return any(entry.stat().st_mtime >= source.stat().st_mtime for entry in index)


def start(level: Level) -> None:
    """First colours: of the nearest known pixel."""
    known = np.pad(level.known, MARGIN)
    rows, columns = nearest_known(known)
    level.canvas[level.target] = level.canvas[rows, columns][level.target]


def complete(level: Level, field: Field, points: Points, rounds: int, pull: float, seed: int, fresh: bool) -> Field:
    """Search and vote in turn; the canvas of the level is filled on the way."""
    from outpaint.painters.patch import kernels

    samples = 3 * (2 * level.radius + 1) ** 2
    home = fields.home_rows(level)
    row_cost = np.float32(samples * pull / level.known.shape[0])
    cost = np.zeros(field.shape[1:], np.float32)
    out = np.zeros((*field.shape[1:], 3), np.float32)
    trust = fields.trusted(level.target)
    colour_points = level.colour_points
    canvas = level.canvas.reshape(level.canvas.shape[0], -1)
    source = level.source.reshape(level.source.shape[0], -1)
    valid = level.valid.view(np.uint8)
    reach = max(level.valid.shape) if fresh else 16

    def votes(weight: np.ndarray) -> None:
        over_rows(
            kernels.vote,
            len(colour_points[0]),
            *colour_points,
            level.pixels,
            field,
            weight,
            level.radius,
            out,
            at_least=1024,
        )
        level.canvas[colour_points] = np.rint(out[colour_points])

    if not fresh:
        votes(trust)
    for number in range(rounds):
        crowd = fields.crowding(level, field, points, CROWD * samples)
        for step in (4, 2, 1) if fresh else (2, 1):
            new = field.copy()
            over_rows(
                kernels.search,
                len(points[0]),
                *points,
                canvas,
                source,
                valid,
                crowd,
                home,
                row_cost,
                field,
                new,
                cost,
                level.radius,
                step,
                reach,
                (seed * 7919 + number * 31 + step) % (1 << 31),
                at_least=1024,
            )
            field = new
        at_points = cost[points]
        spread = np.float32(max(1.0, float(np.percentile(at_points, 75))))
        votes(trust * np.exp(-cost / (2 * spread)))
    return field


def finish(view: View, level: Level, field: Field) -> Pixels:
    """The last vote, in the photo's own precision."""
    from outpaint.painters.patch import kernels

    answer = view.pixels.copy()
    padded = np.zeros((*field.shape[1:], 3), np.float32)
    over_rows(
        kernels.vote,
        len(level.colour_points[0]),
        *level.colour_points,
        view.pixels,
        field,
        fields.trusted(level.target),
        level.radius,
        padded,
        at_least=1024,
    )
    inner = padded[MARGIN:-MARGIN, MARGIN:-MARGIN]
    answer[view.holes] = inner[view.holes]
    return answer
