"""`mosaic`: coarse tiles of the reflected photo, then a strong repaint: colours stay, shapes are new."""

from outpaint.layouts.expansion import LAYOUT as EXPANSION
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="mosaic",
    about="Coarse coloured tiles from the reflected photo, which a model then repaints strongly.",
    painters=("mosaic", "diffusion"),
    blend="colour+feather",
    settings={"strength": 0.95, "steps": 50, "guidance": 7.0},
    layout=EXPANSION,
    original=Original({"area": "whole picture", "webui_start": True, "scope": "decoded", "mask_blur": 4}),
    source="sd-webui-mosaic-outpaint (Haoming02) with the Inpaint tab of the Stable Diffusion webui",
)
