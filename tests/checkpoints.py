"""Tiny checkpoints with random weights in the real file formats, made in a second, and echo models.

Random weights cannot show a swapped mask. An echo model copies some of the UNet's input channels to its output:
the channels pass the skip connection around everything as x and -x beside a large constant C, so that the last
group norm only divides by about C / sqrt 2, and silu(z) - silu(-z) = z undoes the last non-linearity.
"""

import json
import re
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionInpaintPipeline,
    StableDiffusionXLInpaintPipeline,
    UNet2DConditionModel,
)
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

import compvis_names

WORDS = (
    "a",
    "the",
    "of",
    "on",
    "sky",
    "sea",
    "hill",
    "rock",
    "tree",
    "photo",
    "red",
    "green",
    "blue",
    "wide",
    "quiet",
)
SIDE = 64
"""Pixels: the size these models claim to have been trained with."""

_UNET = {
    "sample_size": 8,
    "block_out_channels": (16, 16),
    "layers_per_block": 1,
    "norm_num_groups": 2,
    "cross_attention_dim": 16,
    "attention_head_dim": 2,
    "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
}
_VAE = {
    "block_out_channels": (8, 8, 8, 8),
    "layers_per_block": 1,
    "norm_num_groups": 2,
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "sample_size": SIDE,
}
_TEXT = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "max_position_embeddings": 16,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
}
_NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}

KINDS = ("sd1", "sd1-inpainting", "sd2-inpainting", "sdxl", "sdxl-inpainting")


