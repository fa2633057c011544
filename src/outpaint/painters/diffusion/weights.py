"""The tensors of a file, without running anything that the file might contain."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outpaint.errors import FileError
from outpaint.painters.diffusion import mistaken
from outpaint.painters.diffusion.detect import Shapes, shapes_of
from outpaint.painters.diffusion.extra import out_of_memory

SINGLE = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")


def is_single_file(path: Path) -> bool:
    return path.suffix.lower() in SINGLE


def tensors(path: Path) -> dict[str, Any]:
    """Name to tensor, on the CPU; `global_step` too if the file tells it. FileError if it cannot be read safely."""
    if not path.is_file():
        raise FileError(f"there is no file {path}; name an existing .safetensors or .ckpt file, or a folder")
    mistaken.refuse(path)
    if path.suffix.lower() == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        shapes_of(path)
        try:
            return dict(load_file(path))
        except (SafetensorError, OSError, ValueError):
            raise FileError(f"{path} is damaged; download it again") from None
    return _pickled(path)


def shapes_in(held: Mapping[str, Any]) -> Shapes:
    """() for what is no tensor."""
    return {key: tuple(getattr(value, "shape", ())) for key, value in held.items()}


def _pickled(path: Path) -> dict[str, Any]:
    import pickle

    import torch

    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise FileError(
            f"{path} is damaged or holds program code beside weights, which is not run; "
            "get the .safetensors form of this model"
        ) from None
    except Exception as error:  # a damaged pickle can fail in any way
        if out_of_memory(error):
            raise
        raise FileError(f"{path} is damaged or no checkpoint; download it again") from None
    if not isinstance(held, dict):
        raise FileError(f"{path} holds no weights by name; give the .safetensors or .ckpt file of a model")
    inner = held.get("state_dict", held)
    found = {str(key): value for key, value in (inner if isinstance(inner, dict) else held).items()}
    if isinstance(step := held.get("global_step"), int):
        found["global_step"] = step
    return found
