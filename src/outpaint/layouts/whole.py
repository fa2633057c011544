"""`whole`: everything unknown in one window; what of it a model is shown is the painter's affair.

Masked in the webui: what is painted is laid over the photo through the blurred mask, so about two standard
deviations of the photo's rim change. Here they do not, unless it is asked to be faithful.
"""

from collections.abc import Mapping
from typing import Any

from outpaint.geometry import Frame
from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout, one_window
from outpaint.painters.protocol import FAITHFUL, Setting
from outpaint.rim import NOWHERE, Rim


def faithfully(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    rim = Rim(ground.known, ground.known, bare(ground.known, settings), int(settings["mask_blur"]))
    return Laid((ground.target,), rims=(rim,))


def bare(kept: Frame, settings: Mapping[str, Any]) -> Frame:
    """Where the overlay is not solid. Soft inpainting decides itself what of the photo stays, else the mask does."""
    return NOWHERE if settings["soft_inpainting"] else kept


MASK_BLUR = Setting("mask_blur", 4, "sigma in pixels of the blur of the mask", low=0, high=64)
SOFT_INPAINTING = Setting(
    "soft_inpainting", False, "if faithful: the painter decides what of the photo stays, not the mask"
)
LAYOUT = Layout(
    "whole",
    "Everything unknown in one window.",
    one_window,
    (MASK_BLUR, SOFT_INPAINTING, FAITHFUL),
    Cutting(faithfully),
)
