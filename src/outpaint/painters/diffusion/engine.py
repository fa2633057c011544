"""From a view to pixels: load the model, cut out what is needed, have it painted, put it together."""

from contextlib import closing
from dataclasses import replace

import numpy as np

from outpaint import plan
from outpaint.errors import PainterError
from outpaint.events import Notice, Progress
from outpaint.geometry import Extent, Frame
from outpaint.nearest import bounds
from outpaint.painters.diffusion import crops, foreign, masks, stable
from outpaint.painters.diffusion.extra import free_memory, out_of_memory, quietly
from outpaint.painters.diffusion.kept import loaded, wait_for
from outpaint.painters.diffusion.latent_upscale import photo_of
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.memory import too_little
from outpaint.painters.diffusion.preview import Sampling
from outpaint.painters.protocol import Brief, Pixels, Steps, View
from outpaint.painters.resize import LATENT
from outpaint.pixels import Bools, Mask

SMALLEST = 64
"""Pixels; below this a smaller window would not save any memory."""


def paint(view: View, brief: Brief) -> Steps:
    """Steps of sampling, with a preview on request; closing it stops within one step.

    When memory runs out, the window is halved and painting starts again, down to SMALLEST. Where there is nothing to
    paint no model is asked for.
    """
    if not view.holes.any() or brief.settings["strength"] == 0:
        return view.pixels
    if words := wait_for(brief.settings):
        yield Notice(words)
    with loaded(brief.settings) as model:
        if words := foreign.unheard(model, brief):
            yield Notice(words, "warning")
        return (yield from quietly(_in_windows(model, view, brief)))


def _in_windows(model: Model, view: View, brief: Brief) -> Steps:
    side = _whole(int(brief.settings["window"]) or model.side, model.multiple)
    while True:
        try:
            return (yield from _paint(model, view, brief, side))
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
        free_memory()
        if side // 2 < max(SMALLEST, model.multiple):
            raise too_little("even for a small window")
        side = _whole(side // 2, model.multiple)
        yield Notice(f"out of memory; trying again with windows of {side} pixels", "warning")


def _whole(side: int, multiple: int) -> int:
    return max(multiple, side - side % multiple)


def _paint(model: Model, view: View, brief: Brief, side: int) -> Steps:
    """The whole view, part after part, each seeing what those before have painted."""
    scope, photo = brief.settings["scope"], None
    if brief.settings["resize_mode"] == LATENT and model.family is None:
        photo = photo_of(view)
        # Its latents are one start for the whole picture.
        brief = replace(brief, settings={**brief.settings, "area": "whole picture", "joint": True})
    if scope == "repainted":
        view = View(view.pixels, np.ones_like(view.unknown), view.frame)
    parts = _parts(model, view, brief, side)
    answer, seen, left = view.pixels.copy(), view.pixels.copy(), view.unknown.copy()
    for number, part in enumerate(parts):
        cut = part.inside(view.frame)
        hole = left[cut] > 0
        if not hole.any():
            continue
        steps = _part(model, answer[cut], left[cut], brief, side, number, photo)
        painted = yield from _told(steps, answer, cut, hole, number, len(parts))
        answer[cut][hole] = painted[hole]
        seen[cut] = painted
        left[cut] = 0
    # Other families tell how they see what is known, too: `aligned` learns from it.
    all_told = scope != "new" or model.family is not None
    return np.where(view.holes[..., None], answer, seen) if all_told else answer


def _told(steps: Sampling, answer: Pixels, cut: tuple[slice, slice], hole: Bools, number: int, parts: int) -> Steps:
    """One part's steps as events of the whole view; its answer."""
    with closing(steps):
        while True:
            try:
                step, total, rough = next(steps)
            except StopIteration as end:
                painted: Pixels = end.value
                return painted
            shown = None
            if rough is not None:
                shown = answer.copy()
                shown[cut][hole] = rough[hole]
            yield Progress(number * total + step, parts * total, "sampling", shown)


def _parts(model: Model, view: View, brief: Brief, side: int) -> list[Frame]:
    """What the model is shown at once: everything that is needed, or windows of it."""
    asked = brief.settings
    area = crops.needed(view, asked["area"], int(asked["padding"]), side, model.multiple)
    # Classes that shrink what is large see the whole at once only where that is asked for.
    shrinks = model.family is not None and model.family.shrinks
    jointly = asked["joint"] and (not shrinks or asked["area"] == "whole picture")
    if jointly or asked["area"] == "only masked" or max(area.extent) <= side:
        return [area]
    return _one_by_one(view, area, side, float(asked["window_overlap"]))


def _one_by_one(view: View, area: Frame, side: int, overlap: float) -> list[Frame]:
    """Windows from what is known outwards, in the order of the house's planner."""
    known = ~view.holes
    hole = bounds(view.holes, view.frame) & area
    inside = bounds(known, view.frame) & area if known.any() else area
    shared = max(1, round(side * overlap))
    return list(plan.windows(inside, area, hole, context=shared, largest=Extent(side, side)))


def _part(
    model: Model, pixels: Pixels, unknown: Mask, brief: Brief, side: int, number: int, photo: Pixels | None
) -> Sampling:
    """One cut-out in the size that the model takes, painted and back again."""
    height, width = pixels.shape[:2]
    scaled = None
    if brief.settings["area"] == "only masked":
        scaled = crops.to_window(height, width, side)
    elif brief.settings["resize_small_input"]:
        scaled = crops.small_enlarged(height, width, side)
    fit = crops.Fit.of(height, width, model.multiple, scaled)
    image, mask = fit.into(pixels), fit.into(masks.softened(unknown, float(brief.settings["mask_blur"])))
    if model.family:
        answer = yield from foreign.painted(model, image, mask, brief, side, number, fit)
    else:
        kept = fit.into(unknown) == 0 if brief.settings["scope"] == "decoded" else None
        answer = yield from stable.painted(model, image, mask, brief, side, number, fit, photo, kept)
    if not np.isfinite(answer).all():
        raise PainterError(
            "the model answered with no numbers; half precision overflows here: --set dtype=bf16 or fp32"
        )
    back: Pixels = fit.back(answer)
    return back
