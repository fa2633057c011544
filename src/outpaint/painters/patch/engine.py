"""The engine: a rough picture by patches, whole pieces of the photo that come close to it, joints that do not show.

`search` completes a small copy by patches. `offsets` asks it, and the photo's border, which shifts of the
photo might continue it; `labelling` puts the hole together from them and from what the search found, here and
once more on the next finer level; every level after that sets their exact place. `bending` leads lines across
the joints. `compose` copies the pixels from the photo itself, so that it stays as sharp as it was, and lets
their tones meet.
"""

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from outpaint.events import Notice, Progress
from outpaint.nearest import nearest_known
from outpaint.painters.patch.bending import bent
from outpaint.painters.patch.compose import composed
from outpaint.painters.patch.field import woven
from outpaint.painters.patch.labelling import Costs, assembled, cuts, finer, revised
from outpaint.painters.patch.large import enlarged, reduced
from outpaint.painters.patch.offsets import ASIDE, Shift, Tolls, offered, reflections
from outpaint.painters.patch.order import uprightness
from outpaint.painters.patch.pieces import Pieces
from outpaint.painters.patch.plain import repeated, sloped, with_bars
from outpaint.painters.patch.pyramid import Bools, Level, patch_radius, sizes, textured
from outpaint.painters.patch.saliency import barrier
from outpaint.painters.patch.search import Completion, Rules, completed, standing_charge
from outpaint.painters.protocol import Brief, Pixels, Steps, View
from outpaint.parallel import at_once

ROW = 2500.0
"""What a source row a whole picture height away costs, in squared levels per sample."""

HEIGHT, SUBJECT = 1 / 3, 1 / 8
"""What the search charges for a row, and for a subject, counts so much among pieces, whose joints are rarer than
patches."""

AGAIN = 0.2
"""Subjects may be shown again if that saves such a share of what is seen of cuts: where the border cuts one, nothing
else goes on there."""

LABELLED = 6000
"""Unknown pixels of the level on which pieces are chosen; finer ones only refine them."""

VARIETY = 70.0
"""By how much, in squared levels, a seed makes shifts dearer, each differently; seed 0 takes the best as it is."""


def paint(view: View, brief: Brief) -> Steps:
    """Fill the holes with pieces of what is known; yields a Progress per level."""
    known = ~view.holes
    if known.all():
        return view.pixels.copy()
    if not known.any():
        return np.full_like(view.pixels, 0.5)
    for plain in (repeated, sloped):
        whole = plain(view.pixels, known)
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
        pieces = yield from patched(small.pixels, ~small.holes, brief.seed)
        if factor == 1:
            painted = composed(inner.pixels, ~inner.holes, pieces)
        else:
            painted = enlarged(inner, small, pieces, factor)
        if painted.shape == answer.shape:
            return painted
        answer = np.where(view.holes[..., None], answer, view.pixels)
        answer[left] = painted
    return answer


def patched(pixels: Pixels, known: Bools, seed: int) -> Generator[Progress, None, Pieces]:
    """The pieces for a picture that has no plain continuation."""
    radius = patch_radius(known)
    levels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8) * known[..., None]
    pyramid = sizes(textured(levels, known), known, radius)[::-1]
    pull = ROW * uprightness(pyramid[0])
    rules = Rules(pull, barrier(pyramid[0].pixels, pyramid[0].known), seed % (1 << 31))
    small, large = _split(pyramid)
    rough: Completion | None = None
    for number, level in enumerate(small):
        yield Progress(number, len(pyramid) + 1, "patch")
        rough = completed(level, rules, rough)
    assert rough is not None
    first = partial(chosen, rough, rules)
    if large:
        yield Progress(len(small), len(pyramid) + 1, "patch")
        (pieces, rules), rough = at_once(first, partial(completed, large[0], rules, rough, last=True))
        prices = costs(rough, rules, reflections(rough.level), 1)
        pieces = revised(pieces, rough.level, woven(rough.level, rough.field), prices)
    else:
        pieces, rules = first()
    for number, level in enumerate(large[1:], len(small) + 1):
        yield Progress(number, len(pyramid) + 1, "patch")
        pieces = finer(pieces, level, HEIGHT * rules.pull)
    yield Progress(len(pyramid), len(pyramid) + 1, "patch")
    return bent(pixels, known, pieces)


def chosen(rough: Completion, rules: Rules) -> tuple[Pieces, Rules]:
    """Shifts are offered, and the hole is put together from them; the pieces, and the rules they keep."""
    level, found = rough.level, woven(rough.level, rough.field)
    whole = reflections(level)
    shifts = offered(level, found, whole, rules.pull / len(level.known))
    lenient = replace(rules, salience=np.zeros_like(rules.salience))
    once, again = at_once(
        *(partial(assembled, level, found, shifts, costs(rough, some, whole, 0)) for some in (rules, lenient))
    )
    if cuts(level, again) <= (1 - AGAIN) * cuts(level, once):
        return again, lenient
    return once, rules


def costs(rough: Completion, rules: Rules, whole: dict[Shift, float], finer: int) -> Costs:
    """What pieces pay on a level that is finer by so many than the one they are chosen on."""
    level = rough.level
    price = standing_charge(level, rules.salience)[:, : level.known.shape[1]] * np.float32(SUBJECT)
    tolls = Tolls(whole, ASIDE << finer, finer, VARIETY, rules.seed)
    return Costs(HEIGHT * rules.pull, np.ascontiguousarray(price), tolls, 0.5**finer)


def _split(pyramid: list[Level]) -> tuple[list[Level], list[Level]]:
    """The sizes on which a picture is searched before pieces are chosen, and the finer ones; both coarsest first."""
    count = next((n for n, level in enumerate(pyramid) if n and (~level.known).sum() > LABELLED), len(pyramid))
    return pyramid[:count], pyramid[count:]


def compiled() -> bool:
    """Whether the compiled kernels of this very source lie in numba's cache."""
    from outpaint.painters.patch import (
        bend_kernels,
        compose_kernels,
        expand_kernels,
        offset_kernels,
        refine_kernels,
        search_kernels,
    )

    def cached(kernel: Any) -> bool:
        source = Path(kernel.py_func.__code__.co_filename)
        index = Path(str(kernel.stats.cache_path)).glob(f"{source.stem}.{kernel.py_func.__name__}-*.nbi")
        return any(entry.stat().st_mtime >= source.stat().st_mtime for entry in index)

    slow = (search_kernels.search, offset_kernels.misfit, expand_kernels.expand, refine_kernels.settle)
    return all(map(cached, (*slow, bend_kernels.mismatch, compose_kernels.shown)))
