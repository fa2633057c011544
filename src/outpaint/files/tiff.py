"""TIFF: what the tags say, and a file written with the same compression, predictor, mode and depth.

A JPEG inside a TIFF is written back with deflate, which keeps the known pixels as they are. Only the first page is a
picture; pages marked as reduced copies are left out (TIFF 6.0; Adobe Photoshop TIFF notes 2).
"""

import struct
from typing import Any

import numpy as np

from outpaint.files import ifd, recipe, tiff_samples
from outpaint.files.codec import EIGHT, SIXTEEN, Broken, Bytes, Format, Options, Sheet, Stored, Unsupported
from outpaint.files.png_rows import levels
from outpaint.files.tiff_tags import (
    BITS,
    COLORMAP,
    COMPRESSION,
    EXTRA,
    FORMAT,
    HEIGHT,
    ICC,
    NAMES,
    PHOTOMETRIC,
    PREDICTOR,
    SAMPLES,
    STRUCTURAL,
    SUBFILE,
    WIDTH,
    X_DPI,
    XMP,
    Y_DPI,
    Page,
)
from outpaint.geometry import Extent

_DESCRIPTION, _UNIT, _IPTC, _PHOTOSHOP = 270, 296, 33723, 34377
_NEVER = STRUCTURAL | {XMP, ICC, X_DPI, Y_DPI, _UNIT, _IPTC, _PHOTOSHOP, 37724, 50255}
_TOLD = {269, 270, 271, 272, 274, 285, 305, 306, 315, 316, 18246, 18249, 33432, *range(40091, 40096)}
"""Tags of the first directory that say something about the picture, not about its storage."""


def parse(data: bytes) -> Stored:
    head = ifd.read_head(data)
    pages = _pages(data, head)
    page = Page(data, head, pages[0])
    width, height = page.number(WIDTH), page.number(HEIGHT)
    if width is None or height is None:
        raise Broken("its size is missing")
    bits, mode, premultiplied = _mode(page)
    block, written = recipe.taken_out(_exif(page))
    options: Options = {
        "compression": NAMES.get(page.number(COMPRESSION) or 1, "tiff_adobe_deflate"),
        "predictor": page.number(PREDICTOR) or 1,
        "tags": {tag: e.data for tag in (_IPTC, _PHOTOSHOP) if (e := page.tags.get(tag)) and e.kind in (1, 7)},
    }
    return Stored(
        "TIFF",
        Extent(width, height),
        mode,
        lambda: tiff_samples.load(page, mode, bits, premultiplied),
        bits=bits,
        frames=sum(1 for tags in pages if not _reduced(Page(data, head, tags))) or 1,
        palette=_palette(page, bits) if mode == "P" else None,
        icc=page.data_of(ICC),
        exif=block,
        xmp=page.data_of(XMP),
        dpi=_dpi(page),
        recipe=written,
        options=options,
    )


def write(sheet: Sheet) -> bytes:
    options = sheet.options
    compression = options.get("compression", "tiff_adobe_deflate")
    plain = sheet.mode.partition(";")[0]
    bits = 16 if sheet.mode.endswith(";16") else 1 if plain == "1" else sheet.bits
    spread = plain in ("1", "P") or bits < 8
    predictor = options.get("predictor", 1 if spread else 2) if compression in _PREDICTABLE and not spread else 1
    array = levels(sheet.array, bits) if plain == "L" else sheet.array
    pieces, storage = tiff_samples.store(array, bits, compression, predictor)
    channels = 1 if sheet.array.ndim == 2 else sheet.array.shape[2]
    tags: dict[int, Any] = dict(storage)
    short = {WIDTH: sheet.extent.width, HEIGHT: sheet.extent.height, SAMPLES: channels, PREDICTOR: predictor}
    tags |= {tag: ifd.entry(ifd.LONG if tag in (WIDTH, HEIGHT) else ifd.SHORT, [v], "<") for tag, v in short.items()}
    tags[BITS] = ifd.entry(ifd.SHORT, [bits] * channels, "<")
    photometric = {"1": 1, "L": 1, "LA": 1, "P": 3, "RGB": 2, "RGBA": 2, "CMYK": 5}[plain]
    tags[PHOTOMETRIC] = ifd.entry(ifd.SHORT, [photometric], "<")
    if plain.endswith("A"):
        tags[EXTRA] = ifd.entry(ifd.SHORT, [2], "<")
    if sheet.palette is not None:
        table = np.zeros((3, 2**bits), np.uint16)
        table[:, : len(sheet.palette)] = sheet.palette[:, :3].T.astype(np.uint16) * 257
        tags[COLORMAP] = ifd.Entry(ifd.SHORT, table.astype("<u2").tobytes())
    if sheet.dpi is not None:
        tags |= {
            X_DPI: ifd.entry(ifd.RATIONAL, [sheet.dpi[0]], "<"),
            Y_DPI: ifd.entry(ifd.RATIONAL, [sheet.dpi[1]], "<"),
        }
        tags[_UNIT] = ifd.entry(ifd.SHORT, [2], "<")
    if sheet.xmp is not None:
        tags[XMP] = ifd.Entry(ifd.BYTE, sheet.xmp)
    if sheet.icc is not None:
        tags[ICC] = ifd.Entry(ifd.UNDEFINED, sheet.icc)
    tags |= {tag: ifd.Entry(ifd.UNDEFINED, data) for tag, data in options.get("tags", {}).items()}
    tags |= {t: e for t, e in _described(recipe.put_in(sheet.exif, sheet.recipe)).items() if t not in tags}
    return _file(pieces, tags)


