"""`resize`: img2img with one of the webui's resize modes; the photo stays as it is, at its size and place."""

from outpaint.layouts.img2img import LAYOUT as IMG2IMG
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="resize",
    about="Starts from the photo stretched to the new size, or from its border repeated, and repaints it.",
    painters=("resize", "diffusion"),
    blend="colour+feather",
    settings={"strength": 0.75, "steps": 50, "guidance": 7.0},
    layout=IMG2IMG,
    original=Original({"area": "whole picture", "webui_start": True, "scope": "repainted"}),
    source="img2img of the Stable Diffusion webui, resize modes 0 to 3",
)
