"""`sides`: one side after the other: left, right, up, down, each on what the ones before have made.

A pass for a side that grows by E sees the full length of it and min(process size, size + E) pixels across.
Outpainting mk2 of the Stable Diffusion webui, which grew by at most 256 pixels; here a side that grows by more, or by
more than half of a window, takes several passes of the same kind.
"""

import math
from collections.abc import Mapping
from typing import Any

from outpaint.geometry import Frame
from outpaint.layouts.protocol import FAITHFUL, Ground, Laid, Layout
from outpaint.painters.protocol import Setting

FARTHEST = 256
"""Pixels that one pass grows at most."""


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    """A hole inside the photo is painted first, with the whole photo around it."""
    found = [] if ground.hole.empty else [ground.known]
    there, target = ground.known, ground.target
    size = {"width": int(settings["process_width"]), "height": int(settings["process_height"])}
    for side, axis in (("left", "width"), ("right", "width"), ("top", "height"), ("bottom", "height")):
        process = size[axis]
        far = abs(getattr(target, side) - getattr(there, side))
        passes = math.ceil(far / max(1, min(FARTHEST, process // 2)))
        for number in range(passes):
            step = far * (number + 1) // passes - far * number // passes
            there = there.grown(**{side: step})
            seen = min(process, getattr(there, axis))
            found.append(_at(there, side, max(seen, step)))
    return Laid(tuple(found), overlap=2 * int(settings["mask_blur"]) if settings["faithful"] else 0)


def _at(frame: Frame, side: str, depth: int) -> Frame:
    """The strip of that depth along one side of a frame."""
    match side:
        case "left":
            return Frame(frame.left, frame.top, depth, frame.height)
        case "right":
            return Frame(frame.right - depth, frame.top, depth, frame.height)
        case "top":
            return Frame(frame.left, frame.top, frame.width, depth)
        case _:
            return Frame(frame.left, frame.bottom - depth, frame.width, depth)


LAYOUT = Layout(
    "sides",
    "Left, right, up, down, one after the other.",
    lay,
    (
        Setting("process_width", 512, "pixels across that a pass for the left or right side sees", low=64, high=4096),
        Setting(
            "process_height", 512, "pixels across that a pass for the upper or lower side sees", low=64, high=4096
        ),
        Setting("mask_blur", 8, "half of the rim that is repainted if faithful", low=0, high=64),
        FAITHFUL,
    ),
    rounding=64,
)
