"""The tensors of a file, without running anything that the file might contain."""

from pathlib import Path
from typing import Any

from outpaint.errors import FileError
from outpaint.painters.diffusion.detect import shapes_of

SINGLE = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")


def is_single_file(path: Path) -> bool:
    return path.suffix.lower() in SINGLE


def tensors(path: Path) -> dict[str, Any]:
    """Name to tensor, on the CPU; `global_step` too if the file tells it. FileError if it cannot be read safely."""
    if not path.is_file():
        raise FileError(f"there is no file {path}; name an existing .safetensors or .ckpt file, or a folder")
    if path.suffix.lower() == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        shapes_of(path)
        try:
            return dict(load_file(path))
        except (SafetensorError, OSError, ValueError):
            raise FileError(f"{path} is damaged; download it again") from None
    return _pickled(path)


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
    except (RuntimeError, EOFError, ValueError, OSError, KeyError):
        raise FileError(f"{path} is damaged or no checkpoint; download it again") from None
    if not isinstance(held, dict):
        raise FileError(f"{path} holds no weights by name")
    found = dict(held.get("state_dict", held))
    if isinstance(step := held.get("global_step"), int):
        found["global_step"] = step
    return found
