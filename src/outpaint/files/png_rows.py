"""PNG rows as bytes: samples packed to their depth, and filtered so that they compress well.

The filter of a row is the one with the smallest sum of absolute differences (PNG specification, 12.7).
"""

from collections.abc import Iterator

import numpy as np

from outpaint.files.codec import Array, Bytes


def packed(array: Array, bits: int) -> Bytes:
    """Samples H x W [x C] as rows of bytes; 2 and 4 bits are given as 0..2^bits - 1, 1 bit as 0 or 255."""
    height = array.shape[0]
    if bits == 16:
        return array.astype(">u2").reshape(height, -1).view(np.uint8)
    if bits == 8:
        return np.ascontiguousarray(array).reshape(height, -1)
    if bits == 1:
        return np.packbits(array > 0, axis=1)
    per_byte = 8 // bits
    padded = np.pad(array, ((0, 0), (0, -array.shape[1] % per_byte))).reshape(height, -1, per_byte)
    shifts = np.arange(8 - bits, -1, -bits)
    bytewise: Bytes = np.bitwise_or.reduce(padded.astype(np.uint8) << shifts.astype(np.uint8), axis=2)
    return bytewise


def levels(array: Array, bits: int) -> Array:
    """Grey 0..255 as the nearest of the 4 or 16 levels that 2 or 4 bits have; other depths as they are."""
    return np.rint(array / (255 // (2**bits - 1))).astype(np.uint8) if bits in (2, 4) else array


def filtered(rows: Bytes, step: int, plain: bool) -> Iterator[bytes]:
    """Blocks of filtered rows; `step` is the bytes of a pixel, `plain` leaves every row as it is."""
    height, width = rows.shape
    block = max(1, (1 << 18) // max(1, width))
    for top in range(0, height, block):
        now = rows[top : top + block]
        if plain:
            yield np.pad(now, ((0, 0), (1, 0))).tobytes()
            continue
        up = np.zeros_like(now)
        up[0 if top else 1 :] = rows[top - 1 : top + len(now) - 1] if top else now[:-1]
        left, corner = np.zeros_like(now), np.zeros_like(now)
        left[:, step:], corner[:, step:] = now[:, :-step], up[:, :-step]
        mean = ((left.astype(np.uint16) + up) >> 1).astype(np.uint8)
        kinds = np.stack([now, now - left, now - up, now - mean, now - _paeth(left, up, corner)])
        cost = np.abs(kinds.view(np.int8).astype(np.int16)).sum(2, dtype=np.int64)
        best = cost.argmin(0)
        chosen = kinds[best, np.arange(len(now))]
        yield np.concatenate([best.astype(np.uint8)[:, None], chosen], 1).tobytes()


def _paeth(left: Bytes, up: Bytes, corner: Bytes) -> Bytes:
    """Of the three neighbours the one nearest to left + up - corner, ties in this order."""
    across, down = up.astype(np.int16) - corner, left.astype(np.int16) - corner
    a, b, c = np.abs(across), np.abs(down), np.abs(across + down)
    return np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
