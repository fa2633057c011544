"""Planes of floats scaled by Lanczos."""

from typing import Any

import numpy as np

Array = Any


def resized(array: Array, size: tuple[int, int]) -> Array:
    """H x W or H x W x C as rows x columns, channel by channel; Lanczos rings, so it is clipped to 0..1.

    The same array if nothing changes.
    """
    if array.shape[:2] == size:
        return array
    from PIL import Image

    def plane(values: Array) -> Array:
        picture = Image.fromarray(np.ascontiguousarray(values, np.float32))
        return np.asarray(picture.resize(size[::-1], Image.Resampling.LANCZOS))

    if array.ndim == 2:
        return np.clip(plane(array), 0, 1)
    return np.clip(np.stack([plane(array[..., c]) for c in range(array.shape[2])], -1), 0, 1)
