"""`img2img`: everything unknown in one window; if faithful, all of the picture is painted anew, the photo too."""

from collections.abc import Mapping
from typing import Any

from outpaint.layouts.protocol import Cutting, Ground, Laid, Layout, one_window
from outpaint.painters.protocol import FAITHFUL
from outpaint.painters.resize import LATENT, RESIZE_MODE
from outpaint.rim import NOWHERE, Rim


def faithfully(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    """The model is told where the photo lies only if it is to enlarge it in latents."""
    known = ground.known
    rim = Rim(known, known if settings["resize_mode"] == LATENT else NOWHERE, NOWHERE)
    return Laid((ground.target,), rims=(rim,))


LAYOUT = Layout(
    "img2img", "Everything unknown in one window.", one_window, (RESIZE_MODE, FAITHFUL), Cutting(faithfully)
)
