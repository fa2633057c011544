"""Workspaces of lkwq007's stablediffusion-infinity (files *.sdinf): one picture in square chunks.

{"width", "height", "selection_width", "selection_height", "view_pos", "cursor", "scale", "data": {"x,y": PNG}} where
x,y counts chunks, usually 4096 pixels wide, from the top left, and the PNG is base64; empty chunks are left out.
Alpha 0 is empty.
"""

import re
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from outpaint.canvas.commands import AddLayer, Paint
from outpaint.canvas.importing.reading import Budget, Commands, Workspace, damaged, mapping, picture, text
from outpaint.canvas.packing import Samples8
from outpaint.canvas.tiles import check_frame
from outpaint.geometry import Frame
from outpaint.nearest import bounds


def reads(record: Mapping[str, Any]) -> bool:
    return "data" in record and "view_pos" in record


def read(record: Mapping[str, Any], name: str, max_pixels: int) -> Workspace:
    """All chunks are decoded at once, cut down to what is in them. FileError if one is damaged."""
    budget, held = Budget(max_pixels), Budget(max_pixels)
    parts: list[tuple[Frame, Samples8]] = []
    side = 0
    for key, code in mapping(record["data"], "its data").items():
        match = re.fullmatch(r"(-?\d{1,7}),(-?\d{1,7})", key)
        if not match:
            raise damaged(f"{key!r:.40} is not the place of a chunk")
        pixels = picture(text(code, f"chunk {key}"), f"chunk {key}", max_pixels)
        height, width = pixels.shape[:2]
        side = side or width
        if not width == height == side:
            raise damaged(f"chunk {key} is {width}x{height}, another {side}x{side}")
        chunk = budget.spend(check_frame(Frame(int(match[1]) * side, int(match[2]) * side, side, side)))
        part = bounds(pixels[..., 3] > 0, chunk)
        if not part.empty:
            parts.append((held.spend(part), pixels[part.inside(chunk)].copy()))

    def commands(x: int, y: int, below: int) -> Commands:
        layer = yield AddLayer(name)
        assert layer is not None
        for part, pixels in parts:
            yield Paint(layer, part.moved(x, y), pixels, replace=True)

    return Workspace(reduce(or_, (part for part, _ in parts), Frame(0, 0, 0, 0)), commands)
