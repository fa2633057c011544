"""The engine: completion from coarse to fine by patches that agree with each other (Wexler et al. 2007).

At every level the field of source patches is improved by PatchMatch, then all patches vote for the colours,
and again. The field, not the colours, goes up the pyramid; the last vote reads the photo itself.

Coarse patches may change their colour a little, so that a sky goes on getting darker beyond the border
although nothing so dark was ever seen. Their changes become one smooth field, `glow`, which finer levels
take out of the canvas before they search and which the last vote puts back.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outpaint.events import Notice, Progress
from outpaint.nearest import nearest_known
from outpaint.painters.patch import field as fields
from outpaint.painters.patch.field import Field
from outpaint.painters.patch.large import reduced, rendered
from outpaint.painters.patch.means import mean_colours, softened
from outpaint.painters.patch.order import uprightness
from outpaint.painters.patch.plain import repeated, with_bars
from outpaint.painters.patch.pyramid import MARGIN, Level, Points, build, patch_radius, sizes, textured
from outpaint.painters.patch.saliency import barrier
from outpaint.painters.patch.seam import finish
from outpaint.painters.patch.smooth import Floats, continued
from outpaint.painters.protocol import Brief, Pixels, Steps, View
from outpaint.parallel import over_rows

CROWD = 30.0
"""What using a source patch as often as the average costs, in squared levels per sample."""

ROW = 2500.0
"""What a source row a whole picture height away costs, in squared levels per sample."""

MIRRORED = 120.0
"""What a patch of the mirror image costs, in squared levels per sample."""

SALIENT = 12.0
"""What copying a salient patch costs, in squared levels per sample for each level of its barrier."""

FREEDOM = 24.0
"""By how many levels a coarse patch may change its colour."""

FREE_LEVELS = 3
"""On how many levels, from the coarsest, patches may do so."""

VOTERS = 3
"""Radius in which patches vote for a colour while there is no picture yet to be blurred by."""

FINE_VOTERS = 1
"""The same on finer levels, where there is one."""

SOFT_ROUNDS, SOFT_VOTERS = 2, 1
"""How many of the very first rounds compare means only, and the radius of the votes in them."""

BOND = 20.0
"""What each of four neighbours that continues the same piece saves, in squared levels per sample."""

ROUNDS = (12, 10, 5, 2, 1)
"""Rounds of search and vote per level, from the coarsest."""


@dataclass(frozen=True)
class Rules:
    """What holds on every level.

    pull: the row prior in squared levels per sample. salience: see `barrier`. shape: of the finest level.
    """

    pull: float
    salience: Floats
    seed: int
    shape: tuple[int, int]


def paint(view: View, brief: Brief) -> Steps:
    """Fill the holes with patches of what is known; yields a Progress per level."""
    known = ~view.holes
    if known.all():
        return view.pixels.copy()
    if not known.any():
        return np.full_like(view.pixels, 0.5)
    whole = repeated(view.pixels, known)
    if whole is not None:
        return whole
    if patch_radius(known) < 2:
        return view.pixels[nearest_known(known)]
    if not compiled():
        yield Notice("compiling the patch engine for this machine, once; the next run starts at once")
    answer, left = with_bars(view.pixels, known)
    if (~known)[left].any():
        inner = View(view.pixels[left], view.unknown[left], view.frame)
        small, factor = reduced(inner)
        painted, field, offset = yield from patched(small, brief.seed)
        if factor > 1:
            painted = rendered(inner, field, offset, factor)
        if painted.shape == answer.shape:
            return painted
        answer = np.where(view.holes[..., None], answer, view.pixels)
        answer[left] = painted
    return answer


def patched(view: View, seed: int) -> Generator[Progress, None, tuple[Pixels, Field, Floats]]:
    """The same for a picture that has no plain continuation; also its field and its change of tones."""
    known = ~view.holes
    radius = patch_radius(known)
    pixels = np.rint(np.clip(view.pixels, 0, 1) * 255).astype(np.uint8) * known[..., None]
    pyramid = sizes(textured(pixels, known), known, radius)[::-1]
    level = build(*pyramid[0], radius)
    rules = Rules(ROW * uprightness(level), barrier(*pyramid[0]), seed % (1 << 31), known.shape)
    yield Progress(0, len(pyramid), "patch")
    points = level.patch_points
    start(level)
    field = fields.first(level, points, rules.seed)
    field, glow = complete(level, field, points, 0, rules)
    for number, (small, mask) in enumerate(pyramid[1:], 1):
        yield Progress(number, len(pyramid), "patch")
        fine = build(small, mask, radius)
        points = fine.patch_points
        field = fields.enlarged(field, level, fine, points)
        glow = enlarged(glow, fine.target.shape)
        level = fine
        field, glow = complete(level, field, points, number, rules, glow)
    yield Progress(len(pyramid), len(pyramid), "patch")
    answer, offset = finish(view, level, field, glow)
    return answer, field, offset


def compiled() -> bool:
    """Whether the compiled kernels of this very source lie in numba's cache."""
    from outpaint.painters.patch import kernels

    source = Path(kernels.__file__)
    index = Path(str(kernels.search.stats.cache_path)).glob(f"{source.stem}.search-*.nbi")
    return any(entry.stat().st_mtime >= source.stat().st_mtime for entry in index)


