"""Samples in and out of TIFF strips and tiles, with Pillow's libtiff as the one that compresses.

Pillow knows no 16 bits of several channels. But a row of RGB samples is a row of three times as many grey samples:
the tags are rewritten in memory to say so, libtiff unpacks, and the rows are folded back. Writing goes the other way
round. The horizontal predictor runs over pixels, not samples, so it is done and undone here (TIFF 6.0, section 14).
"""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, TiffImagePlugin

from outpaint.files import ifd
from outpaint.files.arrays import to_plain
from outpaint.files.codec import Array, Broken, Unsupported
from outpaint.files.png_rows import packed
from outpaint.files.tiff_tags import (
    BITS,
    COLORMAP,
    COMPRESSION,
    EXTRA,
    FILL,
    FORMAT,
    HEIGHT,
    PHOTOMETRIC,
    PLANAR,
    PREDICTOR,
    ROWS,
    SAMPLES,
    STRIP_COUNTS,
    STRIP_OFFSETS,
    STRUCTURAL,
    TILE_COUNTS,
    TILE_HEIGHT,
    TILE_OFFSETS,
    TILE_WIDTH,
    WIDTH,
    Page,
)

_LISTS = {BITS, STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS, COLORMAP, EXTRA, FORMAT, 347, 529, 530, 532}
_FOLDABLE = {1, 5, 8, 32946, 32773, 34925, 50000}


def load(page: Page, mode: str, bits: int, premultiplied: bool) -> Array:
    """Samples as `Stored.load` promises them."""
    _check_pieces(page)
    if bits >= 8 and (page.number(COMPRESSION) or 1) in _FOLDABLE and page.number(PHOTOMETRIC) not in (6, 8):
        array = _folded(page, bits)
        if page.number(PHOTOMETRIC) == 0:
            array[..., 0] = np.iinfo(array.dtype).max - array[..., 0]
        if premultiplied:
            array = _unmultiplied(array)
        return array[..., 0] if array.shape[2] == 1 else array
    kept = {tag: e for tag, e in page.tags.items() if tag in STRUCTURAL and tag not in (254, 255, 330)}
    image = _decoded(page, kept)
    if image.mode in ("LAB", "YCbCr", "RGBX"):
        image = to_plain(image)
    array = np.asarray(image)
    return np.where(array, np.uint8(255), np.uint8(0)) if mode == "1" else array


def store(array: Array, bits: int, compression: str, predictor: int) -> tuple[list[bytes], dict[int, Any]]:
    """The strips, and the tags that tell how to unpack them."""
    if predictor == 2 and bits >= 8:
        array = array.copy()
        array[:, 1:] -= array[:, :-1].copy()
    if bits == 16:
        image = Image.fromarray(np.ascontiguousarray(array.reshape(array.shape[0], -1)))
    elif bits == 1 and compression in ("group3", "group4"):
        image = Image.fromarray(array).convert("1", dither=Image.Dither.NONE)
    else:
        compression = "tiff_adobe_deflate" if compression in ("group3", "group4") else compression
        image = Image.fromarray(packed(array, bits))
    out = BytesIO()
    image.save(out, "TIFF", compression=compression)
    data = out.getvalue()
    head = ifd.read_head(data)
    tags, _ = ifd.read_directory(data, head.first, head)
    page = Page(data, head, tags)
    offsets, counts = page.numbers(STRIP_OFFSETS) or (), page.numbers(STRIP_COUNTS) or ()
    kept = {
        t: e if head.order == "<" else e.turned() for t, e in tags.items() if t in (ROWS, COMPRESSION, FILL, 292, 293)
    }
    kept.setdefault(ROWS, ifd.entry(ifd.LONG, [array.shape[0]], "<"))
    pieces = [data[at : at + size] for at, size in zip(offsets, counts, strict=True)]
    return pieces, kept | {PLANAR: ifd.entry(ifd.SHORT, [1], "<")}


