"""What is told of memory is counted, not guessed: the same networks built without weights."""

import json
from importlib.resources import files

import pytest

from outpaint.painters.diffusion import PAINTER
from outpaint.painters.diffusion.memory import KINDS
from outpaint.registry import builtin_registry

pytestmark = pytest.mark.diffusion


def millions(network):
    return sum(weights.numel() for weights in network.parameters()) / 1e6


def counted(name):
    """Millions of parameters of each part that a shipped config describes."""
    import diffusers
    import transformers

    folder = files("outpaint.painters.diffusion") / "configs"
    config = json.loads((folder / f"{name}.json").read_text("utf-8"))
    parts = [
        diffusers.UNet2DConditionModel.from_config(config["unet"]),
        diffusers.AutoencoderKL.from_config(config["vae"]),
        transformers.CLIPTextModel(transformers.CLIPTextConfig(**config["text_encoder"])),
    ]
    if "text_encoder_2" in config:
        second = transformers.CLIPTextConfig(**config["text_encoder_2"])
        parts.append(transformers.CLIPTextModelWithProjection(second))
    return [millions(part) for part in parts]


@pytest.mark.parametrize(("number", "name"), [(0, "sd1"), (1, "sd2"), (2, "sdxl")])
def test_the_numbers_of_parameters_are_those_of_the_networks(number, name):
    torch = pytest.importorskip("torch")
    with torch.device("meta"):
        assert KINDS[number].parts == pytest.approx(counted(name), abs=0.1)


def test_fluxs_too():
    torch = pytest.importorskip("torch")
    import diffusers
    import transformers

    text = {"d_model": 4096, "d_ff": 10240, "num_layers": 24, "num_heads": 64, "vocab_size": 32128}
    with torch.device("meta"):
        flux = diffusers.FluxTransformer2DModel(in_channels=384, out_channels=64, guidance_embeds=True)
        t5 = transformers.T5EncoderModel(transformers.T5Config(**text, feed_forward_proj="gated-gelu"))
        assert (KINDS[3].parts[0], KINDS[3].parts[3]) == pytest.approx((millions(flux), millions(t5)), rel=1e-4)


def test_what_is_told_is_computed_from_them():
    sd1, _, xl, flux = KINDS
    assert sd1.gigabytes(4) == pytest.approx(1.0663 * 4 + 1.07, abs=0.01)
    assert sd1.gigabytes(2) == pytest.approx(1.0663 * 2 + 0.54, abs=0.01)
    assert xl.gigabytes(2, offload=True) == pytest.approx(2.5675 * 2 + 4.29, abs=0.01)  # its VAE stays in fp32
    assert PAINTER.memory.count("GB") == 1 and "\n" not in PAINTER.memory
    for words in sd1.words(), xl.words(), flux.words():
        assert words in PAINTER.memory
    registry = builtin_registry()
    for method in registry.methods.values():
        told = registry.parts(method).memory
        assert (sd1.words() in told) == ("diffusion" in method.painters)
