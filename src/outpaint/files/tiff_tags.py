"""The tags of a TIFF page that say how its samples are stored."""

from dataclasses import dataclass
from typing import Any

from outpaint.files import ifd

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL = 254, 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, SAMPLES, ROWS, STRIP_COUNTS, PLANAR, PREDICTOR = 273, 277, 278, 279, 284, 317
X_DPI, Y_DPI, COLORMAP, EXTRA, FORMAT, XMP, ICC = 282, 283, 320, 338, 339, 700, 34675
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS = 322, 323, 324, 325

STRUCTURAL = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291}
    | {292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 338, 339, 340, 341, 342}
    | {347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532}
)
"""What describes storage and belongs to one file alone."""

NAMES = {
    1: "raw",
    3: "group3",
    4: "group4",
    5: "tiff_lzw",
    32773: "packbits",
    34925: "lzma",
    50000: "zstd",
}
"""Compressions that are written back, by Pillow's names; every other one becomes deflate."""


@dataclass(frozen=True)
class Page:
    """One directory with the data around it."""

    data: bytes
    head: ifd.Head
    tags: ifd.Directory

    def numbers(self, tag: int) -> tuple[Any, ...] | None:
        found = self.tags.get(tag)
        return found.values(self.head.order) if found and found.data else None

    def number(self, tag: int) -> int | None:
        """The first value as a whole number; None if the tag is missing."""
        values = self.numbers(tag)
        return int(values[0]) if values else None

    def data_of(self, tag: int) -> bytes | None:
        found = self.tags.get(tag)
        return found.data or None if found else None
