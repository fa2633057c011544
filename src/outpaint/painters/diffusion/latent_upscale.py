"""Enlarging the photo's latents instead of its pixels: resize mode 3 of the Stable Diffusion webui.

init = bilinear(encode(photo at its own size) -> h x w cells)
"""

from typing import Any

import numpy as np

from outpaint.painters.diffusion.crops import Fit
from outpaint.painters.diffusion.latents import encoded
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.windows import tiles
from outpaint.painters.mirror import known_box
from outpaint.painters.protocol import View
from outpaint.pixels import Pixels


def photo_of(view: View) -> Pixels:
    """The box around everything known, holes in it as they were guessed."""
    known = ~view.holes
    if not known.any():
        return view.pixels
    box = known_box(view.holes)
    return view.pixels[box.top : box.bottom, box.left : box.right]


def upscaled(model: Model, photo: Pixels, height: int, width: int, side: int, overlap: float) -> Any:
    """1 x C x height x width; the photo's border is repeated to full cells, and nothing of it is resampled."""
    import torch

    fit = Fit.of(photo.shape[0], photo.shape[1], model.multiple)
    pixels = np.ascontiguousarray(fit.into(photo))
    rows, columns = (length // model.cell for length in pixels.shape[:2])
    latents = encoded(model, pixels, tiles(rows, columns, max(1, side // model.cell), overlap))
    return torch.nn.functional.interpolate(latents, (height, width), mode="bilinear")
