"""What both outpainting scripts of the Stable Diffusion webui do before they paint.

    target = ceil((size + before + after) / 64) 64,   before := before (target - size) // (before + after)

along an axis. Named sides share what rounding adds. Without an amount they grew by `pixels` in every `direction`.
"""

import math
from collections.abc import Mapping
from typing import Any

from outpaint.errors import RequestError
from outpaint.geometry import Frame
from outpaint.painters.protocol import Setting

MULTIPLE = 64
SIDES = {"left": "left", "right": "right", "up": "top", "down": "bottom"}
DIRECTION = Setting("direction", "left,right,up,down", "if faithful: the sides that grow where no amount is given")


def framed(photo: Frame, asked: Frame, settings: Mapping[str, Any]) -> Frame:
    """The frame that comes out: sides that grow get what rounding adds."""
    left, right = _shared(photo.left - asked.left, asked.right - photo.right, photo.width)
    top, bottom = _shared(photo.top - asked.top, asked.bottom - photo.bottom, photo.height)
    return photo.grown(left, top, right, bottom)


def unasked(photo: Frame, settings: Mapping[str, Any]) -> Frame:
    """All directions, as far as the settings say."""
    return photo.grown(**dict.fromkeys(directions(str(settings["direction"])), int(settings["pixels"])))


def rounded_up(frame: Frame) -> Frame:
    """With the right and lower border moved out to the multiple."""
    width, height = (-(-length // MULTIPLE) * MULTIPLE for length in frame.extent)
    return Frame(frame.left, frame.top, width, height)


def directions(words: str) -> list[str]:
    """The sides named; RequestError for any other word."""
    names = [word.strip().lower() for word in words.split(",") if word.strip()]
    if not names or not set(names) <= SIDES.keys():
        raise RequestError(f"setting direction is some of {', '.join(SIDES)}, not {words!r}")
    return [SIDES[name] for name in names]


def _shared(before: int, after: int, length: int) -> tuple[int, int]:
    """Both sides of an axis that grows, together a multiple; others, and those of a cropped photo, as they are."""
    if before < 0 or after < 0 or before + after == 0:
        return before, after
    extra = math.ceil((length + before + after) / MULTIPLE) * MULTIPLE - length
    first = before * extra // (before + after)
    return first, extra - first
