"""What the hole looks like from afar: completion by patches that agree with each other (Wexler et al. 2007).

At every coarse level the field of source patches is improved by PatchMatch, then all patches vote for the
colours, and again. The field, not the colours, goes up the pyramid. Its shifts are offered to the labelling,
its colours guide it.

Coarse patches may change their colour a little, so that a sky goes on getting darker beyond the border
although nothing so dark was ever seen. Their changes become one smooth field, `glow`, which finer levels
take out of the canvas before they search.
"""

from dataclasses import dataclass

import numpy as np

from outpaint.painters.patch import field as fields
from outpaint.painters.patch.field import Field
from outpaint.painters.patch.means import mean_colours, softened
from outpaint.painters.patch.pyramid import MARGIN, Level, Points
from outpaint.painters.patch.smooth import Floats, continued
from outpaint.parallel import over_rows

CROWD = 30.0
"""What using a source patch as often as the average costs, in squared levels per sample."""

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
"""Rounds of search and vote per level, from the coarsest, until pieces are chosen."""

LAST_ROUNDS = 1
"""The same on the level after that; more of them find nothing better."""


@dataclass(frozen=True)
class Rules:
    """What holds on every level.

    pull: the row prior in squared levels per sample. salience: see `barrier`.
    """

    pull: float
    salience: Floats
    seed: int


@dataclass(frozen=True)
class Completion:
    """A level whose canvas is filled, the field it is filled by, and what that changed in tones."""

    level: Level
    field: Field
    glow: Floats
    number: int


def completed(level: Level, rules: Rules, coarser: Completion | None, last: bool = False) -> Completion:
    """The picture at one size, from the next coarser one on; last: no finer one will ask for its `glow`."""
    points = level.patch_points
    number = 0 if coarser is None else coarser.number + 1
    if coarser is None:
        start(level)
        field = fields.first(level, points, rules.seed)
        return Completion(level, *complete(level, field, points, number, rules), number)
    field = fields.enlarged(coarser.field, coarser.level, level, points)
    glow = enlarged(coarser.glow, level.target.shape)
    return Completion(level, *complete(level, field, points, number, rules, glow, last), number)


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
    level: Level,
    field: Field,
    points: Points,
    number: int,
    rules: Rules,
    glow: Floats | None = None,
    last: bool = False,
) -> tuple[Field, Floats]:
    """Search and vote in turn; the canvas of the level is filled on the way."""
    from outpaint.painters.patch import search_kernels

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
            search_kernels.vote,
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
    for round_ in range(LAST_ROUNDS if last else ROUNDS[min(number, len(ROUNDS) - 1)]):
        soft = number == 0 and round_ < SOFT_ROUNDS
        charge = fixed + fields.crowding(level, field, points, CROWD * samples)
        if free:
            seen = soft_canvas.reshape(level.canvas.shape) if soft else level.canvas
            target_mean = mean_colours(seen, level.radius)
        for step in (4, 2, 1) if number == 0 else (2, 1) if number < 3 else (1,):
            new = field.copy()
            dice = (rules.seed * 7919 + number * 311 + round_ * 31 + step) % (1 << 31)
            over_rows(
                search_kernels.search,
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
        spread = np.float32(max(1.0, float(np.percentile(cost[points], 75))))
        votes(
            trust * np.exp(-np.maximum(cost, 0) / (2 * spread)),
            SOFT_VOTERS if soft else VOTERS if free else FINE_VOTERS,
        )
    if free and not last:
        every = np.nonzero(np.ones(level.target.shape, bool))
        ys, xs = every[0].astype(np.int32), every[1].astype(np.int32)
        blank = np.zeros_like(level.pixels[..., :3])
        glow = np.zeros_like(shift)
        over_rows(search_kernels.vote, len(ys), ys, xs, blank, field, trust, shift, level.radius, glow)
    assert glow is not None
    return field, glow


def standing_charge(level: Level, salience: Floats) -> Floats:
    """What every source patch costs at any time, in squared levels per sample."""
    height, width = level.known.shape
    rows = np.minimum(np.arange(height) * salience.shape[0] // height, salience.shape[0] - 1)
    columns = np.minimum(np.arange(width) * salience.shape[1] // width, salience.shape[1] - 1)
    charge = np.float32(SALIENT) * salience[rows][:, columns]
    return np.concatenate([charge, charge[:, ::-1] + np.float32(MIRRORED)], axis=1)
