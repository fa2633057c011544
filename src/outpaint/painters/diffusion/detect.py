"""What a single file holds, read off the names and shapes of its tensors; no torch needed.

`input_blocks.0.0` takes 4 channels in a text-to-image model and 9 in an inpainting one. SD 1.x brings CLIP's text
encoder, SD 2.x open-clip's, SDXL both. The keys are CompVis' and Stability's; the webui tells models apart likewise.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outpaint.errors import FileError

Shapes = Mapping[str, tuple[int, ...]]

_FIRST = "model.diffusion_model.input_blocks.0.0.weight"
_FAMILIES = {
    "cond_stage_model.transformer.": "sd1",
    "cond_stage_model.model.transformer.": "sd2",
    "conditioner.embedders.1.model.": "sdxl",
}
_OTHERS = {
    "lora": "LoRA weights; give them with --lora beside a --model",
    "first_stage_model.": "only a VAE; give it with --set vae=FILE beside a --model",
    "encoder.down.": "only a VAE; give it with --set vae=FILE beside a --model",
    "conditioner.embedders.0.model.": "the SDXL refiner, which cannot start a picture",
    "double_blocks.": "only a FLUX transformer; give the diffusers folder of the whole model",
}


@dataclass(frozen=True)
class Kind:
    """family: sd1, sd2 or sdxl.   channels: what the UNet takes, 4 or 9.   prediction: epsilon or v_prediction."""

    family: str
    channels: int
    prediction: str = "epsilon"
    zero_snr: bool = False


def kind_of(shapes: Shapes, name: str, step: int | None = None) -> Kind:
    """The kind of a checkpoint; FileError in words if it is none that paints.

    step: the file's `global_step`. Only it, or the file's name, tells SD 2's two text-to-image forms apart.
    """
    family = next((found for prefix, found in _FAMILIES.items() if _any(shapes, prefix)), None)
    if _FIRST not in shapes or family is None:
        known = (words for part, words in _OTHERS.items() if any(part in key for key in shapes))
        what = next(known, "no Stable Diffusion model that is known here")
        raise FileError(f"{name} holds {what}")
    channels = shapes[_FIRST][1]
    if channels not in (4, 9):
        raise FileError(f"{name} takes {channels} channels; only 4 (text to image) and 9 (inpainting) can paint")
    base = step == 875000 or any(word in name.lower() for word in ("base", "512"))
    v = "v_pred" in shapes or (family == "sd2" and channels == 4 and not base)
    return Kind(family, channels, "v_prediction" if v else "epsilon", "ztsnr" in shapes)


def shapes_of(path: Path) -> Shapes:
    """Names and shapes from the head of a .safetensors file; FileError if it is damaged."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if not 2 <= length <= 100_000_000:
                raise ValueError
            head = json.loads(file.read(length))
        end = max((entry["data_offsets"][1] for key, entry in head.items() if key != "__metadata__"), default=0)
        if path.stat().st_size != 8 + length + end:
            raise ValueError
        return {key: tuple(entry["shape"]) for key, entry in head.items() if key != "__metadata__"}
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, struct.error):
        raise FileError(f"{path} is damaged or no .safetensors file; download it again") from None


def _any(shapes: Shapes, prefix: str) -> bool:
    return any(key.startswith(prefix) for key in shapes)
