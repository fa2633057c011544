# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""The compiled part of the membrane: relaxing one grid, and passing between a grid and the next coarser one.

Arrays have a rim of one cell all around, whose couplings are 0; row y of a kernel is row y + 1 of an array.
Couplings multiply differences, not values: those of neighbours are exact in float32, so errors do not add up.
`inverse` is 1 / (sum of a cell's couplings), 0 for cells that are not part of the membrane.
"""

import numpy as np

from outpaint.compiled import compiled


@compiled
def relax(start, stop, colour, u, wanted, down, right, hold, inverse):
    """One Gauss-Seidel half sweep: cells of one colour of a chessboard, from their neighbours of the other."""
    for y in range(start + 1, stop + 1):
        for x in range(1 + (y + colour) % 2, u.shape[1] - 1, 2):
            if inverse[y, x] == 0:
                continue
            for c in range(3):
                here = u[y, x, c]
                u[y, x, c] = here + inverse[y, x] * (
                    wanted[y, x, c]
                    - hold[y, x] * here
                    + down[y - 1, x] * (u[y - 1, x, c] - here)
                    + down[y, x] * (u[y + 1, x, c] - here)
                    + right[y, x - 1] * (u[y, x - 1, c] - here)
                    + right[y, x] * (u[y, x + 1, c] - here)
                )


@compiled
def restrict(start, stop, u, wanted, down, right, hold, coarse):
    """What is still wanted after `u`, summed over the 2 x 2 cells of each cell in rows start..stop of `coarse`."""
    for j in range(start + 1, stop + 1):
        coarse[j] = 0
        for y in range(2 * j - 1, min(2 * j + 1, u.shape[0] - 1)):
            for x in range(1, u.shape[1] - 1):
                for c in range(3):
                    here = u[y, x, c]
                    coarse[j, (x + 1) // 2, c] += (
                        wanted[y, x, c]
                        - hold[y, x] * here
                        + down[y - 1, x] * (u[y - 1, x, c] - here)
                        + down[y, x] * (u[y + 1, x, c] - here)
                        + right[y, x - 1] * (u[y, x - 1, c] - here)
                        + right[y, x] * (u[y, x + 1, c] - here)
                    )


@compiled
def prolong(start, stop, coarse, coarse_inverse, u, inverse):
    """Add `coarse` to rows start..stop of `u`, bilinear between those of its cells that are part of the membrane."""
    for y in range(start + 1, stop + 1):
        j = (y + 1) // 2
        beside_j = j + 1 if y % 2 == 0 else j - 1
        for x in range(1, u.shape[1] - 1):
            if inverse[y, x] == 0:
                continue
            i = (x + 1) // 2
            beside_i = i + 1 if x % 2 == 0 else i - 1
            a = np.float32(9)
            b = np.float32(3 if coarse_inverse[beside_j, i] > 0 else 0)
            d = np.float32(3 if coarse_inverse[j, beside_i] > 0 else 0)
            e = np.float32(1 if coarse_inverse[beside_j, beside_i] > 0 else 0)
            share = 1 / (a + b + d + e)
            for c in range(3):
                u[y, x, c] += share * (
                    a * coarse[j, i, c]
                    + b * coarse[beside_j, i, c]
                    + d * coarse[j, beside_i, c]
                    + e * coarse[beside_j, beside_i, c]
                )
