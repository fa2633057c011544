# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of Navier-Stokes inpainting; imports numba, so it is itself imported only where it is used."""

import numpy as np

from outpaint.compiled import compiled


@compiled
def carry(order, distance, reach, stride, pixels):
    """Paint the places in `order` (flat) one after another, into N x 3 `pixels`.

    distance: flat, signed; what is nearer than the place in turn is painted already.
    reach: K x 3, of the neighbours that count: (dy, dx, how far apart in flat places).
    """
    for i in range(len(order)):
        here = order[i]
        own = distance[here]
        for channel in range(3):
            total, value = np.float32(0), np.float32(0)
            for k in range(len(reach)):
                there = here + reach[k, 2]
                if distance[there] >= own:
                    continue
                down = slope(pixels, distance, there, stride, own, channel)
                across = slope(pixels, distance, there, 1, own, channel)
                dy, dx = np.float32(reach[k, 0]), np.float32(reach[k, 1])
                apart = dy * dy + dx * dx
                steepness = down * down + across * across
                along = np.float32(1e-6)
                if steepness > 1e-8:
                    along = max(along, abs(dy * across - dx * down) / np.sqrt(apart * steepness))
                weight = along / (1 + apart * apart)
                total += weight
                value += weight * pixels[there, channel]
            pixels[here, channel] = value / total


@compiled
def slope(pixels, distance, there, step, own, channel):
    """Twice the derivative along one axis, from what is painted; one-sided at a border."""
    before, after = distance[there - step] < own, distance[there + step] < own
    if before and after:
        return pixels[there + step, channel] - pixels[there - step, channel]
    if after:
        return 2 * (pixels[there + step, channel] - pixels[there, channel])
    if before:
        return 2 * (pixels[there, channel] - pixels[there - step, channel])
    return np.float32(0)
