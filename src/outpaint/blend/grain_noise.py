"""Noise that is hashed from its place: the same pixel, plane and seed give the same grain, in any stripe.

    white = sum of the four bytes of a 32-bit hash, centred and scaled        (Irwin and Hall: nearly normal)
    grain = white * [a, 1 - 2a, a] along rows and columns                     (a = 0 white, a = 0.25 soft)

The hash ends with the mixing steps of MurmurHash3 (Appleby 2011, public domain).
"""

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]

DEVIATION = float(np.sqrt(4 * (256**2 - 1) / 12))
"""Of the sum of four uniform bytes."""


def grain(start: int, stop: int, width: int, plane: int, seed: int, share: float) -> Plane:
    """Rows start..stop of the grain; the white noise before the filter has deviation 1."""
    noise = _white(start - 1, stop + 1, width + 2, plane, seed)
    side, middle = np.float32(share), np.float32(1 - 2 * share)
    noise = side * (noise[:-2] + noise[2:]) + middle * noise[1:-1]
    return side * (noise[:, :-2] + noise[:, 2:]) + middle * noise[:, 1:-1]


def _white(start: int, stop: int, width: int, plane: int, seed: int) -> Plane:
    salt = (seed ^ (seed >> 32)) * 0x27D4EB2F + (plane + 1) * 0xC2B2AE3D
    rows = [(row * 0x85EBCA77 + salt) & 0xFFFFFFFF for row in range(start, stop)]
    columns = np.arange(width, dtype=np.uint32) * np.uint32(0x9E3779B1)
    number = np.array(rows, np.uint32)[:, None] ^ columns
    number ^= number >> np.uint32(16)
    number *= np.uint32(0x85EBCA6B)
    number ^= number >> np.uint32(13)
    number *= np.uint32(0xC2B2AE35)
    number ^= number >> np.uint32(16)
    pairs = (number & np.uint32(0x00FF00FF)) + ((number >> np.uint32(8)) & np.uint32(0x00FF00FF))
    total = (pairs & np.uint32(0xFFFF)) + (pairs >> np.uint32(16))
    return (total.astype(np.float32) - np.float32(510)) / np.float32(DEVIATION)
