"""GIF of one frame: its colour table is kept, the recipe goes into a comment (GIF89a)."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
from PIL import GifImagePlugin, Image

from outpaint.files import recipe
from outpaint.files.codec import Array, Broken, Bytes, Sheet, Stored, Unsupported
from outpaint.geometry import Extent

_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _COMMENT = 0xF9, 0xFE


def parse(data: bytes) -> Stored:
    if len(data) < 13:
        raise Broken("its header is damaged")
    width, height = (int.from_bytes(data[i : i + 2], "little") for i in (6, 8))
    table = data[13 : 13 + _table(data[10])]
    comment, clear, frames = b"", None, 0
    for kind, body in _blocks(data, 13 + len(table), width, height):
        if kind == _IMAGE:
            frames += 1
            if frames == 1 and body:
                table = body
        elif kind == _COMMENT:
            comment += body
        elif kind == _CONTROL and frames == 0 and len(body) >= 4 and body[0] & 1:
            clear = body[3]
    if not frames:
        raise Broken("the picture itself is missing")
    theirs, written = recipe.split(comment.decode("utf-8", "surrogateescape"))
    options: dict[str, Any] = {"comment": theirs.encode("utf-8", "surrogateescape")}

    def load() -> Array:
        try:
            image = GifImagePlugin.GifImageFile(BytesIO(data))
            image.load()
        except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
            raise Broken(str(error)) from error
        return np.asarray(image if image.mode in ("P", "L") else image.convert("P"))

    palette = _palette(table, clear)
    mode = "P" if len(palette) else "L"
    return Stored(
        "GIF", Extent(width, height), mode, load, 8, frames, palette if len(palette) else None, None,
        None, None, None, None, written, options,
    )  # fmt: skip


def write(sheet: Sheet) -> bytes:
    text = sheet.options.get("comment", b"")
    if sheet.recipe is not None:
        text = b"\n".join(filter(None, [text, f"{recipe.KEY}:{sheet.recipe}".encode()]))
    how: dict[str, Any] = {"comment": text} if text else {}
    array = sheet.array
    image = Image.fromarray(array)
    if sheet.palette is not None:
        array, clear = _one_clear(array, sheet.palette)
        image = Image.fromarray(array, "P")
        image.putpalette(sheet.palette[:, :3].tobytes())
        if clear is not None:
            how["transparency"] = clear
    out = BytesIO()
    image.save(out, "GIF", optimize=False, **how)
    return out.getvalue()


def _one_clear(indices: Bytes, palette: Bytes) -> tuple[Bytes, int | None]:
    """Indices with all clear entries made one, because GIF has but one; Unsupported if an entry is half clear."""
    if palette.shape[1] == 3:
        return indices, None
    used = np.unique(indices)
    opacity = palette[used, 3]
    if ((opacity > 0) & (opacity < 255)).any():
        raise Unsupported("is partly transparent, which GIF cannot hold; use --format png or webp")
    clear = np.flatnonzero(palette[:, 3] == 0)
    if not len(clear):
        return indices, None
    mapped = np.arange(256, dtype=np.uint8)
    mapped[clear] = clear[0]
    return mapped[indices], int(clear[0])


def _palette(table: bytes, clear: int | None) -> Bytes:
    colours = np.frombuffer(table[: len(table) // 3 * 3], np.uint8).reshape(-1, 3)
    if clear is None or clear >= len(colours):
        return colours
    opacity = np.full((len(colours), 1), 255, np.uint8)
    opacity[clear] = 0
    return np.concatenate([colours, opacity], 1)


def _table(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks(data: bytes, at: int, width: int, height: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of every block: of an image its own colour table, of an extension its data."""
    while at < len(data):
        kind = data[at]
        if kind == _END:
            return
        if kind == _IMAGE and at + 10 <= len(data):
            size = _table(data[at + 9])
            left, top, across, down = (int.from_bytes(data[i : i + 2], "little") for i in range(at + 1, at + 9, 2))
            if left + across > width or top + down > height:
                raise Broken("a frame reaches beyond the picture")
            yield kind, data[at + 10 : at + 10 + size]
            _, at = _joined(data, at + 11 + size)
        elif kind == _EXTENSION and at + 2 <= len(data):
            label = data[at + 1]
            body, at = _joined(data, at + 2)
            yield label, body
        else:
            break
    raise Broken("it ends too early")


def _joined(data: bytes, at: int) -> tuple[bytes, int]:
    """The sub-blocks from `at` put together, and where they end."""
    parts: list[bytes] = []
    while at < len(data):
        size = data[at]
        if not size:
            return b"".join(parts), at + 1
        parts.append(data[at + 1 : at + 1 + size])
        at += 1 + size
    raise Broken("it ends too early")
