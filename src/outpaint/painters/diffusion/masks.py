"""The mask on its way from pixels to latents: blurred, rounded, in cells.

blur   a Gaussian, outwards only: what is unknown stays wholly so, or a hole smaller than the blur would vanish
cells  a latent cell is unknown if any of its pixels is, so that no stale guess survives at a hole's border;
       a soft mask takes the mean of the cell instead
"""

import numpy as np

from outpaint.gaussian import blurred
from outpaint.pixels import Mask, Pixels


def softened(unknown: Mask, sigma: float) -> Mask:
    """What is known next to the unknown, as far as the blur reaches, is partly to be painted."""
    return np.maximum(blurred(unknown, sigma), unknown) if sigma > 0 else unknown


def cells(mask: Mask, size: int, soft: bool) -> Mask:
    """One value for `size` x `size` pixels; the mask's sides are multiples of that."""
    height, width = mask.shape
    blocks = mask.reshape(height // size, size, width // size, size)
    if soft:
        return np.asarray(blocks.mean((1, 3)), np.float32)
    return np.asarray(blocks.max((1, 3)) >= 0.5, np.float32)


def spread(values: Mask, size: int) -> Mask:
    """Each cell as `size` x `size` pixels."""
    return values.repeat(size, 0).repeat(size, 1)


def hidden(pixels: Pixels, mask: Mask, weight: float) -> Pixels:
    """What an inpainting model is shown: mid grey where masked, as far as `weight` (1: wholly) says.

    In the model's -1..1 grey is 0: image * (1 - mask), mixed with the image (inpainting_mask_weight of the webui).
    """
    grey = np.where(mask[..., None] >= 0.5, np.float32(0.5), pixels)
    return np.asarray(pixels + np.float32(weight) * (grey - pixels), np.float32)
