"""A rough picture from latents: one small matrix instead of the decoder (keturn, diffusers forum 2022).

For Stable Diffusion the matrix is known. For every other model it is fitted when a preview is asked for: a small copy
of the picture and its negative are encoded, and least squares lead from a cell's latents to its mean colour.
"""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from outpaint.pixels import Pixels

Sampling = Generator[tuple[int, int, Pixels | None], None, Pixels]
"""Yields (step, of how many, rough picture or None) and returns H x W x 3."""

SMALL = 256
"""Side in pixels of what the matrix is fitted to."""

_SD = [[0.298, 0.207, 0.208], [0.187, 0.286, 0.173], [-0.158, 0.189, 0.264], [-0.184, -0.271, -0.473]]
_XL = [[0.3920, 0.4054, 0.4549], [-0.2634, -0.0196, 0.0653], [0.0568, 0.1687, -0.0755], [-0.3112, -0.2359, -0.2076]]


def rough(latents: Any, xl: bool) -> Pixels:
    """h x w x 3 in 0..1, one pixel for a cell."""
    values = latents[0].float().cpu().numpy().transpose(1, 2, 0)
    return np.asarray(np.clip(values @ np.array(_XL if xl else _SD, np.float32) / 2 + 0.5, 0, 1), np.float32)


def fitted(encode: Callable[[Pixels], npt.NDArray[np.float32]], image: Pixels, multiple: int) -> Any:
    """(C + 1) x 3, to be used by `coloured`. `encode`: H x W x 3, sides of `multiple`, to C x h x w."""
    from outpaint.resizing import resized

    height, width = (max(1, min(length, SMALL) // multiple) * multiple for length in image.shape[:2])
    small = resized(image, (height, width))
    both = np.concatenate([small, 1 - small[..., [1, 2, 0]]], 1)  # so that grey photos tell of colours too
    latents = encode(both)
    rows, columns = latents.shape[1:]
    colours = both.reshape(rows, both.shape[0] // rows, columns, -1, 3).mean((1, 3)).reshape(-1, 3)
    values = _with_one(latents)
    ridge = 1e-6 * len(values) * np.eye(values.shape[1])
    return np.linalg.solve(values.T @ values + ridge, values.T @ colours)


def coloured(latents: npt.NDArray[np.float32], matrix: Any) -> Pixels:
    """C x h x w as h x w x 3 in 0..1."""
    colours = (_with_one(latents) @ matrix).reshape(*latents.shape[1:], 3)
    return np.asarray(np.clip(colours, 0, 1), np.float32)


def _with_one(latents: npt.NDArray[np.float32]) -> Any:
    values = latents.reshape(len(latents), -1).T.astype(float)
    return np.concatenate([values, np.ones((len(values), 1))], 1)