def _check_pieces(page: Page) -> None:
    """Broken if a strip or tile lies outside the file, which libtiff would fill with whatever it finds."""
    for at, size in ((STRIP_OFFSETS, STRIP_COUNTS), (TILE_OFFSETS, TILE_COUNTS)):
        offsets, counts = page.numbers(at) or (), page.numbers(size) or ()
        if any(o + c > len(page.data) for o, c in zip(offsets, counts, strict=False)):
            raise Broken("it ends too early")
    if not (page.numbers(STRIP_OFFSETS) or page.numbers(TILE_OFFSETS)):
        raise Broken("it has no strips and no tiles")


def _folded(page: Page, bits: int) -> Array:
    """H x W x C by way of one wide grey picture, or of one for each plane."""
    order = page.head.order
    width, height, channels = (page.number(tag) or 1 for tag in (WIDTH, HEIGHT, SAMPLES))
    apart = page.number(PLANAR) == 2 and channels > 1
    wide = 1 if apart else channels
    grey = {tag: e for tag, e in page.tags.items() if tag in (COMPRESSION, FILL, ROWS, TILE_HEIGHT)}
    for tag, value in ((WIDTH, width * wide), (HEIGHT, height), (SAMPLES, 1), (BITS, bits), (PHOTOMETRIC, 1)):
        grey[tag] = ifd.entry(ifd.LONG if tag in (WIDTH, HEIGHT) else ifd.SHORT, [value], order)
    tile = page.number(TILE_WIDTH)
    if tile is not None:
        grey[TILE_WIDTH] = ifd.entry(ifd.LONG, [tile * wide], order)
    planes = []
    for plane in range(channels if apart else 1):
        for tag in (STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS):
            values = page.numbers(tag)
            if values:
                share = len(values) // channels if apart else len(values)
                own = values[plane * share : (plane + 1) * share]
                grey[tag] = ifd.entry(16 if page.head.big else ifd.LONG, own, order)
        samples = np.array(_decoded(page, grey)).reshape(height, width, wide)
        planes.append(samples.astype(np.uint16 if bits == 16 else np.uint8))
    array = np.concatenate(planes, 2)
    if page.number(PREDICTOR) == 2:
        for left in range(0, width, tile or width):
            part = array[:, left : left + (tile or width)]
            np.cumsum(part, axis=1, dtype=array.dtype, out=part)
    elif (page.number(PREDICTOR) or 1) != 1:
        raise Unsupported("is a TIFF with a predictor for floats; save it with another compression first")
    return array


def _decoded(page: Page, tags: ifd.Directory) -> Image.Image:
    """The picture that these tags describe over the same data; what shall be one number is made one."""
    head, order = page.head, page.head.order
    tags = {t: e if t in _LISTS or e.count == 1 else _first(e) for t, e in tags.items()}
    data = page.data + b"\0" * (len(page.data) % 2)
    at = len(data)
    if head.big:
        start = data[:2] + struct.pack(f"{order}HHHQ", 43, 8, 0, at) + data[16:]
        file = start + _big_directory(tags, at, order)
    else:
        file = data[:4] + struct.pack(f"{order}I", at) + data[8:] + ifd.lay_out(tags, at, order)
    image = TiffImagePlugin.TiffImageFile(BytesIO(file))
    image.load()
    return image


def _first(many: ifd.Entry) -> ifd.Entry:
    return ifd.Entry(many.kind, many.data[: ifd.SIZES[many.kind]])


def _big_directory(tags: ifd.Directory, at: int, order: str) -> bytes:
    """A directory of a big TIFF: eight-byte counts and offsets."""
    tail = at + 8 + 20 * len(tags) + 8
    table, behind = [struct.pack(f"{order}Q", len(tags))], b""
    for tag in sorted(tags):
        e = tags[tag]
        value = e.data.ljust(8, b"\0")
        if len(e.data) > 8:
            value = struct.pack(f"{order}Q", tail + len(behind))
            behind += e.data + b"\0" * (-len(e.data) % 8)
        table.append(struct.pack(f"{order}HHQ", tag, e.kind, e.count) + value)
    return b"".join(table) + bytes(8) + behind


def _unmultiplied(array: Array) -> Array:
    """Colours divided by their opacity, rounded to nearest; black where there is none."""
    white = int(np.iinfo(array.dtype).max)
    alpha = array[..., -1:].astype(np.uint64)
    colours = (array[..., :-1].astype(np.uint64) * white + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colours, white).astype(array.dtype), array[..., -1:]], 2)
