"""`diffusion`: any Stable Diffusion checkpoint, FLUX and their like as a painter; the one room that knows torch.

from a file to a model      detect, single_file, weights, tokenizer; families, sight; loading, vae, loras, kept
what the model is shown     crops, masks, latents, windows; prompt, emphasis, chunks, encoding, inversions
sampling                    samplers, sampling, soft_inpainting; other families: foreign, joint
and back                    preview, latents, crops; engine leads through it all
"""

from outpaint.painters.diffusion.engine import paint
from outpaint.painters.diffusion.settings import SETTINGS
from outpaint.painters.protocol import Painter

PAINTER = Painter(
    name="diffusion",
    about="A model that follows a prompt: a Stable Diffusion checkpoint, or a folder of FLUX, Qwen-Image and others.",
    work=paint,
    reads=frozenset({"prompt", "negative", "seed"}),
    settings=SETTINGS,
    needs=(
        'pip install "outpaint[diffusion]" and a model (--model FILE); memory: about 4 GB for SD 1.x and 2.x, '
        "8 GB for SDXL, 16 to 58 GB for FLUX, Qwen-Image and the like, two thirds of it with --set offload=model"
    ),
    source="Rombach 2022 (latent diffusion); Lugmayr 2022 and Avrahami 2022 (restoring what is known)",
)
