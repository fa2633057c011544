"""`infinity`: a start to choose, an inpainting model, photometric correction."""

from outpaint.layouts.selection import LAYOUT as SELECTION
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="infinity",
    about="One of eight starts, repainted wholly by an inpainting checkpoint, its light corrected at the seam.",
    painters=("infinity-init", "diffusion"),
    blend="poisson+feather",
    settings={
        "strength": 1.0,
        "steps": 25,
        "guidance": 7.5,
        "sampler": "DPM++ 2M",
        "mask_blur": 0,
        "resize_small_input": True,
    },
    layout=SELECTION,
    original=Original({"area": "whole picture", "scope": "decoded"}),
    source="lkwq007/stablediffusion-infinity",
)