_PREDICTABLE = {"tiff_lzw", "tiff_adobe_deflate", "zstd", "lzma"}


def _file(pieces: list[bytes], tags: dict[int, Any]) -> bytes:
    """Header, strips, directory."""
    at, offsets, body = 8, [], []
    for piece in pieces:
        offsets.append(at)
        body.append(piece + b"\0" * (len(piece) % 2))
        at += len(body[-1])
    if at > 2**32 - 2**24:
        raise Unsupported("is larger than the 4 GB a TIFF can hold; use --format png")
    tags[273] = ifd.entry(ifd.LONG, offsets, "<")
    tags[279] = ifd.entry(ifd.LONG, [len(piece) for piece in pieces], "<")
    return b"".join([struct.pack("<2sHI", b"II", 42, at), *body, ifd.lay_out(tags, at, "<")])


def _pages(data: bytes, head: ifd.Head) -> list[ifd.Directory]:
    """Every directory of the chain; a chain that bites its own tail ends there."""
    pages: list[ifd.Directory] = []
    at, seen = head.first, set[int]()
    while at and at not in seen:
        seen.add(at)
        try:
            tags, at = ifd.read_directory(data, at, head)
        except Broken:
            if not pages:
                raise
            break
        pages.append(tags)
    if not pages:
        raise Broken("it has no pages")
    return pages


def _reduced(page: Page) -> bool:
    """Whether the page is a reduced copy or a mask of another (bits 0 and 2 of NewSubfileType)."""
    return bool((page.number(SUBFILE) or 0) & 0b101) or WIDTH not in page.tags


def _mode(page: Page) -> tuple[int, str, bool]:
    """Bits per sample, mode, and whether colours are multiplied by opacity; Unsupported for what would lose."""
    photometric = page.number(PHOTOMETRIC)
    depths = set(page.numbers(BITS) or (1,))
    formats = set(page.numbers(FORMAT) or (1,)) - {4}
    samples = page.number(SAMPLES) or 1
    if formats - {1} or len(depths) > 1 or max(depths) > 16:
        raise Unsupported("is a TIFF of floats, signed or 32-bit numbers; convert it to 16 bits first")
    bits = depths.pop()
    base = {0: ("L", 1), 1: ("L", 1), 2: ("RGB", 3), 3: ("P", 1), 5: ("CMYK", 4), 6: ("RGB", 3), 8: ("RGB", 3)}
    if photometric is None or photometric not in base or bits not in (1, 2, 4, 8, 16):
        raise Unsupported("is a TIFF of a kind that cannot be read; convert it to 8 or 16 bits RGB first")
    mode, colours = base[photometric]
    extra = page.numbers(EXTRA) or ()
    more = samples - colours
    if more < 0:
        raise Broken("channels are missing")
    kind = extra[0] if extra else 2
    if more > 1 or (more == 1 and (kind not in (1, 2, 999) or mode in ("P", "CMYK") or bits < 8)):
        raise Unsupported(f"is a TIFF with {more} more channels than colours, which would be lost; remove them first")
    if (mode == "CMYK" and bits == 16) or (photometric in (6, 8) and bits != 8):
        raise Unsupported("is a 16-bit TIFF in CMYK, LAB or YCbCr; convert it to 8 bits or to RGB first")
    if mode == "L" and bits == 1:
        mode = "1"
    return bits, mode + ("A" if more else "") + (";16" if bits == 16 else ""), bool(more) and kind == 1


def _palette(page: Page, bits: int) -> Bytes:
    table = page.numbers(COLORMAP) or ()
    if bits > 8 or len(table) != 3 * 2**bits:
        raise Broken("its palette is damaged")
    wide = np.array(table, np.uint32).reshape(3, -1).T
    return (wide if wide.max() < 256 else wide // 256).astype(np.uint8)


def _dpi(page: Page) -> tuple[float, float] | None:
    x, y = page.tags.get(X_DPI), page.tags.get(Y_DPI)
    scale = {2: 1.0, 3: 2.54}.get(page.number(_UNIT) or 2)
    if not (x and y and scale and x.kind == y.kind == ifd.RATIONAL):
        return None
    dots = x.values(page.head.order)[0] * scale, y.values(page.head.order)[0] * scale
    return dots if all(dots) else None


def _exif(page: Page) -> bytes | None:
    """What the file tells about the picture, as an EXIF block of its own; None if it tells nothing."""
    tags = {tag: e for tag, e in page.tags.items() if tag in _TOLD | ifd.POINTERS}
    if _DESCRIPTION in tags and tags[_DESCRIPTION].data.startswith(b'{"shape"'):
        del tags[_DESCRIPTION]  # tifffile's note of the array's shape, untrue as soon as the picture grows
    tree = ifd.tree_of(page.data, tags, page.head)
    return ifd.block_of(tree, page.head.order) if tree else None


def _described(block: bytes | None) -> dict[int, Any]:
    """An EXIF block as tags of a little-endian TIFF, without what describes the storage of some other file."""
    if block is None:
        return {}
    head = ifd.read_head(block)
    first, _ = ifd.read_directory(block, head.first, head)
    tree = ifd.tree_of(block, {tag: e for tag, e in first.items() if tag not in _NEVER}, head)
    return tree if head.order == "<" else _turned(tree)


def _turned(tree: dict[int, Any]) -> dict[int, Any]:
    return {tag: item.turned() if isinstance(item, ifd.Entry) else _turned(item) for tag, item in tree.items()}


TIFF = Format("TIFF", "TIFF", (".tiff", ".tif"), rb"II[*+]\0|MM\0[*+]", parse, write, EIGHT | SIXTEEN | {"CMYK"})
