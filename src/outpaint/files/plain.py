"""Formats of pixels and little else: BMP and QOI, as Pillow reads and writes them."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import BmpImagePlugin, Image, ImageFile, QoiImagePlugin

from outpaint.files.codec import Array, Bytes, Format, Sheet, Stored
from outpaint.geometry import Extent


def parse(data: bytes) -> Stored:
    plugin = QoiImagePlugin.QoiImageFile if data[:4] == b"qoif" else BmpImagePlugin.BmpImageFile
    image: ImageFile.ImageFile = plugin(BytesIO(data))
    mode = image.mode if image.mode in ("1", "L", "P", "RGB", "RGBA") else "RGB"
    palette = _palette(image) if mode == "P" else None

    def load() -> Array:
        array = np.asarray(image.convert(mode))
        return np.where(array, np.uint8(255), np.uint8(0)) if mode == "1" else array

    return Stored(image.format or "", Extent(*image.size), mode, load, palette=palette, dpi=image.info.get("dpi"))


def _palette(image: ImageFile.ImageFile) -> Bytes:
    """N x 3; `getpalette` would decode the picture, and its size has not been judged yet."""
    assert image.palette is not None
    order, table = image.palette.getdata()
    colours = np.frombuffer(bytes(table), np.uint8).reshape(-1, len(order))
    return colours[:, [order.index(channel) for channel in "RGB"]]


def write_bmp(sheet: Sheet) -> bytes:
    return _written(sheet, "BMP", dpi=sheet.dpi or (96, 96))


def write_qoi(sheet: Sheet) -> bytes:
    return _written(sheet, "QOI")


def _written(sheet: Sheet, format: str, **how: Any) -> bytes:
    image = Image.fromarray(sheet.array, "P" if sheet.palette is not None else None)
    if sheet.mode == "1":
        image = image.convert("1", dither=Image.Dither.NONE)
    if sheet.palette is not None:
        image.putpalette(sheet.palette[:, :3].tobytes())
    out = BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


BMP = Format("BMP", "BMP", (".bmp", ".dib"), b"BM", parse, write_bmp, frozenset({"1", "L", "P", "RGB"}), icc=False)

QOI = Format("QOI", "QOI", (".qoi",), b"qoif", parse, write_qoi, frozenset({"RGB", "RGBA"}), icc=False)
