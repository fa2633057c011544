"""Stable Diffusion's way through one cut-out: encode what it starts from, sample, decode."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from outpaint.painters.diffusion import masks, windows
from outpaint.painters.diffusion.crops import Fit
from outpaint.painters.diffusion.extra import torch_of
from outpaint.painters.diffusion.latent_upscale import upscaled
from outpaint.painters.diffusion.latents import decoded, encoded
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.preview import Sampling, rough
from outpaint.painters.diffusion.prompt import conditioning
from outpaint.painters.diffusion.samplers import at_unit_scale, sampler
from outpaint.painters.diffusion.sampling import Task, sampled
from outpaint.painters.diffusion.soft_inpainting import Soft
from outpaint.painters.protocol import Brief, Pixels
from outpaint.pixels import Bools, Mask

GUIDANCE = 7.5
"""Stable Diffusion's own, where 0 asks for that."""


def painted(
    model: Model,
    image: Pixels,
    mask: Mask,
    brief: Brief,
    side: int,
    number: int,
    fit: Fit,
    photo: Pixels | None,
    kept: Bools | None,
) -> Sampling:
    """The answer in the size of the image, whose sides are multiples of the model's.

    number: of the window, counted on in the seed.   fit: leads previews back.
    photo: enlarged in latents, it is the start; None: the image is.   kept: known places that come back decoded.
    """
    asked = brief.settings
    softly = Soft.of(asked)
    coarse = masks.cells(mask, model.cell, _soft(asked))
    height, width = coarse.shape
    tiles = windows.tiles(height, width, max(1, side // model.cell), float(asked["window_overlap"]))
    if kept is None:  # what nobody is to paint need not be looked at
        tiles = windows.needed(tiles, coarse)
    enlarged = None
    if photo is not None:
        enlarged = upscaled(model, photo, height, width, side, float(asked["window_overlap"]))
    generator = torch_of().Generator("cpu").manual_seed((brief.seed + number) % 2**63)
    task = _task(model, image, mask, coarse, brief, tiles, softly, enlarged, generator)
    told = conditioning(
        model,
        brief.prompt,
        brief.negative,
        float(asked["guidance"] or GUIDANCE),
        int(asked["clip_skip"]),
        asked["emphasis"],
    )
    scheduler = sampler(asked["sampler"], model.pipe.scheduler.config, asked["prediction"])
    steps, strength, eta = int(asked["steps"]), float(asked["strength"]), float(asked["eta"])
    webui_start = bool(asked["webui_start"])
    latents = task.init
    for step, total, latents in sampled(model, task, told, scheduler, steps, strength, eta, generator, webui_start):
        shown = None
        if asked["preview"]:
            shown = fit.back(masks.spread(rough(at_unit_scale(scheduler, latents), model.xl), model.cell))
        yield step, total, shown
    decoding = decoded(model, latents, tiles)
    while (answer := next(decoding)) is None:
        yield total, total, None
    if softly and kept is not None:
        apart = ((latents - task.init) ** 2).sum(1)[0].sqrt().cpu().numpy()
        over = softly.overlay_in_pixels(coarse, apart, model.cell)
        answer = np.where(kept[..., None], image + over[..., None] * (answer - image), answer)
    return answer


def _task(
    model: Model,
    image: Pixels,
    mask: Mask,
    coarse: Mask,
    brief: Brief,
    tiles: list[windows.Tile],
    softly: Soft | None,
    enlarged: Any,
    generator: Any,
) -> Task:
    """What the sampling starts from.   coarse: the mask in cells.   enlarged: latents, or None."""
    torch = torch_of()
    asked, differential = brief.settings, bool(brief.settings["differential"])
    shape = 1, model.pipe.vae.config.latent_channels, *coarse.shape

    def fresh() -> Any:
        return torch.randn(shape, generator=generator).to(model.device)

    unknown = torch.from_numpy(coarse)[None, None].to(model.device)
    noise = fresh() * float(asked["initial_noise_multiplier"])
    inpainting = model.pipe.unet.config.in_channels == 9
    restore = asked["restore"] == "always" or (asked["restore"] == "auto" and (not inpainting or _soft(asked)))
    # At full strength the guess is not looked at, unless what is known is put back from it.
    looked_at = restore or softly or asked["webui_start"] or asked["strength"] < 1
    init = encoded(model, image, tiles) if looked_at else torch.zeros_like(noise)
    content: Any = enlarged
    if asked["masked_content"] == "latent noise":
        content = fresh()
    elif asked["masked_content"] == "latent nothing":
        content = torch.zeros_like(noise)
    if content is not None:
        init = init * (1 - unknown) + content * unknown
    masked = None
    if inpainting:
        masked = encoded(model, masks.hidden(image, mask, asked["inpainting_mask_weight"]), tiles)
    return Task(init, noise, unknown, masked, restore, differential, tiles, softly)


def _soft(asked: Mapping[str, Any]) -> bool:
    """Whether the mask may lie between 0 and 1."""
    return bool(asked["differential"] or asked["soft_inpainting"] or not asked["mask_round"])
