"""Between pixels and latents, window by window, so that memory does not grow with the picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np

from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.windows import Mean, Tile
from outpaint.pixels import Pixels

_changing = Lock()


def encoded(model: Model, pixels: Pixels, tiles: list[Tile]) -> Any:
    """1 x C x h x w float32 on the model's device; the distribution's mean, so that nothing is left to chance."""
    import torch

    vae, cell = model.pipe.vae, model.cell
    whole = Mean(pixels.shape[0] // cell, pixels.shape[1] // cell)
    with torch.no_grad(), _precise(model) as dtype:
        for tile in tiles:
            part = np.ascontiguousarray(pixels[tile.scaled(cell)].transpose(2, 0, 1))
            image = torch.from_numpy(part)[None].to(model.device, dtype) * 2 - 1
            whole.add(tile.scaled(1), vae.encode(image).latent_dist.mode().float() * vae.config.scaling_factor)
    return whole.taken()


def decoded(model: Model, latents: Any, tiles: list[Tile]) -> Iterator[Pixels | None]:
    """Yields None after every window, so that it can be stopped there, and at last H x W x 3 pixels."""
    import torch

    vae, cell = model.pipe.vae, model.cell
    whole = Mean(latents.shape[-2] * cell, latents.shape[-1] * cell)
    for tile in tiles:
        with torch.no_grad(), _precise(model) as dtype:
            rows, columns = tile.scaled(1)
            part = (latents[..., rows, columns] / vae.config.scaling_factor).to(dtype)
            image = vae.decode(part, return_dict=False)[0][0].float().cpu()
        whole.add(tile.scaled(cell), (image / 2 + 0.5).clamp(0, 1))
        yield None
    yield whole.taken().permute(1, 2, 0).numpy()


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
