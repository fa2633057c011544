"""A rough picture from latents: a 4 x 3 matrix instead of the decoder (keturn, diffusers forum 2022)."""

from collections.abc import Generator
from typing import Any

import numpy as np

from outpaint.pixels import Pixels

Sampling = Generator[tuple[int, int, Pixels | None], None, Pixels]
"""Yields (step, of how many, rough picture or None) and returns H x W x 3."""

_SD = [[0.298, 0.207, 0.208], [0.187, 0.286, 0.173], [-0.158, 0.189, 0.264], [-0.184, -0.271, -0.473]]
_XL = [[0.3920, 0.4054, 0.4549], [-0.2634, -0.0196, 0.0653], [0.0568, 0.1687, -0.0755], [-0.3112, -0.2359, -0.2076]]


def rough(latents: Any, xl: bool) -> Pixels:
    """h x w x 3 in 0..1, one pixel for a cell."""
    values = latents[0].float().cpu().numpy().transpose(1, 2, 0)
    return np.asarray(np.clip(values @ np.array(_XL if xl else _SD, np.float32) / 2 + 0.5, 0, 1), np.float32)
