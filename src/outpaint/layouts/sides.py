"""`sides`: one side after the other: left, right, up, down, each on what the ones before have made.

A pass for a side that grows by E sees the full length of it and min(process size, size + E) pixels across; what it
starts from is made on all that there is by then. Outpainting mk2 of the Stable Diffusion webui, which grew by at most
256 pixels; here a side that grows by more, or by more than half of a window, takes several passes of the same kind.

If faithful, a pass starts from a guess that reaches `mask_blur` pixels into what is there, the model repaints twice
as many, and its answer is laid over the photo with a blur of four times that.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outpaint.geometry import Frame
from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout
from outpaint.layouts.scripts import DIRECTION, framed, unasked
from outpaint.painters.protocol import FAITHFUL, Setting
from outpaint.rim import Rim

FARTHEST = 256
"""Pixels that one pass grows at most."""


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    """The original's windows; nothing of the photo is repainted."""
    return replace(faithfully(ground, settings), rims=())


def faithfully(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    """A hole inside the photo is painted first, with the whole photo around it."""
    blur = int(settings["mask_blur"])
    there, target = ground.known, ground.target
    holed = not ground.hole.empty
    windows, starts = [there] * holed, [there] * holed
    rims = [Rim(there, there, there, 4 * blur)] * holed
    size = {"width": int(settings["process_width"]), "height": int(settings["process_height"])}
    for side, axis in (("left", "width"), ("right", "width"), ("top", "height"), ("bottom", "height")):
        process = size[axis]
        far = abs(getattr(target, side) - getattr(there, side))
        passes = math.ceil(far / max(1, min(FARTHEST, process // 2)))
        for number in range(passes):
            step = far * (number + 1) // passes - far * number // passes
            before, there = there, there.grown(**{side: step})
            seen = min(process, getattr(there, axis))
            windows.append(_at(there, side, max(seen, step)))
            starts.append(there)
            near, far_in = before.grown(**{side: -blur}), before.grown(**{side: -2 * blur})
            rims.append(Rim(near, far_in, near, 4 * blur))
    return Laid(tuple(windows), tuple(starts), rims=tuple(rims))


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
        Setting("pixels", 128, "if faithful: how far sides grow where no amount is given", low=8, high=256),
        Setting("process_width", 512, "pixels across that a pass for the left or right side sees", low=64, high=4096),
        Setting(
            "process_height", 512, "pixels across that a pass for the upper or lower side sees", low=64, high=4096
        ),
        Setting("mask_blur", 8, "if faithful: the rim that the start covers; 1/4 sigma of the blur", low=0, high=64),
        DIRECTION,
        FAITHFUL,
    ),
    Cutting(faithfully, framed, unasked),
)
