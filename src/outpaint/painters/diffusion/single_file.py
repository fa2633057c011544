"""One file of weights to a diffusers pipeline, offline: our own configs, diffusers' key conversion.

`from_single_file` of diffusers would ask the hub for configs and a tokenizer; here both ship with the package.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from outpaint.errors import FileError
from outpaint.painters.diffusion.detect import kind_of, metadata_of
from outpaint.painters.diffusion.prediction import BIAS, VELOCITY, Clues
from outpaint.painters.diffusion.tokenizer import clip_tokenizer
from outpaint.painters.diffusion.weights import shapes_in, tensors

Weights = dict[str, Any]


def load(path: Path, config: str, dtype: Any) -> Any:
    """A StableDiffusion(XL)InpaintPipeline, whatever the number of channels; FileError if the file does not fit."""
    import diffusers
    from diffusers.loaders import single_file_utils as convert
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    held = tensors(path)
    step = held.pop("global_step", None)
    kind = kind_of(shapes_in(held), _clues(path, held, step))
    parts = configs(kind.generation, config)
    unet = parts["unet"] | {"in_channels": kind.channels}
    if kind.generation == "sd2" and kind.prediction == VELOCITY and not config:
        unet["sample_size"] = 96  # trained with pictures of 768 pixels
    made = {
        "unet": built(
            lambda: diffusers.UNet2DConditionModel.from_config(unet),
            convert.convert_ldm_unet_checkpoint(dict(held), unet), path, dtype,
        ),
        "vae": built(
            lambda: diffusers.AutoencoderKL.from_config(parts["vae"]),
            convert.convert_ldm_vae_checkpoint(dict(held), parts["vae"]), path, dtype,
        ),
    }  # fmt: skip
    if kind.generation == "sdxl":
        first = CLIPTextConfig(**parts["text_encoder"])
        second = CLIPTextConfig(**parts["text_encoder_2"])
        clip, open_clip = "conditioner.embedders.0.transformer.text_model.", "conditioner.embedders.1.model."
        made["text_encoder"] = built(lambda: CLIPTextModel(first), _below(held, clip), path, dtype)
        skeleton = CLIPTextModelWithProjection(second)
        text = convert.convert_open_clip_checkpoint(skeleton, held, prefix=open_clip)
        made["text_encoder_2"] = built(lambda: skeleton, text, path, dtype, meta=False)
        made |= {"tokenizer": _tokenizer(config), "tokenizer_2": _tokenizer(config, "tokenizer_2", "!")}
    elif kind.generation == "sd2":
        encoder = CLIPTextModel(CLIPTextConfig(**parts["text_encoder"]))
        text = convert.convert_open_clip_checkpoint(encoder, held, prefix="cond_stage_model.model.")
        made["text_encoder"] = built(lambda: encoder, _bare(text), path, dtype, meta=False)
        made["tokenizer"] = _tokenizer(config, padding="!")
    else:
        text_config = CLIPTextConfig(**parts["text_encoder"])
        text = _below(held, "cond_stage_model.transformer.text_model.") or _below(
            held, "cond_stage_model.transformer."
        )
        made["text_encoder"] = built(lambda: CLIPTextModel(text_config), text, path, dtype)
        made["tokenizer"] = _tokenizer(config)
    scheduler = dict(parts["scheduler"]) | {"prediction_type": kind.prediction}
    if kind.zero_snr:
        scheduler |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    made["scheduler"] = getattr(diffusers, scheduler["_class_name"]).from_config(scheduler)
    if kind.generation == "sdxl":
        return diffusers.StableDiffusionXLInpaintPipeline(**made, add_watermarker=False)
    return diffusers.StableDiffusionInpaintPipeline(
        **made, safety_checker=None, feature_extractor=None, requires_safety_checker=False
    )


def _clues(path: Path, held: Weights, step: int | None) -> Clues:
    beside, bias = path.with_suffix(".yaml"), held.get(BIAS)
    return Clues(
        path.name,
        metadata_of(path),
        beside.read_text("utf-8", "replace") if beside.is_file() else None,
        step,
        float(bias.float().std(unbiased=False)) if bias is not None else None,
    )


def load_vae(path: Path, config: str, generation: str, dtype: Any) -> Any:
    """A VAE of its own file, in CompVis' or diffusers' keys."""
    import diffusers
    from diffusers.loaders import single_file_utils as convert

    held = tensors(path)
    settings = configs(generation, config)["vae"]
    if not any(key.startswith(("first_stage_model.", "encoder.", "decoder.")) for key in held):
        raise FileError(f"{path} holds no VAE; give --set vae= the file or folder of one, or leave it out")
    if any(key.startswith("encoder.down_blocks.") for key in held):
        converted = held
    else:
        converted = convert.convert_ldm_vae_checkpoint(held, settings)
    return built(lambda: diffusers.AutoencoderKL.from_config(settings), converted, path, dtype)


def configs(generation: str, folder: str) -> Mapping[str, dict[str, Any]]:
    """What each part is made like: the package's record, or the JSON files of a diffusers folder."""
    if not folder:
        text = (files(__package__) / "configs" / f"{generation}.json").read_text("utf-8")
        shipped: dict[str, dict[str, Any]] = json.loads(text)
        return shipped
    found = {}
    for part in ("unet", "vae", "text_encoder", "text_encoder_2", "scheduler"):
        name = "scheduler_config.json" if part == "scheduler" else "config.json"
        file = Path(folder) / part / name
        if file.is_file():
            found[part] = json.loads(file.read_text("utf-8"))
        elif part != "text_encoder_2" or generation == "sdxl":
            raise FileError(f"the config folder {folder} has no {part}/{name}")
    return found


def built(make: Any, weights: Weights, path: Path, dtype: Any, meta: bool = True) -> Any:
    """A module with these weights in place of its own; FileError if some are missing or of another shape."""
    from accelerate import init_empty_weights

    if meta:
        with init_empty_weights():
            module = make()
    else:
        module = make()
    name = type(module).__name__
    try:
        missing, _ = module.load_state_dict(weights, strict=False, assign=True)
    except RuntimeError:
        raise FileError(f"{path} does not fit its kind of model ({name}): tensors of another shape") from None
    if missing:
        raise FileError(f"{path} is incomplete: {len(missing)} tensors of {name} are missing, such as {missing[0]}")
    return module.to(dtype)


def _below(held: Weights, prefix: str) -> Weights:
    """Those under a prefix, without it; old files also hold positions, which are no weights."""
    found = {key.removeprefix(prefix): value for key, value in held.items() if key.startswith(prefix)}
    return {key: value for key, value in found.items() if not key.endswith("position_ids")}


def _bare(held: Weights) -> Weights:
    return {key.removeprefix("text_model."): value for key, value in held.items()}


def _tokenizer(config: str, name: str = "tokenizer", padding: str = "<|endoftext|>") -> Any:
    folder = Path(config) / name
    if config and folder.is_dir():
        from transformers import CLIPTokenizer

        return CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    return clip_tokenizer(padding)
