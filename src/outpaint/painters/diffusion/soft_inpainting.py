"""Soft inpainting: at every step old and new are mixed by a soft mask that lets go as the noise falls.

    t = m^(sigma^bias * strength)                        m: soft mask, 1 = paint; sigma: noise over signal of the step
    y = (1 - t) old + t new,   then  |y| := ((1 - t) |old|^c + t |new|^c)^(1/c)   over the channels of a cell

so half of each is not duller than either. Soft Inpainting of the Stable Diffusion webui; steps mix noisy latents, as
the webui's timestep samplers do. `overlay` is what it laid over the photo at the end, where that was changed; known
pixels come back whole here, so it is asked for only where known ones come back decoded. Written for whatever array is
given, of numpy or torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from outpaint.gaussian import blurred
from outpaint.pixels import Mask
from outpaint.resizing import resized

Cells = npt.NDArray[np.floating]

RADIUS, DEVIATION = 2, 1.5
"""Of the Gaussian whose weights the filter takes, in cells."""


@dataclass(frozen=True)
class Soft:
    """The settings of the webui, by their names there; the last three are the overlay's."""

    schedule_bias: float = 1.0
    preservation_strength: float = 0.5
    transition_contrast_boost: float = 4.0
    mask_influence: float = 0.0
    difference_threshold: float = 0.5
    difference_contrast: float = 2.0

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self | None:
        """None unless `soft_inpainting` is set."""
        if not settings["soft_inpainting"]:
            return None
        return cls(**{name: float(settings[name]) for name in cls.__dataclass_fields__})

    def share(self, mask: Any, sigma: float) -> Any:
        """How much of the new counts at this step, 0..1."""
        return mask ** (sigma**self.schedule_bias * self.preservation_strength)

    def mixed(self, old: Any, new: Any, share: Any) -> Any:
        """N x C x h x w; share: N x 1 x h x w."""
        contrast = self.transition_contrast_boost
        plain = old * (1 - share) + new * share
        ours, theirs = _length(old), _length(new)
        longer = ours + (theirs - ours) * (theirs > ours) + 1e-12  # by which both are divided, or 29^28 overflows
        wanted = longer * ((ours / longer) ** contrast * (1 - share) + (theirs / longer) ** contrast * share) ** (
            1 / contrast
        )
        return plain * (wanted / (_length(plain) + 1e-12))

    def overlay(self, mask: Cells, distance: Cells) -> Mask:
        """How much of the new pixels is laid over the old ones, by cell, 0..1.

        mask: h x w, 1 = paint. distance: h x w, between the latents of old and new (L2 over channels).
        """
        distance = percentiles(percentiles(distance, 0.9, 1.0), 0.25, 0.75)
        kept = 1 - mask ** (self.preservation_strength / 2)
        kept = 0.5 * (1 - self.mask_influence) + kept * self.mask_influence
        scale = self.difference_threshold * kept / (1.00001 - kept)
        ratio = distance / np.maximum(scale, 1e-9)
        same = 1 / (1 + ratio**self.difference_contrast)
        smooth: Mask = (1 - same**3 * (same * (same * 6 - 15) + 10)).astype(np.float32)
        return smooth

    def overlay_in_pixels(self, mask: Cells, distance: Cells, cell: int) -> Mask:
        """The same in pixels: enlarged by Lanczos, blurred by 4 pixels, in 8 bits, so that nothing is 0."""
        values = np.floor(self.overlay(mask, distance) * 255) / 255
        height, width = values.shape
        soft = blurred(resized(values.astype(np.float32), (height * cell, width * cell)), 4)
        return np.asarray(np.rint(soft * 255) / 255, np.float32)


def sigma(alphas_cumprod: Any, time: Any) -> float:
    """Noise over signal at a time of the training schedule."""
    alpha = float(alphas_cumprod[round(float(time))])
    return float(((1 - alpha) / alpha) ** 0.5)


def _length(cells: Any) -> Any:
    return ((cells**2).sum(1) ** 0.5)[:, None]


def percentiles(values: Cells, low: float, high: float) -> Cells:
    """Around each cell, the mean of what lies between two percentiles, weighed by a Gaussian; the border counts less.

    That is the mean over low..high of the quantile function, in which a neighbour is as wide as its weight.
    """
    size = 2 * RADIUS + 1
    padded = np.pad(values, RADIUS, constant_values=0)
    inside = np.pad(np.ones(values.shape), RADIUS)
    y, x = np.mgrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 1]
    kernel = np.exp(-(y * y + x * x) / (2 * DEVIATION**2)).ravel()

    def around(plane: Cells) -> Cells:
        return np.lib.stride_tricks.sliding_window_view(plane, (size, size)).reshape(*values.shape, -1)

    near, weight = around(padded), around(inside) * kernel
    order = np.argsort(near, -1, kind="stable")
    near, weight = np.take_along_axis(near, order, -1), np.take_along_axis(weight, order, -1)
    upper = np.cumsum(weight, -1) / weight.sum(-1, keepdims=True)
    lower = upper - weight / weight.sum(-1, keepdims=True)
    taken = np.clip(np.minimum(upper, high) - np.maximum(lower, low), 0, None)
    mean: Cells = (near * taken).sum(-1) / taken.sum(-1)
    return mean