def pipeline(kind: str, seed: int = 0):
    """A diffusers pipeline with random weights; kind is one of KINDS."""
    torch.manual_seed(seed)
    family, channels = kind.split("-")[0], 9 if kind.endswith("inpainting") else 4
    unet = dict(_UNET, in_channels=channels)
    vae = AutoencoderKL(**_VAE, scaling_factor=0.13025 if family == "sdxl" else 0.18215)
    tokenizer = tokens()
    text = dict(_TEXT, vocab_size=len(tokenizer), hidden_act="quick_gelu" if family != "sd2" else "gelu")
    parts = {"vae": vae, "tokenizer": tokenizer, "text_encoder": CLIPTextModel(CLIPTextConfig(**text))}
    if family == "sdxl":
        unet |= {
            "cross_attention_dim": 32,
            "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
            "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
            "transformer_layers_per_block": (1, 2),
            "use_linear_projection": True,
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 8,
            "projection_class_embeddings_input_dim": 16 + 6 * 8,
        }
        second = CLIPTextConfig(**text | {"hidden_act": "gelu", "projection_dim": 16})
        parts |= {"text_encoder_2": CLIPTextModelWithProjection(second), "tokenizer_2": tokens("!")}
    elif family == "sd2":
        unet["use_linear_projection"] = True
    parts["unet"] = UNet2DConditionModel(**unet)
    for part in parts.values():
        if isinstance(part, torch.nn.Module):
            _louder(part)
    if family == "sdxl":
        return StableDiffusionXLInpaintPipeline(
            **parts, scheduler=EulerDiscreteScheduler(**_NOISE), add_watermarker=False
        )
    return StableDiffusionInpaintPipeline(
        **parts,
        scheduler=PNDMScheduler(**_NOISE, skip_prk_steps=True),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _louder(part: torch.nn.Module) -> None:
    """Fresh transformers have almost silent weights; words should change the picture measurably."""
    for name, weights in part.named_parameters():
        if "embedding" in name and weights.ndim == 2:
            weights.data.normal_()
        elif weights.ndim == 2 and "attn" in name:
            weights.data.normal_(std=weights.shape[1] ** -0.5)


def tokens(padding: str = "<|endoftext|>") -> CLIPTokenizer:
    """A tokenizer of single letters and a few words, 16 tokens long."""
    letters = [chr(code) for code in range(33, 127)]
    merges, vocabulary = [], ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    for word in WORDS:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while len(parts) > 1:
            merges.append((parts[0], parts[1]))
            parts = [parts[0] + parts[1], *parts[2:]]
            vocabulary.append(parts[0])
    numbers = {word: number for number, word in enumerate(dict.fromkeys(vocabulary))}
    merges = list(dict.fromkeys(merges))
    return CLIPTokenizer(vocab=numbers, merges=merges, model_max_length=16, pad_token=padding)


def folder(kind: str, where: Path, pipe=None) -> Path:
    """A diffusers folder; also the `config` of a single file."""
    (pipe or pipeline(kind)).save_pretrained(where)
    return where


def single(kind: str, where: Path, pipe=None, dtype=None) -> Path:
    """One file in the original layout: .safetensors, or .ckpt by the name's ending."""
    pipe = pipe or pipeline(kind)
    held = {
        f"model.diffusion_model.{compvis_names.unet(pipe, key)}": value
        for key, value in pipe.unet.state_dict().items()
    }
    held |= {f"first_stage_model.{key}": value for key, value in compvis_names.vae_weights(pipe).items()}
    encoder = pipe.text_encoder.state_dict()
    if kind.startswith("sdxl"):
        held |= {f"conditioner.embedders.0.transformer.text_model.{key}": value for key, value in encoder.items()}
        second = {key.removeprefix("text_model."): value for key, value in pipe.text_encoder_2.state_dict().items()}
        held |= {
            f"conditioner.embedders.1.model.{key}": value for key, value in compvis_names.open_clip(second).items()
        }
    elif kind.startswith("sd2"):
        encoder["text_projection.weight"] = torch.eye(16)
        held |= {f"cond_stage_model.model.{key}": value for key, value in compvis_names.open_clip(encoder).items()}
    else:
        held |= {f"cond_stage_model.transformer.text_model.{key}": value for key, value in encoder.items()}
        positions = "cond_stage_model.transformer.text_model.embeddings.position_ids"
        held[positions] = torch.arange(16)[None]
    held = {key: value.clone().contiguous() for key, value in held.items()}
    if dtype:
        held = {key: value.to(dtype) if value.is_floating_point() else value for key, value in held.items()}
    if where.suffix == ".ckpt":
        torch.save({"state_dict": held, "global_step": 840000}, where)
    else:
        save_file(held, where)
    return where


def vae_file(where: Path, seed: int = 5) -> Path:
    """A VAE alone, in a file."""
    save_file(compvis_names.vae_weights(pipeline("sd1", seed)), where)
    return where


def lora(where: Path, form: str, seed: int = 7, rank: int = 2, kind: str = "sd1") -> Path:
    """A LoRA of such models' attention, in kohya's or in peft's (diffusers') names."""
    unet = pipeline(kind).unet
    torch.manual_seed(seed)
    held = {}
    for name, part in unet.named_modules():
        if isinstance(part, torch.nn.Linear) and re.search(r"attn\d\.(to_[qkv]|to_out\.0)$", name):
            down, up = torch.randn(rank, part.in_features), torch.randn(part.out_features, rank)
            if form == "kohya":
                flat = "lora_unet_" + name.replace(".", "_")
                held |= {f"{flat}.lora_down.weight": down, f"{flat}.lora_up.weight": up}
                held[f"{flat}.alpha"] = torch.tensor(float(rank))
            else:
                held |= {f"unet.{name}.lora_A.weight": down, f"unet.{name}.lora_B.weight": up}
    save_file(held, where)
    return where


def inversion(where: Path, seed: int = 9) -> Path:
    """A textual inversion in the webui's form."""
    torch.manual_seed(seed)
    torch.save({"string_to_param": {"*": torch.randn(1, 16) * 3}, "name": where.stem}, where)
    return where


def echo(kind: str, channels: tuple[int, int, int, int], gain: float = 1.0, constant: float = 1000.0):
    """A pipeline whose UNet answers with `gain` times those four of its input channels, whatever it is told."""
    pipe = pipeline(kind)
    unet = pipe.unet
    with torch.no_grad():
        for name, part in unet.named_modules():
            if name.endswith(("conv2", "proj_out", "upsamplers.0.conv", "downsamplers.0.conv")):
                part.weight.zero_()
                part.bias.zero_()
        first, last = unet.conv_in, unet.conv_out
        for part in (first, last):
            part.weight.zero_()
            part.bias.zero_()
        for place, channel in enumerate(channels):
            row = (place // 2) * 8 + (place % 2) * 2
            first.weight[row, channel, 1, 1], first.weight[row + 1, channel, 1, 1] = 1, -1
            scale = gain * constant / 2  # see below
            last.weight[place, row, 1, 1], last.weight[place, row + 1, 1, 1] = scale, -scale
        for row in (4, 12):
            first.bias[row], first.bias[row + 1] = constant, -constant
        # Of a group's 8 channels two hold +-C, so that its deviation is C / 2.
        unet.conv_norm_out.weight.fill_(1)
        unet.conv_norm_out.bias.zero_()
        around = unet.up_blocks[-1].resnets[-1].conv_shortcut
        around.weight.zero_()
        around.bias.zero_()
        around.weight[:, -16:, 0, 0] = torch.eye(16)
    return pipe


def damaged(where: Path) -> Path:
    """A .safetensors file that ends too early."""
    whole = single("sd1", where)
    whole.write_bytes(whole.read_bytes()[:-1000])
    return where


def hostile(where: Path) -> Path:
    """A .ckpt that would run a program."""

    class Program:
        def __reduce__(self):
            return (print, ("this must never be printed",))

    torch.save({"state_dict": {"a": Program()}}, where)
    return where


def index(where: Path, name: str) -> Path:
    """A folder that claims to be a pipeline of that class and holds nothing."""
    where.mkdir()
    (where / "model_index.json").write_text(json.dumps({"_class_name": name}))
    return where
