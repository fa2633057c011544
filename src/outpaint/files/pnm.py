"""PBM, PGM and PPM, of eight and sixteen bits (netpbm's pbm(5), pgm(5), ppm(5))."""

import re

import numpy as np

from outpaint.files.codec import Array, Broken, Format, Sheet, Stored
from outpaint.geometry import Extent

_SPACE = rb"(?:\s|#[^\n]*\n)+"
_CHANNELS = {1: 1, 2: 1, 3: 3}


def parse(data: bytes) -> Stored:
    kind = data[1] - ord("0")
    bitmap, text, channels = kind in (1, 4), kind <= 3, _CHANNELS[(kind - 1) % 3 + 1]
    pattern = rb"P." + (_SPACE + rb"(\d{1,9})") * (2 if bitmap else 3) + rb"\s"
    head = re.match(pattern, data[:4096])
    if head is None:
        raise Broken("its header is damaged")
    width, height, white = (*map(int, head.groups()), 1)[:3]
    if not 0 < white < 65536:
        raise Broken("its white is not between 1 and 65535")
    mode = "1" if bitmap else ("L" if channels == 1 else "RGB") + (";16" if white > 255 else "")

    def load() -> Array:
        body = data[head.end() :]
        values = _listed(body, bitmap) if text else _packed(body, width, height * channels, white, bitmap)
        if len(values) < width * height * channels:
            raise Broken("it ends too early")
        array = values[: width * height * channels].reshape(height, width, channels)
        if bitmap:
            return np.where(array[..., 0], np.uint8(0), np.uint8(255))
        full, dtype = (255, np.uint8) if white < 256 else (65535, np.uint16)
        if white != full:
            array = (np.minimum(array, white).astype(np.uint64) * full + white // 2) // white
        array = array.astype(dtype)
        return array[..., 0] if channels == 1 else array

    return Stored("PPM", Extent(width, height), mode, load, bits=1 if bitmap else 16 if white > 255 else 8)


def write(sheet: Sheet) -> bytes:
    size = b"%d %d\n" % tuple(sheet.extent)
    if sheet.mode == "1":
        return b"P4\n" + size + np.packbits(sheet.array == 0, axis=1).tobytes()
    deep = sheet.array.dtype == np.uint16
    kind = b"P5\n" if sheet.mode.startswith("L") else b"P6\n"
    return kind + size + (b"65535\n" if deep else b"255\n") + sheet.array.astype(">u2" if deep else "u1").tobytes()


def _listed(body: bytes, bitmap: bool) -> Array:
    """Numbers written out; in a bitmap each digit is one."""
    words = re.sub(rb"#[^\n]*", b"", body)
    try:
        return np.array(re.findall(rb"[01]", words) if bitmap else words.split(), dtype="S").astype(np.uint16)
    except ValueError:
        raise Broken("it holds something that is not a number") from None


def _packed(body: bytes, width: int, rows: int, white: int, bitmap: bool) -> Array:
    if bitmap:
        across = -(-width // 8)
        bits = np.frombuffer(body[: across * rows], np.uint8)
        return np.unpackbits(bits[: len(bits) // across * across].reshape(-1, across), axis=1)[:, :width].ravel()
    dtype = np.dtype(">u2" if white > 255 else "u1")
    return np.frombuffer(body, dtype, min(len(body) // dtype.itemsize, width * rows))


PPM = Format(
    "PPM",
    "PPM",
    (".ppm", ".pgm", ".pbm", ".pnm"),
    rb"P[1-6][\s#]",
    parse,
    write,
    frozenset({"1", "L", "RGB", "L;16", "RGB;16"}),
    icc=False,
)
