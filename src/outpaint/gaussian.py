"""A mask blurred by a Gaussian of 2 int(2.5 s + 0.5) + 1 taps, rows after columns, as the webui does it."""

import numpy as np

from outpaint.pixels import Mask


def blurred(mask: Mask, sigma: float) -> Mask:
    """The border is repeated outwards; sigma 0 changes nothing."""
    if sigma <= 0:
        return mask
    radius = int(2.5 * sigma + 0.5)
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return _convolved(mask, (taps / taps.sum()).astype(np.float32))


def boxed(mask: Mask, radius: int) -> Mask:
    """The mean of a square of 2 radius + 1 pixels."""
    taps = 2 * radius + 1
    return _convolved(mask, np.full(taps, 1 / taps, np.float32)) if radius else mask


def _convolved(mask: Mask, taps: Mask) -> Mask:
    """Over columns, then over rows."""
    radius = len(taps) // 2
    for axis in (0, 1):
        wide = np.pad(mask, [(radius, radius) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
        length = mask.shape[axis]
        mask = np.zeros_like(mask)
        for place, tap in enumerate(taps):
            mask += tap * (wide[place : place + length] if axis == 0 else wide[:, place : place + length])
    return mask
