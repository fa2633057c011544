"""White noise that belongs to the plane: a number per place and seed, whatever window looks at it.

    bits(x, y) = mix(mix(x + a) + mix(y + b)),   a, b from the seed and a stream number

with `mix` the finaliser of SplitMix64 (Steele, Lea and Flood 2014; constants of Stafford's variant 13).
Nothing is drawn one after another, so overlapping windows agree and any part can be computed alone.
"""

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]

GOLDEN = 0x9E3779B97F4A7C15


def plane_bits(left: int, top: int, width: int, height: int, seed: int, stream: int = 0) -> Bits:
    """64 random bits for each place of a rectangle on the plane, H x W."""
    key = _mix(np.array([seed % (1 << 64)], np.uint64)) + np.uint64((stream + 1) * GOLDEN % (1 << 64))
    columns = _mix(np.arange(left, left + width, dtype=np.int64).astype(np.uint64) + _mix(key))
    rows = _mix(np.arange(top, top + height, dtype=np.int64).astype(np.uint64) + _mix(~key))
    return _mix(rows[:, None] + columns[None, :])


def _mix(bits: Bits) -> Bits:
    """A bijection of 64-bit numbers in which every input bit turns half of the output bits."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
