"""Tiny pipelines with random weights of the families that diffusers' own classes paint, and echoes of them."""

import json
from pathlib import Path
from types import SimpleNamespace as Namespace

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    ChromaInpaintPipeline,
    ChromaTransformer2DModel,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinInpaintPipeline,
    Flux2Transformer2DModel,
    FluxFillPipeline,
    FluxInpaintPipeline,
    FluxKontextPipeline,
    FluxTransformer2DModel,
    QwenImageEditPipeline,
    QwenImageInpaintPipeline,
    QwenImageTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3InpaintPipeline,
    ZImageInpaintPipeline,
    ZImageTransformer2DModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from checkpoints import tokens

FAMILIES = ("flux", "flux-fill", "sd3", "chroma", "z-image", "qwen-image", "flux2-klein", "kontext", "qwen-edit")

_DOWN, _UP = ("DownEncoderBlock2D",) * 4, ("UpDecoderBlock2D",) * 4
_BLOCKS = {"block_out_channels": (8,) * 4, "layers_per_block": 1, "norm_num_groups": 2, "sample_size": 64}
_HEADS = {"num_layers": 1, "attention_head_dim": 16, "num_attention_heads": 2}
_TEXT = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 2}
_SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
_QWEN = _TEXT | {"num_key_value_heads": 2, "vocab_size": 300, "head_dim": 16}


def pipeline(family: str):
    """One of FAMILIES, as the class that paints with it."""
    torch.manual_seed(0)
    return _MAKERS[family]().to(torch.float32)


def folder(family: str, where: Path) -> Path:
    """A diffusers folder; the two that edit under the name of the class that their makers give."""
    pipeline(family).save_pretrained(where)
    if family == "qwen-edit":  # whose processor cannot be made without torchvision, but its files can
        index = where / "model_index.json"
        told = json.loads(index.read_text()) | {"processor": ["transformers", "Qwen2VLProcessor"]}
        index.write_text(json.dumps(told))
        Qwen2VLImageProcessorPil(max_pixels=56 * 56 * 4).save_pretrained(where / "processor")
    return where


def _vae(channels: int = 4):
    return AutoencoderKL(
        **_BLOCKS, down_block_types=_DOWN, up_block_types=_UP, latent_channels=channels, shift_factor=0.06,
        scaling_factor=1.5, use_quant_conv=False, use_post_quant_conv=False,
    )  # fmt: skip


def _clip(cls, size: int = 32):
    tokenizer = tokens()
    config = CLIPTextConfig(
        **_TEXT, max_position_embeddings=16, vocab_size=len(tokenizer), projection_dim=size, bos_token_id=0,
        eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    return cls(config).eval(), tokenizer


def _t5():
    pieces = [
        ("<pad>", 0.0),
        ("</s>", 0.0),
        ("<unk>", 0.0),
        *((chr(code), -3.0) for code in range(33, 127)),
        ("▁", -2.0),
    ]
    tokenizer = T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=64)
    config = T5Config(d_model=32, d_ff=37, d_kv=16, num_layers=1, num_heads=2, vocab_size=len(tokenizer))
    return T5EncoderModel(config).eval(), tokenizer


def _qwen_tokens():
    from outpaint.painters.diffusion.tokenizer import byte_letters

    words = [*byte_letters(), *_SPECIAL]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Qwen2Tokenizer(vocab=numbers, merges=[], extra_special_tokens=list(_SPECIAL))
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    return tokenizer


def _scheduler(**more):
    return FlowMatchEulerDiscreteScheduler(**more)


def _flux(cls=FluxInpaintPipeline, channels: int = 16):
    transformer = FluxTransformer2DModel(
        **_HEADS, patch_size=1, in_channels=channels, out_channels=16, num_single_layers=1, joint_attention_dim=32,
        pooled_projection_dim=32, axes_dims_rope=(4, 4, 8), guidance_embeds=cls is not FluxInpaintPipeline,
    )  # fmt: skip
    clip, tokenizer = _clip(CLIPTextModel)
    t5, tokenizer_2 = _t5()
    return cls(
        scheduler=_scheduler(), vae=_vae(), text_encoder=clip, tokenizer=tokenizer, text_encoder_2=t5,
        tokenizer_2=tokenizer_2, transformer=transformer,
    )  # fmt: skip


def _sd3():
    transformer = SD3Transformer2DModel(
        **_HEADS, sample_size=8, patch_size=2, in_channels=16, out_channels=16, caption_projection_dim=32,
        joint_attention_dim=64, pooled_projection_dim=32, pos_embed_max_size=16,
    )  # fmt: skip
    (one, first), (two, second) = (_clip(CLIPTextModelWithProjection, 16) for _ in range(2))
    third = _t5()[1]
    t5 = T5EncoderModel(T5Config(d_model=64, d_ff=37, d_kv=16, num_layers=1, num_heads=2, vocab_size=len(third)))
    return StableDiffusion3InpaintPipeline(
        transformer=transformer, scheduler=_scheduler(shift=3.0), vae=_vae(16), text_encoder=one, tokenizer=first,
        text_encoder_2=two, tokenizer_2=second, text_encoder_3=t5.eval(), tokenizer_3=third,
    )  # fmt: skip


def _chroma():
    transformer = ChromaTransformer2DModel(
        **_HEADS, patch_size=1, in_channels=16, num_single_layers=1, joint_attention_dim=32, axes_dims_rope=(4, 4, 8),
        approximator_num_channels=64, approximator_hidden_dim=32, approximator_layers=1,
    )  # fmt: skip
    t5, tokenizer = _t5()
    return ChromaInpaintPipeline(
        scheduler=_scheduler(), vae=_vae(), text_encoder=t5, tokenizer=tokenizer, transformer=transformer
    )


