"""GIF of one frame: its colour table is kept, the recipe goes into a comment (GIF89a)."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from PIL import GifImagePlugin, Image

from outpaint.files import recipe
from outpaint.files.codec import Array, Broken, Bytes, Format, Sheet, Stored, Unsupported
from outpaint.geometry import Extent


def parse(data: bytes) -> Stored:
    image = GifImagePlugin.GifImageFile(BytesIO(data))
    frames = image.n_frames
    screen: tuple[int, int] = struct.unpack_from("<HH", data, 6)
    if image.size != screen:
        raise Broken("a frame reaches beyond the picture")
    theirs, written = recipe.split(image.info.get("comment", b"").decode("utf-8", "surrogateescape"))
    return Stored(
        "GIF",
        Extent(*screen),
        "P",
        lambda: np.asarray(image),
        frames=frames,
        palette=_palette(image),
        recipe=written,
        options={"comment": theirs.encode("utf-8", "surrogateescape")},
    )


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


def _palette(image: GifImagePlugin.GifImageFile) -> Bytes:
    """The colour table, N x 3 or with a clear entry N x 4; where Pillow has none it is a ramp of greys."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8), 3)
    table: Array = ramp if image.palette is None else np.frombuffer(bytes(image.palette.palette), np.uint8)
    colours = table[: len(table) // 3 * 3].reshape(-1, 3)
    clear = image.info.get("transparency")
    if clear is None or clear >= len(colours):
        return colours
    opacity = np.full((len(colours), 1), 255, np.uint8)
    opacity[clear] = 0
    return np.concatenate([colours, opacity], 1)


GIF = Format(
    "GIF",
    "GIF",
    (".gif",),
    rb"GIF8[79]a",
    parse,
    write,
    frozenset({"1", "L", "P"}),
    side=65535,
    icc=False,
    opacity="one",
)
