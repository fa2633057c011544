"""`infinity`: a start to choose, an inpainting model, photometric correction."""

from outpaint.layouts.whole import LAYOUT as WHOLE
from outpaint.methods.protocol import Method

METHOD = Method(
    name="infinity",
    about="One of eight starts, repainted wholly by an inpainting checkpoint, its light corrected at the seam.",
    painters=("infinity-init", "diffusion"),
    blend="poisson+feather",
    settings={"strength": 1.0, "steps": 25, "guidance": 7.5, "sampler": "DPM++ 2M", "mask_blur": 0},
    layout=WHOLE,
    source="lkwq007/stablediffusion-infinity",
)
