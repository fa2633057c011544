"""Small files that claim, or truly are, far more than they look: one for every kind that can be opened."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image

SIDE = 60_000
"""What a header claims, where it can."""


def png(width: int, height: int, data: bytes = bytes(1000), *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def saved(format: str, **options: object) -> bytes:
    """8 x 8 pixels."""
    out = BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(out, format, **options)
    return out.getvalue()


def patched(data: bytes, find: bytes, skip: int, write: bytes) -> bytes:
    """With other bytes `skip` after the first place where `find` is."""
    at = data.index(find) + skip
    return data[:at] + write + data[at + len(write) :]


def retagged(tiff: bytes, tag: int, value: int) -> bytes:
    """A little-endian TIFF with another value in an entry of its directory."""
    start = struct.unpack_from("<I", tiff, 4)[0] + 2
    for at in range(start, start + 12 * struct.unpack_from("<H", tiff, start - 2)[0], 12):
        if struct.unpack_from("<H", tiff, at)[0] == tag:
            return tiff[: at + 2] + struct.pack("<HII", 4, 1, value) + tiff[at + 12 :]
    raise KeyError(tag)


def claims() -> Iterator[tuple[str, bytes]]:
    """Headers of every format with a size that no memory has."""
    yield "png", png(SIDE, SIDE)
    yield "png 2**31", png(2**31 - 1, 2**31 - 1)
    yield "jpeg", patched(saved("JPEG"), b"\xff\xc0", 5, struct.pack(">HH", SIDE, SIDE))
    yield "webp", patched(saved("WEBP"), b"\x9d\x01\x2a", 3, struct.pack("<HH", 16383, 16383))
    tiff = retagged(retagged(saved("TIFF"), 256, SIDE), 257, SIDE)
    yield "tiff", tiff
    yield "gif", patched(patched(saved("GIF"), b"GIF", 6, b"\xff\xff\xff\xff"), b",\0\0\0\0", 5, b"\xff\xff\xff\xff")
    yield "bmp", patched(saved("BMP"), b"BM", 18, struct.pack("<ii", SIDE, SIDE))
    yield "ppm", b"P6 %d %d 255\n" % (SIDE, SIDE)
    yield "qoi", b"qoif" + struct.pack(">IIBB", SIDE, SIDE, 3, 0) + bytes(20)
    yield "avif", patched(saved("AVIF"), b"ispe", 8, struct.pack(">II", SIDE, SIDE))


def deflated(size: int) -> bytes:
    """So many zeros, a thousandth as large."""
    packer, out = zlib.compressobj(9), []
    for _ in range(size // 2**20):
        out.append(packer.compress(bytes(2**20)))
    return b"".join(out) + packer.flush()


def swellings(size: int) -> Iterator[tuple[str, bytes]]:
    """Files of few pixels with a part that unpacks to `size` bytes."""
    zeros = deflated(size)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    start, end = b"\x89PNG\r\n\x1a\n" + head, chunk(b"IEND", b"")
    pixels = chunk(b"IDAT", zlib.compress(bytes(8 * 25)))
    yield "png pixels", start + chunk(b"IDAT", zeros) + end
    yield "png profile", start + chunk(b"iCCP", b"icc\0\0" + zeros) + pixels + end
    yield "png text", start + chunk(b"zTXt", b"outpaint\0\0" + zeros) + pixels + end
    yield "png international text", start + chunk(b"iTXt", b"outpaint\0\1\0\0\0" + zeros) + pixels + end
    tiff = saved("TIFF", compression="tiff_adobe_deflate")
    tiff = retagged(retagged(tiff, 273, len(tiff)), 279, len(zeros))
    yield "tiff strip", tiff + zeros
