"""Textual inversions: files that teach the text encoders a word."""

from pathlib import Path
from typing import Any

from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion.weights import tensors


def words_of(pipe: Any, paths: list[Path]) -> dict[str, list[Any]]:
    """Each file's name, in lower case, is a word for prompts; its vectors for every text encoder."""
    if paths and not hasattr(pipe, "unet"):
        raise RequestError("textual inversions are for Stable Diffusion 1, 2 and XL only; leave out --set embeddings")
    found = {}
    encoders = [getattr(pipe, name) for name in ("text_encoder", "text_encoder_2") if hasattr(pipe, name)]
    for path in paths:
        vectors = _vectors(path)
        has, wants = [each.shape[-1] for each in vectors], [encoder.config.hidden_size for encoder in encoders]
        if has != wants:
            raise FileError(
                f"{path} is a textual inversion for another kind of model: its words have {_sizes(has)} numbers, "
                f"this model's {_sizes(wants)}"
            )
        found[path.stem.lower()] = vectors
    return found


def _sizes(sizes: list[int]) -> str:
    return " and ".join(map(str, sizes))


def _vectors(path: Path) -> list[Any]:
    """tokens x channels for each encoder: the webui's form, its newer one, SDXL's, or diffusers' single tensor."""
    import torch

    held = tensors(path)
    if isinstance(inner := held.get("string_to_param"), dict):
        held = inner
    both = [held[name] for name in ("clip_l", "clip_g") if name in held]
    found = both or [value for name, value in held.items() if isinstance(value, torch.Tensor)]
    found = [value[None] if value.ndim == 1 else value for value in found]
    if len(found) != max(1, len(both)) or any(value.ndim != 2 for value in found):
        raise FileError(f"{path} is no textual inversion")
    return found
