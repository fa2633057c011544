"""What a single file holds, read off the names and shapes of its tensors; no torch needed.

`input_blocks.0.0` takes 4 channels in a text-to-image model and 9 in an inpainting one. SD 1.x brings CLIP's text
encoder, SD 2.x open-clip's, SDXL both. The keys are CompVis' and Stability's; the webui tells models apart likewise.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outpaint.errors import FileError
from outpaint.painters.diffusion.prediction import VELOCITY, Clues, prediction

Shapes = Mapping[str, tuple[int, ...]]

_FIRST = "model.diffusion_model.input_blocks.0.0.weight"
_GENERATIONS = {
    "cond_stage_model.transformer.": "sd1",
    "cond_stage_model.model.transformer.": "sd2",
    "conditioner.embedders.1.model.": "sdxl",
}
_VAE = "only a VAE; give it with --set vae=FILE beside a --model"
_OTHERS = {
    "lora": "LoRA weights; give them with --lora FILE beside a --model",
    "hada_w1": "LoRA weights; give them with --lora FILE beside a --model",
    "conditioner.embedders.0.model.": "the SDXL refiner, which cannot start a picture; give the base model",
    "double_blocks.": "only a FLUX transformer; give the diffusers folder of the whole model",
    "joint_blocks.": "a Stable Diffusion 3 model; give the diffusers folder of the whole model",
    "transformer_blocks.0.img_mod": "only a Qwen-Image transformer; give the diffusers folder of the whole model",
    "control_model.": "a ControlNet, which cannot paint alone; give a Stable Diffusion model",
    "controlnet_cond_embedding.": "a ControlNet, which cannot paint alone; give a Stable Diffusion model",
    "emb_params": "a textual inversion; give it with --set embeddings=FILE beside a --model",
    "string_to_param": "a textual inversion; give it with --set embeddings=FILE beside a --model",
    "clip_g": "a textual inversion; give it with --set embeddings=FILE beside a --model",
    "first_stage_model.": _VAE,
    "encoder.down.": _VAE,
    "encoder.down_blocks.": _VAE,
    "down_blocks.": "one part of a diffusers folder; give the folder that holds model_index.json",
    "text_model.": "one part of a diffusers folder; give the folder that holds model_index.json",
}


@dataclass(frozen=True)
class Kind:
    """generation: sd1, sd2, sdxl.   channels: what the UNet takes, 4 or 9.   prediction: epsilon or v_prediction."""

    generation: str
    channels: int
    prediction: str = "epsilon"
    zero_snr: bool = False


def kind_of(shapes: Shapes, clues: Clues) -> Kind:
    """The kind of a checkpoint; FileError in words if it is none that paints."""
    generation = next((found for prefix, found in _GENERATIONS.items() if _any(shapes, prefix)), None)
    first = shapes.get(_FIRST, ())
    if len(first) != 4 or generation is None:
        known = (words for part, words in _OTHERS.items() if any(part in key for key in shapes))
        what = next(known, "no Stable Diffusion 1, 2 or XL; give one, or another model as its diffusers folder")
        raise FileError(f"{clues.name} holds {what}")
    if any(key.startswith("edm_") for key in shapes):
        raise FileError(f"{clues.name} is an EDM model (Playground 2.5, CosXL), which cannot paint here")
    channels = first[1]
    if channels not in (4, 9):
        raise FileError(
            f"{clues.name} takes {channels} channels; give a model that takes 4 (text to image) or 9 (inpainting)"
        )
    answers = prediction(generation, channels, "v_pred" in shapes, clues)
    return Kind(generation, channels, answers, answers == VELOCITY and "ztsnr" in shapes)


def shapes_of(path: Path) -> Shapes:
    """Names and shapes from the head of a .safetensors file; FileError if it is damaged."""
    return {key: tuple(entry["shape"]) for key, entry in _head(path).items() if key != "__metadata__"}


def metadata_of(path: Path) -> dict[str, str]:
    """What its maker has written into the head of a .safetensors file; other kinds of file tell nothing."""
    return dict(_head(path).get("__metadata__", {})) if path.suffix.lower() == ".safetensors" else {}


def _head(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if not 2 <= length <= 100_000_000:
                raise ValueError
            head: dict[str, Any] = json.loads(file.read(length))
        entries = [entry for key, entry in head.items() if key != "__metadata__"]
        end = max((entry["data_offsets"][1] for entry in entries), default=0)
        if path.stat().st_size != 8 + length + end or not all(isinstance(entry["shape"], list) for entry in entries):
            raise ValueError
        return head
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, struct.error):
        raise FileError(f"{path} is damaged or no .safetensors file; download it again") from None


def _any(shapes: Shapes, prefix: str) -> bool:
    return any(key.startswith(prefix) for key in shapes)
