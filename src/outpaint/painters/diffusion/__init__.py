"""`diffusion`: any Stable Diffusion checkpoint as a painter; the one room that knows torch and diffusers."""

from outpaint.painters.diffusion.engine import paint
from outpaint.painters.diffusion.memory import NEEDS
from outpaint.painters.diffusion.settings import SETTINGS
from outpaint.painters.protocol import Painter

PAINTER = Painter(
    name="diffusion",
    about="A model that follows a prompt: any Stable Diffusion checkpoint, from a file, a folder or the hub.",
    work=paint,
    reads=frozenset({"prompt", "negative", "seed"}),
    settings=SETTINGS,
    needs=NEEDS,
    source="Rombach 2022 (latent diffusion); Lugmayr 2022 and Avrahami 2022 (restoring what is known)",
)
