"""What a single file's model answers with: the noise (epsilon) or the velocity (v_prediction).

A wrong guess paints mud, and no name of a tensor tells the two forms of SD 2 apart. Asked in this order:

    the tensor `v_pred`                             models that say it themselves, as ComfyUI looks for it
    the file's metadata (modelspec)                 as kohya's trainers write it
    a .yaml of the same name beside it              as the webui looks for it
    the file's name                                 v-pred; for SD 2 also base, 512, 768
    SD 2: `global_step`                             875000 is the 512 base, as diffusers knows it
    SD 2: the last block's bias                     its deviation is above 0.09 in velocity models, as ComfyUI found
    SD 2: velocity, the rest: noise
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

EPSILON, VELOCITY = "epsilon", "v_prediction"

BIAS = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"


@dataclass(frozen=True)
class Clues:
    """name: the file's.   yaml: the text of the file beside it.   step: its `global_step`.   deviation: of BIAS."""

    name: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    yaml: str | None = None
    step: int | None = None
    deviation: float | None = None


def prediction(generation: str, channels: int, keyed: bool, clues: Clues) -> str:
    """EPSILON or VELOCITY.   keyed: there is a tensor `v_pred`."""
    if keyed:
        return VELOCITY
    told = clues.metadata.get("modelspec.prediction_type", "")
    if told:
        return VELOCITY if told.startswith("v") else EPSILON
    architecture = clues.metadata.get("modelspec.architecture", "")
    if architecture.startswith("stable-diffusion-v2"):
        return VELOCITY if "-v" in architecture.removeprefix("stable-diffusion-v2") else EPSILON
    if clues.yaml is not None:
        return VELOCITY if re.search(r"""parameterization:\s*["']?v\b""", clues.yaml) else EPSILON
    name = clues.name.lower()
    if re.search(r"v[-_ ]?pred", name):
        return VELOCITY
    if generation != "sd2" or channels != 4:  # SD 2's inpainting model answers with the noise
        return EPSILON
    if re.search(r"(?<![a-z])base(?![a-z])|512", name) or clues.step == 875000:
        return EPSILON
    if "768" not in name and clues.deviation is not None:
        return VELOCITY if clues.deviation > 0.09 else EPSILON
    return VELOCITY
