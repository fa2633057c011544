"""`selection`: everything unknown in one window; if faithful, all of it comes back as the model decodes it.

stablediffusion-infinity put its selection onto the canvas as a whole: the photo in it was tinted by its way through
the latents (issue 88). So do edit models. Here the photo stays.
"""

from collections.abc import Mapping
from typing import Any

from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout, one_window
from outpaint.painters.protocol import FAITHFUL
from outpaint.rim import NOWHERE, Rim


def faithfully(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    rim = Rim(ground.known, ground.known, NOWHERE)
    return Laid((ground.target,), rims=(rim,))


LAYOUT = Layout("selection", "Everything unknown in one window.", one_window, (FAITHFUL,), Cutting(faithfully))
