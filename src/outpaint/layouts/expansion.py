"""`expansion`: everything unknown in one window; if faithful, a share of the photo beside it is repainted too.

    kept = int(w (1 - overlap H)) x int(h (1 - overlap V)),   H, V: how many sides grow along each axis

Mosaic Outpaint by Haoming02, whose mask then went through the Inpaint tab of the webui with its blur. Without an
amount it grew by a share of the photo, to the right.
"""

from collections.abc import Mapping
from typing import Any

from outpaint.geometry import Frame
from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout, one_window
from outpaint.layouts.scripts import DIRECTION, directions
from outpaint.layouts.whole import MASK_BLUR, SOFT_INPAINTING, bare
from outpaint.painters.protocol import FAITHFUL, Setting
from outpaint.rim import Rim


def faithfully(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    kept = _kept(ground.known, ground.target, float(settings["mask_overlap"]))
    rim = Rim(ground.known, kept, bare(kept, settings), int(settings["mask_blur"]), int(settings["feather"]))
    return Laid((ground.target,), rims=(rim,))


def unasked(photo: Frame, settings: Mapping[str, Any]) -> Frame:
    """As far as the settings say."""
    sides = directions(str(settings["direction"]))
    far = {
        side: int(photo.width * float(settings["expansion_X"]))
        if side in ("left", "right")
        else int(photo.height * float(settings["expansion_Y"]))
        for side in sides
    }
    return photo.grown(**far)


def _kept(known: Frame, target: Frame, overlap: float) -> Frame:
    left, right = target.left < known.left, target.right > known.right
    top, bottom = target.top < known.top, target.bottom > known.bottom
    return Frame(
        known.left + left * int(known.width * overlap),
        known.top + top * int(known.height * overlap),
        int(known.width * (1 - overlap * (left + right))),
        int(known.height * (1 - overlap * (top + bottom))),
    )


LAYOUT = Layout(
    "expansion",
    "Everything unknown in one window.",
    one_window,
    (
        MASK_BLUR,
        Setting(
            "mask_overlap",
            0.15,
            "if faithful: share of the photo that is repainted",
            low=0.05,
            high=0.5,
            also=("overlap",),
        ),
        Setting("feather", 0, "if faithful: pixels by which the mask is feathered", low=0, high=64),
        Setting("expansion_X", 0.5, "if faithful: growth to a side where no amount is given", low=0.05, high=1),
        Setting("expansion_Y", 0.5, "if faithful: growth up or down where no amount is given", low=0.05, high=1),
        Setting("direction", "right", DIRECTION.about, also=("directions",)),
        SOFT_INPAINTING,
        FAITHFUL,
    ),
    Cutting(faithfully, unasked=unasked),
)
