# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of Telea's inpainting; imports numba, so it is itself imported only where it is used."""

import numpy as np

from outpaint.compiled import compiled


@compiled
def march(order, away, distance, reach, pixels):
    """Paint the places in `order` (flat) one after another, into N x 3 `pixels`.

    away: for each place in order, (dy, dx) of its way from the nearest known pixel, H x W flat.
    distance: flat, signed; a neighbour of smaller distance is painted already.
    reach: K x 3, of the neighbours that count: (dy, dx, how far apart in flat places).
    """
    geometric = 1 / np.sqrt((reach[:, 0] ** 2 + reach[:, 1] ** 2).astype(np.float32)) ** 3
    for i in range(len(order)):
        here = order[i]
        dy, dx = np.float32(away[i, 0]), np.float32(away[i, 1])
        unit = 1 / np.sqrt(dy * dy + dx * dx)
        own = distance[here]
        total = red = green = blue = np.float32(0)
        for k in range(len(reach)):
            there = here + reach[k, 2]
            drop = own - distance[there]
            if drop <= 0:
                continue
            along = abs(dy * reach[k, 0] + dx * reach[k, 1]) * unit
            weight = max(along, np.float32(1e-6)) * geometric[k] / (1 + drop)
            total += weight
            red += weight * pixels[there, 0]
            green += weight * pixels[there, 1]
            blue += weight * pixels[there, 2]
        pixels[here, 0] = red / total
        pixels[here, 1] = green / total
        pixels[here, 2] = blue / total
