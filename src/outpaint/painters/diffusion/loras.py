"""LoRAs on a loaded pipeline: which, with which weights, and whether they are made for it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion.detect import Shapes
from outpaint.painters.diffusion.extra import first_line, out_of_memory
from outpaint.painters.diffusion.weights import shapes_in, tensors

_WIDTHS = {768: "SD 1.x", 1024: "SD 2.x", 2048: "SDXL"}
_KEY = re.compile(
    r"attn2[._](?:processor\.)?to_k(?:_lora)?\.(?:lora_down|lora_A|lora_A\.default|down|hada_w1_b)(?:\.weight)?$"
)


def parsed(words: str) -> list[tuple[Path, float]]:
    """ "a.safetensors:0.8,b.safetensors" as files and weights; 1 where none is given. RequestError if unreadable."""
    found = []
    for word in filter(None, (part.strip() for part in words.split(","))):
        name, colon, weight = word.rpartition(":")
        try:
            number = float(weight) if colon and name else None
        except ValueError:
            number = None
            if not Path(word).suffix:  # else it is the colon of a Windows path
                raise RequestError(f"cannot read the LoRA {word!r}; write FILE or FILE:0.8") from None
        if number is not None and not abs(number) <= 100:
            raise RequestError(f"the weight of the LoRA {name} lies between -100 and 100, not {weight}")
        found.append((Path(word), 1.0) if number is None else (Path(name), number))
    return found


def with_loras(pipe: Any, loras: Sequence[tuple[Path, float]]) -> None:
    """These LoRAs and no others, in kohya's or in diffusers' and peft's keys."""
    pipe.unload_lora_weights()
    for number, (path, _) in enumerate(loras):
        try:
            _add(pipe, path, name := f"lora{number}")
        except (ValueError, KeyError, RuntimeError, OSError, AttributeError, TypeError) as error:
            if out_of_memory(error):
                raise
            raise FileError(f"{path} is no LoRA for this model: {first_line(error)}") from None
        if name not in {each for part in pipe.get_list_adapters().values() for each in part}:
            raise FileError(f"{path} changes nothing in this model; it is a LoRA of another kind of model")
    weigh_loras(pipe, loras)


def weigh_loras(pipe: Any, loras: Sequence[tuple[Path, float]]) -> None:
    """Other weights for those that are there."""
    if loras:
        pipe.set_adapters([f"lora{number}" for number in range(len(loras))], [weight for _, weight in loras])


def _add(pipe: Any, path: Path, name: str) -> None:
    if path.is_dir():
        pipe.load_lora_weights(str(path), adapter_name=name, local_files_only=True)
        return
    held = tensors(path)
    width = _width(shapes_in(held))
    has = pipe.unet.config.cross_attention_dim if hasattr(pipe, "unet") else None
    if width and width != has:
        model = _kind(has) if has else type(pipe).__name__.removesuffix("Pipeline")
        raise FileError(f"{path} is a LoRA for {_kind(width)}; this model is {model}")
    pipe.load_lora_weights(held, adapter_name=name)


def _width(shapes: Shapes) -> int | None:
    """Numbers to a token of the text that a Stable Diffusion LoRA reads; None if its names do not tell."""
    return next((shape[-1] for key, shape in shapes.items() if _KEY.search(key) and len(shape) == 2), None)


def _kind(width: int) -> str:
    return _WIDTHS.get(width, f"a model whose text has {width} numbers a token")
