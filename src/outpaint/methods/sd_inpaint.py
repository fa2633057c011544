"""`sd-inpaint`: an inpainting checkpoint, as the webui's Inpaint tab drives it."""

from outpaint.layouts.whole import LAYOUT as WHOLE
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="sd-inpaint",
    about="A Stable Diffusion inpainting checkpoint paints the new part and sees the photo while it does.",
    painters=("smear", "diffusion"),
    blend="feather",
    settings={"strength": 0.75, "steps": 50, "guidance": 7.0, "mask_blur": 4},
    layout=WHOLE,
    original=Original({"area": "whole picture", "webui_start": True, "scope": "decoded"}),
    source="Inpaint of the Stable Diffusion webui; runwayml/stable-diffusion-inpainting",
)