def start(level: Level) -> None:
    """First colours: the known ones, continued smoothly."""
    known = np.pad(level.known, MARGIN)
    smooth = continued(level.canvas.astype(np.float32), known)
    level.canvas[level.target] = np.rint(smooth)[level.target]


def enlarged(glow: Floats, shape: tuple[int, int]) -> Floats:
    """A field on a level's canvas, on the canvas of the next finer one."""
    from PIL import Image

    height, width = shape
    left = MARGIN / 2
    box = (left, left, min(left + width / 2, glow.shape[1]), min(left + height / 2, glow.shape[0]))
    planes = [
        np.asarray(Image.fromarray(glow[..., c]).resize((width, height), Image.Resampling.BILINEAR, box))
        for c in range(3)
    ]
    return np.stack(planes, axis=2)


def complete(
    level: Level, field: Field, points: Points, number: int, rules: Rules, glow: Floats | None = None
) -> tuple[Field, Floats]:
    """Search and vote in turn; the canvas of the level is filled on the way."""
    from outpaint.painters.patch import kernels

    samples = 4 * (2 * level.radius + 1) ** 2
    home = fields.home_rows(level)
    row_cost = np.float32(samples * rules.pull / level.known.shape[0])
    bond = np.float32(samples * BOND)
    cost = np.zeros(field.shape[1:], np.float32)
    out = np.zeros((*field.shape[1:], 4), np.float32)
    trust = fields.trusted(level.target)
    free = number < FREE_LEVELS
    freedom = np.float32(FREEDOM if free else 0)
    none = np.zeros((0, 0, 3), np.float32)
    shift, target_mean, source_mean = none, none, none
    if free:
        source_mean = mean_colours(level.source, level.radius)
        shift = np.zeros((*field.shape[1:], 3), np.float32) if glow is None else glow
    elif glow is not None:
        bare = level.canvas[..., :3] - glow
        level.canvas[..., :3] = np.where(level.target[..., None], 0, np.clip(np.rint(bare), 0, 255))
    colour_points = level.colour_points
    canvas = level.canvas.reshape(level.canvas.shape[0], -1)
    source = level.source.reshape(level.source.shape[0], -1)
    valid = level.valid.view(np.uint8)
    reach = max(level.valid.shape) if number == 0 else 16 if number < 4 else 4
    fixed = standing_charge(level, rules.salience) * np.float32(samples)

    def votes(weight: Floats, radius: int) -> None:
        over_rows(
            kernels.vote,
            len(colour_points[0]),
            *colour_points,
            level.pixels,
            field,
            weight,
            shift,
            min(radius, level.radius),
            out,
            at_least=1024,
        )
        level.canvas[colour_points] = np.clip(np.rint(out[colour_points]), 0, 255)

    if number > 0:
        votes(trust, VOTERS if free else FINE_VOTERS)
    soft_canvas, soft_source = canvas, source
    if number == 0:
        soft_canvas, soft_source = softened(level)
    rounds = ROUNDS[min(number, len(ROUNDS) - 1)]
    last = level.known.shape == rules.shape and not free
    for round_ in range(rounds):
        soft = number == 0 and round_ < SOFT_ROUNDS
        charge = fixed + fields.crowding(level, field, points, CROWD * samples)
        if free:
            seen = soft_canvas.reshape(level.canvas.shape) if soft else level.canvas
            target_mean = mean_colours(seen, level.radius)
        for step in (4, 2, 1) if number == 0 else (2, 1) if number < 3 else (1,):
            new = field.copy()
            dice = (rules.seed * 7919 + number * 311 + round_ * 31 + step) % (1 << 31)
            over_rows(
                kernels.search,
                len(points[0]),
                *points,
                soft_canvas if soft else canvas,
                soft_source if soft else source,
                valid,
                charge,
                home,
                row_cost,
                bond,
                target_mean,
                source_mean,
                freedom,
                field,
                new,
                cost,
                level.radius,
                step,
                reach,
                dice,
                at_least=1024,
            )
            field = new
        if free:
            apart = target_mean[points] - source_mean[field[0][points], field[1][points]]
            shift[points] = np.clip(apart, -freedom, freedom)
        if last and round_ == rounds - 1:
            break
        spread = np.float32(max(1.0, float(np.percentile(cost[points], 75))))
        votes(
            trust * np.exp(-np.maximum(cost, 0) / (2 * spread)),
            SOFT_VOTERS if soft else VOTERS if free else FINE_VOTERS,
        )
    if free:
        every = np.nonzero(np.ones(level.target.shape, bool))
        ys, xs = every[0].astype(np.int32), every[1].astype(np.int32)
        blank = np.zeros_like(level.pixels[..., :3])
        glow = np.zeros_like(shift)
        over_rows(kernels.vote, len(ys), ys, xs, blank, field, trust, shift, level.radius, glow)
    assert glow is not None
    return field, glow


def standing_charge(level: Level, salience: Floats) -> Floats:
    """What every source patch costs at any time, in squared levels per sample."""
    height, width = level.known.shape
    rows = np.minimum(np.arange(height) * salience.shape[0] // height, salience.shape[0] - 1)
    columns = np.minimum(np.arange(width) * salience.shape[1] // width, salience.shape[1] - 1)
    charge = np.float32(SALIENT) * salience[rows][:, columns]
    return np.concatenate([charge, charge[:, ::-1] + np.float32(MIRRORED)], axis=1)
