"""`expansion`: everything unknown in one window; if faithful, a share of the photo beside it is repainted too.

    kept = int(w (1 - overlap H)) x int(h (1 - overlap V)),   H, V: how many sides grow along each axis

Mosaic Outpaint by Haoming02, whose mask then went through the Inpaint tab of the webui with its blur.
"""

from collections.abc import Mapping
from typing import Any

from outpaint.geometry import Frame
from outpaint.layouts.protocol import FAITHFUL, Ground, Laid, Layout
from outpaint.layouts.whole import MASK_BLUR, laid
from outpaint.painters.diffusion.settings import SOFT_INPAINTING
from outpaint.painters.protocol import Setting
from outpaint.rim import Rim


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    kept = _kept(ground.known, ground.target, float(settings["mask_overlap"]))
    rim = Rim(ground.known, kept, laid(kept, settings), int(settings["mask_blur"]), int(settings["feather"]))
    return Laid((ground.target,), rims=(rim,) if settings["faithful"] else ())


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
    lay,
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
        SOFT_INPAINTING,
        FAITHFUL,
    ),
)
