"""The sampling loop: from noise to latents, step by step, with what is known put back.

    x_t      = add_noise(init, noise, t_first)                      strength below 1 starts on the way
    e        = sum w_k UNet_k(x_t) / sum w_k                        windows k, each with its weights (windows.py)
    e        = e_negative + guidance (e_prompt - e_negative)        classifier-free guidance
    x_next   = sampler(x_t, e)
    x_next   = m x_next + (1 - m) add_noise(init, noise, t_next)    restoring; after the last step: init itself

Inpainting models (9 channels) read [x_t | mask | masked-image latents]. With a soft mask m a place is mixed at
every step or, `differential`, let go when a share 1 - m of the steps is done (Levin & Fried 2023).
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from outpaint.errors import RequestError
from outpaint.painters.diffusion.extra import first_line
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.prompt import Conditioning
from outpaint.painters.diffusion.soft_inpainting import Soft, sigma
from outpaint.painters.diffusion.windows import Mean, Tile


@dataclass(frozen=True, eq=False)
class Task:
    """What is sampled: all 1 x C x h x w on the model's device, float32.

    init: the guess as latents.   noise: the first noise.   mask: 1 x 1 x h x w, 1 = paint.
    masked: latents of the picture with the mask greyed out, for inpainting models only, else None.
    restore: put the known latents back at every step.   soft: how, where the mask is soft; None: as the mask says.
    """

    init: Any
    noise: Any
    mask: Any
    masked: Any
    restore: bool
    differential: bool
    tiles: list[Tile]
    soft: Soft | None = None


def sampled(
    model: Model,
    task: Task,
    conditioning: Conditioning,
    scheduler: Any,
    steps: int,
    strength: float,
    eta: float,
    generator: Any,
    webui_start: bool = False,
) -> Iterator[tuple[int, int, Any]]:
    """Yields (step, of how many, latents so far) after every step; the last latents are the answer.

    webui_start: one step more for a strength below 1, and init below the noise at strength 1 too.
    """
    import torch

    taken = int(min(strength, 0.999) * steps) + 1 if webui_start else int(steps * strength)
    times = _timesteps(scheduler, steps, taken, model.device)
    extra = _extra(scheduler, eta, generator)
    if strength >= 1 and not webui_start:
        latents = task.noise * scheduler.init_noise_sigma
    else:
        latents = scheduler.add_noise(task.init, task.noise, times[:1])
    for step, time in enumerate(times):
        with torch.no_grad():
            guess = _predicted(model, task, conditioning, scheduler.scale_model_input(latents, time), time)
            latents = scheduler.step(guess, time, latents, **extra, return_dict=False)[0]
            if task.soft:
                if step < len(times) - 1:  # the last word is the model's
                    known = scheduler.add_noise(task.init, task.noise, times[step + 1 : step + 2])
                    share = task.soft.share(task.mask, sigma(scheduler.alphas_cumprod, times[step + 1]))
                    latents = task.soft.mixed(known, latents, share)
            elif task.restore:
                known = task.init
                if step < len(times) - 1:
                    known = scheduler.add_noise(task.init, task.noise, times[step + 1 : step + 2])
                mask = task.mask
                if task.differential:
                    mask = (mask > 1 - (step + 1) / len(times)).to(mask.dtype)
                latents = (1 - mask) * known + mask * latents
        yield step + 1, len(times), latents


def _timesteps(scheduler: Any, steps: int, taken: int, device: Any) -> Any:
    """The last of the sampler's times, at least one step."""
    with warnings.catch_warnings():
        # Some samplers hand tensors to numpy in a way that numpy 2 will not take for ever.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            scheduler.set_timesteps(steps, device=device)
        except ValueError as error:
            raise RequestError(f"this sampler cannot do {steps} steps; try fewer: {first_line(error)}") from None
    first = max(steps - max(1, taken), 0) * scheduler.order
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)
    return scheduler.timesteps[first:]


def _extra(scheduler: Any, eta: float, generator: Any) -> dict[str, Any]:
    """What this sampler's step takes beside the rest."""
    import inspect

    takes = inspect.signature(scheduler.step).parameters
    offered = {"eta": eta, "generator": generator}
    return {name: value for name, value in offered.items() if name in takes}


def _predicted(model: Model, task: Task, conditioning: Conditioning, scaled: Any, time: Any) -> Any:
    """The UNet's prediction for the whole, window by window."""
    whole = Mean(*scaled.shape[-2:])
    for tile in task.tiles:
        whole.add(tile.scaled(1), _window(model, task, conditioning, scaled, time, tile))
    return whole.taken()


def _window(model: Model, task: Task, conditioning: Conditioning, scaled: Any, time: Any, tile: Tile) -> Any:
    """One window, with guidance."""
    import torch

    unet, cell = model.pipe.unet, model.cell
    rows, columns = tile.scaled(1)
    given = scaled[..., rows, columns]
    if task.masked is not None:
        given = torch.cat([given, task.mask[..., rows, columns], task.masked[..., rows, columns]], 1)
    given = given.to(unet.dtype)
    height, width = (length * cell for length in scaled.shape[-2:])
    guess = unet(
        torch.cat([given, given]) if conditioning.guided else given,
        time,
        encoder_hidden_states=conditioning.text,
        timestep_cond=conditioning.distilled,
        added_cond_kwargs=conditioning.added(height, width, tile.top * cell, tile.left * cell),
        return_dict=False,
    )[0].float()
    if not conditioning.guided:
        return guess
    negative, prompt = guess.chunk(2)
    return negative + conditioning.guidance * (prompt - negative)
