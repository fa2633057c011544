"""`infinity`: a start to choose, an inpainting model, photometric correction."""

from outpaint.layouts.selection import LAYOUT as SELECTION
from outpaint.methods.protocol import Method, Original

METHOD = Method(
    name="infinity",
    about="One of eight starts, repainted wholly by an inpainting checkpoint, its light corrected at the seam.",
    painters=("infinity-init", "diffusion"),
    blend="poisson+feather",
    settings={"steps": 25, "sampler": "DPM++ 2M", "resize_small_input": True},
    layout=SELECTION,
    original=Original({"area": "whole picture", "scope": "decoded"}),
    source="lkwq007/stablediffusion-infinity",
)
