"""`mk2`: the webui's outpainting mk2: noise that has the photo's spectrum, then one side after the other."""

from outpaint.layouts.sides import LAYOUT as SIDES
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="mk2",
    about="Paints one side after the other from noise with the photo's spectrum; needs many steps.",
    painters=("matched-noise", "diffusion"),
    blend="feather",
    settings={"strength": 0.8, "steps": 80, "guidance": 7.0, "sampler": "Euler a", "mask_blur": 8},
    layout=SIDES,
    original=Original({"area": "whole picture", "webui_start": True, "scope": "decoded", "diffusion.mask_blur": 0}),
    source='"Outpainting mk2" of the Stable Diffusion webui; parlance-zz/g-diffuser-bot',
)
