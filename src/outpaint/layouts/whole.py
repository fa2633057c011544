"""`whole`: everything unknown in one window; what of it a model is shown is the painter's affair.

Masked in the webui: what is painted is laid over the photo through the blurred mask, so about two standard
deviations of the photo's rim change. Here they do not, unless it is asked to be faithful.
"""

from collections.abc import Mapping
from typing import Any

from outpaint.layouts.protocol import FAITHFUL, Ground, Laid, Layout
from outpaint.painters.protocol import Setting


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    return Laid((ground.target,), overlap=2 * int(settings["mask_blur"]) if settings["faithful"] else 0)


MASK_BLUR = Setting("mask_blur", 4, "sigma in pixels of the blur of the mask", low=0, high=64)
LAYOUT = Layout("whole", "Everything unknown in one window.", lay, (MASK_BLUR, FAITHFUL))