def _z_image():
    transformer = ZImageTransformer2DModel(
        in_channels=4, dim=32, n_layers=1, n_refiner_layers=1, n_heads=2, n_kv_heads=2, cap_feat_dim=32,
        axes_dims=[8, 4, 4], axes_lens=[600, 64, 64],
    )  # fmt: skip
    tokenizer = _qwen_tokens()
    return ZImageInpaintPipeline(
        scheduler=_scheduler(), vae=_vae(), text_encoder=Qwen3Model(Qwen3Config(**_QWEN)).eval(), tokenizer=tokenizer,
        transformer=transformer,
    )  # fmt: skip


def _qwen_image(cls=QwenImageInpaintPipeline, **more):
    vae = AutoencoderKLQwenImage(
        base_dim=8, z_dim=4, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip
    transformer = QwenImageTransformer2DModel(
        **_HEADS, patch_size=2, in_channels=16, out_channels=4, joint_attention_dim=32, axes_dims_rope=(4, 6, 6)
    )
    tokenizer = _qwen_tokens()
    config = Qwen2_5_VLConfig(
        text_config=_TEXT | {
            "num_key_value_heads": 2, "vocab_size": 300,
            "rope_scaling": {"type": "mrope", "mrope_section": [4, 2, 2]},
        },
        vision_config={
            "depth": 1, "hidden_size": 32, "intermediate_size": 37, "num_heads": 2, "out_hidden_size": 32,
        },
        image_token_id=tokenizer.convert_tokens_to_ids("<|image_pad|>"),
        vision_start_token_id=tokenizer.convert_tokens_to_ids("<|vision_start|>"),
    )  # fmt: skip
    return cls(
        scheduler=_scheduler(), vae=vae, text_encoder=Qwen2_5_VLForConditionalGeneration(config).eval(),
        tokenizer=tokenizer, transformer=transformer, **more,
    )  # fmt: skip


def _klein():
    vae = AutoencoderKLFlux2(**_BLOCKS, latent_channels=4)
    transformer = Flux2Transformer2DModel(
        **_HEADS, patch_size=1, in_channels=16, out_channels=16, num_single_layers=1, joint_attention_dim=96,
        axes_dims_rope=(4, 4, 4, 4), guidance_embeds=False,
    )  # fmt: skip
    encoder = Qwen3ForCausalLM(Qwen3Config(**_QWEN | {"num_hidden_layers": 28})).eval()
    return Flux2KleinInpaintPipeline(
        scheduler=_scheduler(), vae=vae, text_encoder=encoder, tokenizer=_qwen_tokens(), transformer=transformer
    )


_MAKERS = {
    "flux": _flux,
    "flux-fill": lambda: _flux(FluxFillPipeline, 16 + 16 + 256),
    "sd3": _sd3,
    "chroma": _chroma,
    "z-image": _z_image,
    "qwen-image": _qwen_image,
    "flux2-klein": _klein,
    "kontext": lambda: _flux(FluxKontextPipeline),
    "qwen-edit": lambda: _qwen_image(QwenImageEditPipeline, processor=None),
}


PAINTED = (0.25, 0.5, 0.75)
"""The colour that an echo fills with."""


def echo(pipe) -> None:
    """Make a loaded pipeline's VAE keep each cell's mean colour, and its transformer lead straight to PAINTED.

    Then it is known what comes out: the photo's cells where it is restored, that colour where it is painted. Fill,
    which restores nothing, is led to what it is shown: the masked photo where the mask is 0, the colour elsewhere.
    """
    vae, film = pipe.vae, "z_dim" in pipe.vae.config
    channels = vae.config.z_dim if film else vae.config.latent_channels

    def encode(image):
        cells = torch.nn.functional.avg_pool2d(image[:, :, 0] if film else image, 8)
        latents = torch.cat([cells, torch.zeros(1, channels - 3, *cells.shape[2:])], 1)
        latents = latents[:, :, None] if film else latents
        return Namespace(latent_dist=Namespace(sample=lambda _: latents, mode=lambda: latents))

    def decode(latents, return_dict=True, generator=None):
        cells = latents[:, :3, 0] if film else latents[:, :3]
        image = cells.repeat_interleave(8, 2).repeat_interleave(8, 3)
        return (image[:, :, None] if film else image,)

    colour = torch.zeros(channels)
    colour[:3] = torch.tensor(PAINTED) * 2 - 1
    if hasattr(vae.config, "shift_factor"):
        colour = (colour - (vae.config.shift_factor or 0)) * vae.config.scaling_factor
    vae.encode, vae.decode = encode, decode

    def forward(*given, hidden_states=None, timestep=None, **_):
        if given:  # Z-Image: a list, time running the other way, and so does the velocity
            return ([(colour[:, None, None, None] - each) / (1 - given[1][0]) for each in given[0]],)
        if hidden_states.ndim == 4:
            return ((hidden_states - colour[:, None, None]) * 1000 / timestep[0],)
        aim, size = colour.repeat_interleave(4), 4 * channels
        if hidden_states.shape[2] > size:
            shown, hole = hidden_states[..., size : 2 * size], hidden_states[..., 2 * size :]
            hole = hole.unflatten(2, (64, 4)).mean(2).repeat(1, 1, channels)  # of each of a token's four cells
            aim = shown * (1 - hole) + aim * hole
        return ((hidden_states[..., :size] - aim) / timestep[0],)

    pipe.transformer.forward = forward
