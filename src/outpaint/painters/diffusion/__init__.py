"""`diffusion`: any Stable Diffusion checkpoint, FLUX and their like as a painter; the one room that knows torch.

from a file to a model      detect, single_file, weights, tokenizer; families, sight; loading, vae, loras, kept
what the model is shown     crops, masks, latents, windows; prompt, emphasis, chunks, encoding, inversions
sampling                    stable: samplers, sampling, soft_inpainting; other families: foreign, joint
and back                    preview, latents, crops; engine leads through it all
"""

from outpaint.painters.diffusion.engine import paint
from outpaint.painters.diffusion.memory import MEMORY
from outpaint.painters.diffusion.settings import SETTINGS
from outpaint.painters.protocol import Painter

PAINTER = Painter(
    name="diffusion",
    about="A model that follows a prompt: a Stable Diffusion checkpoint, or a folder of FLUX, Qwen-Image and others.",
    work=paint,
    reads=frozenset({"prompt", "negative", "seed"}),
    settings=SETTINGS,
    needs='pip install "outpaint[diffusion]" and a model (--model FILE)',
    memory=MEMORY,
    source="Rombach 2022 (latent diffusion); Lugmayr 2022 and Avrahami 2022 (restoring what is known)",
)
