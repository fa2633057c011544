"""Grain that belongs to the plane: the same place and seed give the same grain, whatever window looks at it.

white = sum of four bytes of a hash of the place, centred and scaled      (Irwin and Hall: nearly normal)
grain = white * [a, 1 - 2a, a] along rows and columns                     (a = 0 white, a = 0.25 soft)
"""

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.painters.noise_plane import Bits, plane_bits

Plane = npt.NDArray[np.float32]

DEVIATION = float(np.sqrt(4 * (256**2 - 1) / 12))
"""Of the sum of four uniform bytes."""

FIRST_STREAM = 64
"""Painters hash the same places with the same seed; theirs are the streams before."""


def grain(place: Frame, pair: int, seed: int, share: float) -> tuple[Plane, Plane]:
    """Two independent grains of a part of the plane; the white noise before the filter has deviation 1.

    pair: which two. share: the filter's outer taps `a`.
    """
    around = place.padded(1)
    bits = plane_bits(around.left, around.top, around.width, around.height, seed, FIRST_STREAM + pair)
    sums = _byte_sums(bits)
    return _filtered(sums, share), _filtered(sums >> np.uint64(32), share)


def _byte_sums(bits: Bits) -> Bits:
    """The sums of the four lower and the four upper bytes, in the lower 16 bits of each half."""
    every_other = np.uint64(0x00FF00FF00FF00FF)
    pairs = (bits & every_other) + ((bits >> np.uint64(8)) & every_other)
    sums: Bits = pairs + (pairs >> np.uint64(16))
    return sums


def _filtered(sums: Bits, share: float) -> Plane:
    noise: Plane = (sums.astype(np.uint16).astype(np.float32) - np.float32(510)) / np.float32(DEVIATION)
    side, middle = np.float32(share), np.float32(1 - 2 * share)
    noise = side * (noise[:-2] + noise[2:]) + middle * noise[1:-1]
    return side * (noise[:, :-2] + noise[:, 2:]) + middle * noise[:, 1:-1]
