"""From a view to pixels: load the model, cut out what is needed, sample, decode, put back."""

from typing import Any

import numpy as np

from outpaint.errors import PainterError
from outpaint.events import Notice, Progress
from outpaint.geometry import Extent, Frame
from outpaint.nearest import bounds
from outpaint.painters.diffusion import crops, foreign, masks, windows
from outpaint.painters.diffusion.extra import free_memory, out_of_memory, quietly, torch_of
from outpaint.painters.diffusion.kept import loaded, wait_for
from outpaint.painters.diffusion.latent_upscale import photo_of, upscaled
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.preview import Sampling, rough
from outpaint.painters.protocol import Brief, Pixels, Steps, View
from outpaint.painters.resize import LATENT

SMALLEST = 64
"""Pixels; below this a smaller window would not save any memory."""


GUIDANCE = 7.5
"""Stable Diffusion's own, where 0 asks for that."""


def paint(view: View, brief: Brief) -> Steps:
    """Steps of sampling, with a preview on request; closing it stops within one step.

    When memory runs out, the window is halved and painting starts again, down to SMALLEST.
    """
    if words := wait_for(brief.settings):
        yield Notice(words)
    with loaded(brief.settings) as model:
        if not view.holes.any() or brief.settings["strength"] == 0:
            return view.pixels
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
            raise PainterError(
                "too little memory even for a small window; try --set offload=sequential, --set dtype=bf16 or "
                "--set device=cpu"
            )
        side = _whole(side // 2, model.multiple)
        yield Notice(f"out of memory; trying again with windows of {side} pixels", "warning")


def _whole(side: int, multiple: int) -> int:
    return max(multiple, side - side % multiple)


def _paint(model: Model, view: View, brief: Brief, side: int) -> Steps:
    """The whole view: all windows jointly, or one after the other, each seeing those before."""
    scope, photo = brief.settings["scope"], None
    if brief.settings["resize_mode"] == LATENT and model.family is None:
        photo = photo_of(view)
    if scope == "repainted":
        view = View(view.pixels, np.ones_like(view.unknown), view.frame)
    shown = "whole picture" if photo is not None else brief.settings["area"]
    area = crops.needed(view, shown, int(brief.settings["padding"]), side, model.multiple)
    answer = view.pixels.copy()
    all_told = scope != "new" or model.family is not None  # such a model tells how it sees the rest, for `aligned`
    whole = view.pixels.copy() if all_told else answer
    # Classes that shrink what is large see the whole at once only where that is asked for.
    shrinks = model.family is not None and model.family.shrinks
    at_once = brief.settings["joint"] and (not shrinks or brief.settings["area"] == "whole picture")
    if photo is not None or at_once or brief.settings["area"] == "only masked" or max(area.extent) <= side:
        parts = [area]
    else:
        parts = _one_by_one(view, area, side, float(brief.settings["window_overlap"]))
    unknown = view.unknown.copy()
    for number, part in enumerate(parts):
        cut = part.inside(view.frame)
        if not (unknown[cut] > 0).any():
            continue
        steps = _window(model, answer[cut], unknown[cut], brief, side, number, photo)
        while True:
            try:
                step, total, latest = next(steps)
            except StopIteration as end:
                painted = end.value
                break
            shown = None
            if latest is not None:
                shown, hole = answer.copy(), unknown[cut] > 0
                shown[cut][hole] = latest[hole]
            yield Progress(number * total + step, len(parts) * total, "sampling", shown)
        hole = unknown[cut] > 0
        answer[cut][hole] = painted[hole]
        if all_told:
            own = hole | ~view.holes[cut]
            whole[cut][own] = painted[own]
        unknown[cut] = 0
    return whole


def _one_by_one(view: View, area: Frame, side: int, overlap: float) -> list[Frame]:
    """Windows from what is known outwards, in the order of the house's planner."""
    from outpaint import plan

    known = ~view.holes
    hole = bounds(view.holes, view.frame) & area
    inside = bounds(known, view.frame) & area if known.any() else area
    shared = max(1, round(side * overlap))
    return list(plan.windows(inside, area, hole, context=shared, largest=Extent(side, side)))


def _window(
    model: Model, pixels: Pixels, unknown: Any, brief: Brief, side: int, number: int, photo: Pixels | None
) -> Sampling:
    """Paint one cut-out.   photo: what is enlarged in latents as its start; None: the cut-out is."""
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
        answer = yield from _sampled(model, image, mask, brief, side, number, fit, photo, kept)
    back: Pixels = fit.back(answer)
    return back


def _sampled(
    model: Model,
    image: Pixels,
    mask: Any,
    brief: Brief,
    side: int,
    number: int,
    fit: crops.Fit,
    photo: Pixels | None,
    kept: Any,
) -> Sampling:
    """Stable Diffusion's way; all sizes are multiples of the model's.   kept: known places that come back decoded."""
    from outpaint.painters.diffusion.latents import decoded, encoded
    from outpaint.painters.diffusion.prompt import told
    from outpaint.painters.diffusion.samplers import at_unit_scale, sampler
    from outpaint.painters.diffusion.sampling import Task, sampled
    from outpaint.painters.diffusion.soft_inpainting import Soft

    torch = torch_of()
    asked, cell = brief.settings, model.cell
    softly = Soft.of(asked)
    soft = bool(asked["differential"]) or not asked["mask_round"] or softly is not None
    coarse = masks.cells(mask, cell, soft)
    height, width = coarse.shape
    tiles = windows.tiles(height, width, max(1, side // cell), float(asked["window_overlap"]))
    if kept is None:  # what nobody is to paint need not be looked at
        tiles = windows.needed(tiles, coarse)
    generator = torch.Generator("cpu").manual_seed((brief.seed + number) % 2**63)
    channels = model.pipe.vae.config.latent_channels

    def fresh() -> Any:
        return torch.randn(1, channels, height, width, generator=generator).to(model.device)

    latent_mask = torch.from_numpy(coarse)[None, None].to(model.device)
    noise = fresh() * float(asked["initial_noise_multiplier"])
    inpainting = model.pipe.unet.config.in_channels == 9
    restore = asked["restore"] == "always" or (asked["restore"] == "auto" and (not inpainting or soft))
    strength, steps, webui_start = float(asked["strength"]), int(asked["steps"]), bool(asked["webui_start"])
    # At full strength the guess is not looked at, unless what is known is put back from it.
    init = (
        encoded(model, image, tiles) if restore or softly or webui_start or strength < 1 else torch.zeros_like(noise)
    )
    if photo is not None:
        enlarged = upscaled(model, photo, height, width, side, float(asked["window_overlap"]))
        init = init * (1 - latent_mask) + enlarged * latent_mask
    if asked["masked_content"] == "latent noise":
        init = init * (1 - latent_mask) + fresh() * latent_mask
    elif asked["masked_content"] == "latent nothing":
        init = init * (1 - latent_mask)
    masked = None
    if inpainting:
        masked = encoded(model, masks.hidden(image, mask, asked["inpainting_mask_weight"]), tiles)
    task = Task(init, noise, latent_mask, masked, restore, bool(asked["differential"]), tiles, softly)
    words = told(
        model,
        brief.prompt,
        brief.negative,
        float(asked["guidance"] or GUIDANCE),
        int(asked["clip_skip"]),
        asked["emphasis"],
    )
    scheduler = sampler(asked["sampler"], model.pipe.scheduler.config, asked["prediction"])
    latents = init
    for step, total, latents in sampled(
        model, task, words, scheduler, steps, strength, float(asked["eta"]), generator, webui_start
    ):
        shown = (
            fit.back(masks.spread(rough(at_unit_scale(scheduler, latents), model.xl), cell))
            if asked["preview"]
            else None
        )
        yield step, total, shown
    decoding = decoded(model, latents, tiles)
    while (answer := next(decoding)) is None:
        yield total, total, None
    if not np.isfinite(answer).all():
        raise PainterError(
            "the model answered with no numbers; half precision overflows here: --set dtype=fp32 or bf16"
        )
    if softly and kept is not None:
        apart = ((latents - init) ** 2).sum(1)[0].sqrt().cpu().numpy()
        over = softly.laid_over(coarse, apart, cell)
        answer = np.where(kept[..., None], image + over[..., None] * (answer - image), answer)
    return answer
