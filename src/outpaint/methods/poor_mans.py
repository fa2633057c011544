"""`poor-mans`: the webui's script of that name: tile after tile from a blurred start, cross-faded."""

from outpaint.layouts.tiles import LAYOUT as TILES
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="poor-mans",
    about="Paints tile after tile from a blurred start and cross-fades them; any checkpoint, little memory.",
    painters=("smear", "diffusion"),
    blend="feather",
    settings={"strength": 0.75, "steps": 50, "guidance": 7.0, "mask_blur": 4, "masked_content": "fill"},
    layout=TILES,
    original=Original({"area": "whole picture", "webui_start": True, "scope": "decoded", "diffusion.mask_blur": 0}),
    source='"Poor man\'s outpainting" of the Stable Diffusion webui',
)
