"""Names of tensors as CompVis and Stability have them.

A file that people download has these names; diffusers reads it by renaming. Here the renaming is written the other
way round, from the layout of the original code, so that the two check each other.
"""

import re

import torch


def unet(pipe, key: str) -> str:
    """A name of diffusers' UNet as CompVis has it: blocks numbered through, resnets as layer lists."""
    layers = pipe.unet.config.layers_per_block
    key = re.sub(r"^time_embedding\.linear_(\d)", lambda m: f"time_embed.{2 * int(m[1]) - 2}", key)
    key = re.sub(r"^add_embedding\.linear_(\d)", lambda m: f"label_emb.0.{2 * int(m[1]) - 2}", key)
    key = re.sub(r"^conv_in\.", "input_blocks.0.0.", key)
    key = re.sub(r"^conv_norm_out\.", "out.0.", key)
    key = re.sub(r"^conv_out\.", "out.2.", key)
    key = re.sub(r"^mid_block\.resnets\.(\d)", lambda m: f"middle_block.{2 * int(m[1])}", key)
    key = key.replace("mid_block.attentions.0", "middle_block.1")

    def down(m):
        return f"input_blocks.{1 + int(m[1]) * (layers + 1) + int(m[3])}.{0 if m[2] == 'resnets' else 1}"

    def up(m):
        return f"output_blocks.{int(m[1]) * (layers + 1) + int(m[3])}.{0 if m[2] == 'resnets' else 1}"

    def larger(m):
        place = 2 if pipe.unet.config.up_block_types[int(m[1])].startswith("Cross") else 1
        return f"output_blocks.{int(m[1]) * (layers + 1) + layers}.{place}.conv"

    key = re.sub(r"^down_blocks\.(\d)\.(resnets|attentions)\.(\d)", down, key)
    key = re.sub(
        r"^down_blocks\.(\d)\.downsamplers\.0\.conv",
        lambda m: f"input_blocks.{(int(m[1]) + 1) * (layers + 1)}.0.op",
        key,
    )
    key = re.sub(r"^up_blocks\.(\d)\.(resnets|attentions)\.(\d)", up, key)
    key = re.sub(r"^up_blocks\.(\d)\.upsamplers\.0\.conv", larger, key)
    if "transformer_blocks" not in key:
        for new, old in {
            "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
            "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
        }.items():  # fmt: skip
            key = key.replace(f".{new}.", f".{old}.")
    return key


def vae_weights(pipe) -> dict[str, torch.Tensor]:
    """The VAE in CompVis' names, as a VAE file holds it."""
    held = {}
    for key, value in pipe.vae.state_dict().items():
        key = key.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
        key = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", key)
        key = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", key)
        key = re.sub(r"up_blocks\.(\d)\.resnets", lambda m: f"up.{3 - int(m[1])}.block", key)
        key = re.sub(r"up_blocks\.(\d)\.upsamplers\.0", lambda m: f"up.{3 - int(m[1])}.upsample", key)
        key = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", key)
        if "mid_block.attentions.0" in key:
            key = key.replace("mid_block.attentions.0", "mid.attn_1").replace("group_norm", "norm")
            key = key.replace("to_out.0", "proj_out").replace(".to_", ".")
            value = value[..., None, None] if value.ndim == 2 else value
        held[key] = value.clone().contiguous()
    return held


def open_clip(encoder: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """CLIP's text encoder in open-clip's names: query, key and value in one matrix."""
    held = {"logit_scale": torch.tensor(1.0)}
    for key, value in encoder.items():
        key = key.replace("embeddings.token_embedding", "token_embedding").replace("final_layer_norm", "ln_final")
        key = key.replace("embeddings.position_embedding.weight", "positional_embedding")
        key = key.replace("encoder.layers.", "transformer.resblocks.").replace("layer_norm", "ln_")
        key = key.replace("mlp.fc1", "mlp.c_fc").replace("mlp.fc2", "mlp.c_proj")
        key = key.replace("self_attn.out_proj", "attn.out_proj")
        if key == "text_projection.weight":
            held["text_projection"] = value.T
        elif ".self_attn.q_proj." in key:
            kind = key.rsplit(".", 1)[1]
            source = next(
                each for each in encoder if each.endswith(key.split("resblocks.")[1].replace("ln_", "layer_norm"))
            )
            three = [encoder[source.replace("q_proj", f"{letter}_proj")] for letter in "qkv"]
            held[key.split(".self_attn.")[0] + f".attn.in_proj_{kind}"] = torch.cat(three)
        elif ".self_attn." not in key:
            held[key] = value
    return held
