"""Tiny pipelines with random weights of the families that diffusers' own classes paint."""

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
    FluxTransformer2DModel,
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

from checkpoints import tokens

FAMILIES = ("flux", "flux-fill", "sd3", "chroma", "z-image", "qwen-image", "flux2-klein")

_DOWN, _UP = ("DownEncoderBlock2D",) * 4, ("UpDecoderBlock2D",) * 4
_BLOCKS = {"block_out_channels": (8,) * 4, "layers_per_block": 1, "norm_num_groups": 2, "sample_size": 64}
_HEADS = {"num_layers": 1, "attention_head_dim": 16, "num_attention_heads": 2}
_TEXT = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 2}
_QWEN = _TEXT | {"num_key_value_heads": 2, "vocab_size": 300, "head_dim": 16}


def pipeline(family: str):
    """One of FAMILIES, as the class that paints with it."""
    torch.manual_seed(0)
    return _MAKERS[family]().to(torch.float32)


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

    words = [*byte_letters(), "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer = Qwen2Tokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[])
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    return tokenizer


def _scheduler(**more):
    return FlowMatchEulerDiscreteScheduler(**more)


def _flux(cls=FluxInpaintPipeline, channels: int = 16):
    transformer = FluxTransformer2DModel(
        **_HEADS, patch_size=1, in_channels=channels, out_channels=16, num_single_layers=1, joint_attention_dim=32,
        pooled_projection_dim=32, axes_dims_rope=(4, 4, 8), guidance_embeds=cls is FluxFillPipeline,
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


def _qwen_image():
    vae = AutoencoderKLQwenImage(
        base_dim=8, z_dim=4, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip
    transformer = QwenImageTransformer2DModel(
        **_HEADS, patch_size=2, in_channels=16, out_channels=4, joint_attention_dim=32, axes_dims_rope=(4, 6, 6)
    )
    config = Qwen2_5_VLConfig(
        text_config=_TEXT | {
            "num_key_value_heads": 2, "vocab_size": 300,
            "rope_scaling": {"type": "mrope", "mrope_section": [4, 2, 2]},
        },
        vision_config={
            "depth": 1, "hidden_size": 32, "intermediate_size": 37, "num_heads": 2, "out_hidden_size": 32,
        },
    )  # fmt: skip
    return QwenImageInpaintPipeline(
        scheduler=_scheduler(), vae=vae, text_encoder=Qwen2_5_VLForConditionalGeneration(config).eval(),
        tokenizer=_qwen_tokens(), transformer=transformer,
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
}
