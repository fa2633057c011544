"""`resize`: img2img with one of the webui's resize modes; the photo stays as it is, at its size and place."""

from outpaint.layouts.whole import LAYOUT as WHOLE
from outpaint.methods.protocol import Method

METHOD = Method(
    name="resize",
    about="Starts from the photo stretched to the new size, or from its border repeated, and repaints it.",
    painters=("resize", "diffusion"),
    blend="colour+feather",
    settings={"strength": 0.75, "steps": 50, "guidance": 7.0, "mask_blur": 0},
    layout=WHOLE,
    source="img2img of the Stable Diffusion webui, resize modes 0 to 2",
)
