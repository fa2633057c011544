"""Between pixels and latents, window by window, so that memory does not grow with the picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np

from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.windows import Tile, tent
from outpaint.pixels import Pixels

NOWHERE = 1e-9
"""Weight of cells that no window covers, because there is nothing to paint: they are 0."""

_changing = Lock()


def encoded(model: Model, pixels: Pixels, tiles: list[Tile]) -> Any:
    """1 x C x h x w float32 on the model's device; the distribution's mean, so that nothing is left to chance."""
    import torch

    vae, cell = model.pipe.vae, model.cell
    height, width = pixels.shape[0] // cell, pixels.shape[1] // cell
    channels = vae.config.latent_channels
    total = torch.zeros(1, channels, height, width, device=model.device)
    share = torch.zeros(1, 1, height, width, device=model.device)
    with torch.no_grad(), _precise(model) as dtype:
        for tile in tiles:
            part = np.ascontiguousarray(pixels[tile.scaled(cell)].transpose(2, 0, 1))
            image = torch.from_numpy(part)[None].to(model.device, dtype) * 2 - 1
            values = vae.encode(image).latent_dist.mode().float() * vae.config.scaling_factor
            _add(total, share, tile, values)
    return total / share.clamp_min(NOWHERE)


def decoded(model: Model, latents: Any, tiles: list[Tile]) -> Iterator[Pixels | None]:
    """Yields None after every window, so that it can be stopped there, and at last H x W x 3 pixels."""
    import torch

    vae, cell = model.pipe.vae, model.cell
    height, width = latents.shape[-2] * cell, latents.shape[-1] * cell
    answer, share = np.zeros((height, width, 3), np.float32), np.zeros((height, width, 1), np.float32)
    for tile in tiles:
        with torch.no_grad(), _precise(model) as dtype:
            rows, columns = tile.scaled(1)
            part = (latents[..., rows, columns] / vae.config.scaling_factor).to(dtype)
            image = vae.decode(part, return_dict=False)[0][0].float().cpu().numpy().transpose(1, 2, 0)
        place = tile.scaled(cell)
        if len(tiles) == 1:
            answer[place] = np.clip(image / 2 + 0.5, 0, 1)
        else:
            weight = tent(*image.shape[:2])[..., None]
            answer[place] += np.clip(image / 2 + 0.5, 0, 1) * weight
            share[place] += weight
        yield None
    if len(tiles) > 1:
        answer /= np.maximum(share, NOWHERE)
    yield answer


def _add(total: Any, share: Any, tile: Tile, values: Any) -> None:
    """One window's latents into the weighted sum; alone, a window counts as it is."""
    import torch

    rows, columns = tile.scaled(1)
    weight = torch.ones(values.shape[-2:], device=values.device)
    if weight.shape != total.shape[-2:]:
        weight = torch.from_numpy(tent(*weight.shape)).to(values.device)
    total[..., rows, columns] += values * weight
    share[..., rows, columns] += weight


@contextmanager
def _precise(model: Model) -> Iterator[Any]:
    """The VAE in the precision it needs: some (SDXL's) overflow in half precision and say so in their config.

    One thread after the other, so that none finds it changed under its hands.
    """
    import torch

    vae = model.pipe.vae
    with _changing:
        before = vae.dtype
        if before == torch.float16 and vae.config.force_upcast:
            vae.to(torch.float32)
        try:
            yield vae.dtype
        finally:
            if vae.dtype != before:
                vae.to(before)
