"""`diffusion`: any Stable Diffusion checkpoint as a painter; the one room that knows torch and diffusers."""

from outpaint.painters.diffusion.engine import paint
from outpaint.painters.diffusion.settings import SETTINGS
from outpaint.painters.protocol import Painter

PAINTER = Painter(
    name="diffusion",
    about="A model that follows a prompt: any Stable Diffusion checkpoint, from a file, a folder or the hub.",
    work=paint,
    reads=frozenset({"prompt", "negative", "seed"}),
    settings=SETTINGS,
    needs=(
        'pip install "outpaint[diffusion]" and a model (--model FILE); memory: about 4 GB for SD 1.x and 2.x, '
        "8 GB for SDXL, 16 to 40 GB for FLUX, Qwen-Image and the like, half of it with --set offload=model"
    ),
    source="Rombach 2022 (latent diffusion); Lugmayr 2022 and Avrahami 2022 (restoring what is known)",
)
