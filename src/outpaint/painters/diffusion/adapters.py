"""LoRAs and textual inversions on a loaded pipeline."""

from pathlib import Path
from typing import Any

from outpaint.errors import FileError, RequestError


def parsed(words: str) -> list[tuple[Path, float]]:
    """ "a.safetensors:0.8,b.safetensors" as files and weights; 1 where none is given. RequestError if unreadable."""
    found = []
    for word in filter(None, (part.strip() for part in words.split(","))):
        name, colon, weight = word.rpartition(":")
        try:
            found.append((Path(name), float(weight)) if colon and name else (Path(word), 1.0))
        except ValueError:
            if not Path(word).suffix:
                raise RequestError(f"cannot read the LoRA {word!r}; write FILE or FILE:0.8") from None
            found.append((Path(word), 1.0))  # a colon of a Windows path
    return found


def with_loras(pipe: Any, words: str) -> None:
    """Add the LoRAs, in kohya's or in diffusers' and peft's keys. One of weight 0 is looked for but not used."""
    names, weights = [], []
    for number, (path, weight) in enumerate(parsed(words)):
        path = path.expanduser()
        if not path.exists():
            raise FileError(f"there is no LoRA file {path}")
        if weight == 0:
            continue
        name = f"lora{number}"
        try:
            _add(pipe, path, name)
        except (ValueError, KeyError, RuntimeError, OSError, AttributeError, TypeError) as error:
            raise FileError(f"{path} is no LoRA for this model: {str(error).strip().splitlines()[0][:200]}") from None
        if name not in {each for part in pipe.get_list_adapters().values() for each in part}:
            raise FileError(f"{path} changes nothing in this model; it is a LoRA of another kind of model")
        names.append(name)
        weights.append(weight)
    if names:
        pipe.set_adapters(names, weights)


def _add(pipe: Any, path: Path, name: str) -> None:
    if path.is_dir():
        pipe.load_lora_weights(str(path), adapter_name=name, local_files_only=True)
        return
    from outpaint.painters.diffusion.weights import tensors

    pipe.load_lora_weights(tensors(path), adapter_name=name)


def with_embeddings(pipe: Any, words: str) -> None:
    """Textual inversions: each file's name becomes a word for prompts."""
    for word in filter(None, (part.strip() for part in words.split(","))):
        path = Path(word).expanduser()
        if not path.is_file():
            raise FileError(f"there is no textual inversion file {path}")
        try:
            _teach(pipe, path)
        except (ValueError, KeyError, RuntimeError, OSError, TypeError, AttributeError) as error:
            raise FileError(
                f"{path} is no textual inversion for this model: {str(error).splitlines()[0][:200]}"
            ) from None


def _teach(pipe: Any, path: Path) -> None:
    from outpaint.painters.diffusion.weights import tensors

    held = tensors(path)
    if "clip_l" in held and "clip_g" in held:  # SDXL: one vector for each encoder
        pipe.load_textual_inversion(
            held["clip_l"], token=path.stem, text_encoder=pipe.text_encoder, tokenizer=pipe.tokenizer
        )
        pipe.load_textual_inversion(
            held["clip_g"], token=path.stem, text_encoder=pipe.text_encoder_2, tokenizer=pipe.tokenizer_2
        )
        return
    pipe.load_textual_inversion(held, token=path.stem)
