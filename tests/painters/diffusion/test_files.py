"""Every format that people have models in, and what is said of files that are none."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

import checkpoints
from outpaint.errors import FileError, OutpaintError, RequestError
from outpaint.painters.diffusion import single_file
from outpaint.painters.diffusion.detect import Kind, kind_of
from outpaint.painters.diffusion.tokenizer import clip_tokenizer
from painters.diffusion.painting import beside, painted

pytestmark = pytest.mark.diffusion


@pytest.mark.parametrize("kind", checkpoints.KINDS)
def test_a_single_file_is_the_same_model_as_its_folder(kind, models):
    first = painted(beside(), {"model": str(models(kind))})
    for ending in ".safetensors", ".ckpt":
        model = {"model": str(models(kind, ending)), "config": str(models(kind))}
        assert np.array_equal(first, painted(beside(), model))


@pytest.mark.parametrize("kind", checkpoints.KINDS)
def test_the_kind_is_read_off_the_keys(kind, models):
    from outpaint.painters.diffusion.detect import shapes_of

    found = kind_of(shapes_of(models(kind, ".safetensors")), "x.safetensors")
    family, _, inpainting = kind.partition("-")
    assert (found.family, found.channels) == (family, 9 if inpainting else 4)


def test_sd2_has_two_forms_that_only_the_name_or_the_step_tells_apart():
    keys = {"model.diffusion_model.input_blocks.0.0.weight": (1, 4), "cond_stage_model.model.transformer.a": ()}
    assert kind_of(keys, "v2-1_768.safetensors").prediction == "v_prediction"
    assert kind_of(keys, "v2-1_512-ema.safetensors").prediction == "epsilon"
    assert kind_of(keys, "a.ckpt", 875000).prediction == "epsilon"


# Published counts of parameters of the real models, in millions.
REAL = {
    "sd1": {"unet": 859.52, "vae": 83.65, "text_encoder": 123.06},
    "sd2": {"unet": 865.91, "vae": 83.65, "text_encoder": 340.39},
    "sdxl": {"unet": 2567.46, "vae": 83.65, "text_encoder": 123.06, "text_encoder_2": 694.66},
}


@pytest.mark.parametrize("family", REAL)
def test_the_configs_in_the_package_are_those_of_the_real_models(family):
    from accelerate import init_empty_weights
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    parts = single_file.configs(Kind(family, 4), "")
    with init_empty_weights():
        made = {
            "unet": UNet2DConditionModel.from_config(parts["unet"]),
            "vae": AutoencoderKL.from_config(parts["vae"]),
        }
        made["text_encoder"] = CLIPTextModel(CLIPTextConfig(**parts["text_encoder"]))
        if family == "sdxl":
            made["text_encoder_2"] = CLIPTextModelWithProjection(CLIPTextConfig(**parts["text_encoder_2"]))
    counts = {name: round(sum(p.numel() for p in part.parameters()) / 1e6, 2) for name, part in made.items()}
    assert counts == REAL[family]


def test_the_tokenizer_in_the_package_is_clips():
    tokenizer = clip_tokenizer()
    assert len(tokenizer) == 49408
    assert tokenizer("a photo of a cat").input_ids == [49406, 320, 1125, 539, 320, 2368, 49407]
    assert tokenizer("x", padding="max_length").input_ids[-1] == 49407
    assert clip_tokenizer("!")("x", padding="max_length").input_ids[-1] == 0


def test_half_precision_files_paint_in_full_precision_on_the_cpu(models, tmp_path):
    file = checkpoints.single("sd1", tmp_path / "half.safetensors", dtype=torch.float16)
    answer = painted(beside(), {"model": str(file), "config": str(models("sd1"))})
    np.testing.assert_allclose(answer, painted(beside(), {"model": str(models("sd1"))}), atol=0.02)


def test_another_vae_changes_the_picture_and_can_be_a_file_or_a_folder(models, tmp_path):
    model = {"model": str(models("sd1"))}
    own = painted(beside(), model)
    file = checkpoints.vae_file(tmp_path / "vae.safetensors")
    folder = checkpoints.folder("sd1", tmp_path / "other", checkpoints.pipeline("sd1", 5))
    other = painted(beside(), model | {"vae": str(file), "config": str(models("sd1"))})
    assert not np.allclose(own, other)
    assert np.array_equal(other, painted(beside(), model | {"vae": str(folder)}))


@pytest.mark.parametrize("form", ["kohya", "peft"])
def test_a_lora_counts_by_its_weight(form, models, tmp_path):
    file = checkpoints.lora(tmp_path / "style.safetensors", form)
    model = {"model": str(models("sd1"))}
    plain = painted(beside(), model)
    assert np.array_equal(plain, painted(beside(), model | {"loras": f"{file}:0"}))
    half, whole = (painted(beside(), model | {"loras": f"{file}:{weight}"}) for weight in (0.5, 1))
    assert np.array_equal(whole, painted(beside(), model | {"loras": str(file)}))
    changed = [np.abs(each - plain).max() for each in (half, whole)]
    assert min(changed) > 1e-3 and not np.allclose(half, whole)


def test_the_same_lora_in_both_forms_is_the_same_and_two_add_up(models, tmp_path):
    first, second = (checkpoints.lora(tmp_path / f"{form}.safetensors", form) for form in ("kohya", "peft"))
    model = {"model": str(models("sd1"))}
    answers = [painted(beside(), model | {"loras": str(file)}) for file in (first, second)]
    np.testing.assert_allclose(*answers, atol=1e-5)
    both = painted(beside(), model | {"loras": f"{first}:0.5, {second}:0.5"})
    np.testing.assert_allclose(both, answers[0], atol=1e-4)


def test_a_textual_inversion_is_a_word_of_its_files_name(models, tmp_path):
    file = checkpoints.inversion(tmp_path / "mystyle.pt")
    model = {"model": str(models("sd1"))}
    with_it = painted(beside(), model | {"embeddings": str(file)}, prompt="a mystyle tree")
    assert not np.allclose(with_it, painted(beside(), model, prompt="a mystyle tree"))
    assert np.array_equal(
        painted(beside(), model | {"embeddings": str(file)}, prompt="a tree"),
        painted(beside(), model, prompt="a tree"),
    )


def refused(tmp_path, models):
    """Name, settings, and what the line says."""
    sd1 = str(models("sd1"))
    (tmp_path / "empty.safetensors").write_bytes(b"")
    (tmp_path / "text.ckpt").write_text("hello")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    lora = checkpoints.lora(tmp_path / "lora.safetensors", "kohya")
    vae = checkpoints.vae_file(tmp_path / "vae.safetensors")
    (tmp_path / "folder").mkdir()
    return {
        "nothing": ({}, "needs a model: --model FILE"),
        "missing": ({"model": str(tmp_path / "no.safetensors")}, "there is no file"),
        "no name": ({"model": "nonsense"}, "OWNER/NAME"),
        "hub": ({"model": "nobody/nothing"}, "--set download=yes"),
        "empty": ({"model": str(tmp_path / "empty.safetensors")}, "damaged"),
        "damaged": ({"model": str(checkpoints.damaged(tmp_path / "d.safetensors"))}, "damaged"),
        "text": ({"model": str(tmp_path / "text.ckpt")}, "damaged"),
        "hostile": ({"model": str(checkpoints.hostile(tmp_path / "h.ckpt"))}, "program code"),
        "photo": ({"model": str(tmp_path / "photo.jpg")}, "neither"),
        "lora": ({"model": str(lora)}, "LoRA weights"),
        "vae": ({"model": str(vae)}, "only a VAE"),
        "shape": ({"model": str(models("sd1", ".safetensors"))}, "another shape"),
        "folder": ({"model": str(tmp_path / "folder")}, "model_index.json"),
        "unknown": ({"model": str(checkpoints.index(tmp_path / "u", "ShapEPipeline"))}, "cannot paint"),
        "hollow": ({"model": str(checkpoints.index(tmp_path / "f", "FluxFillPipeline"))}, "cannot be loaded"),
        "no lora": ({"model": sd1, "loras": str(tmp_path / "no.safetensors")}, "no LoRA file"),
        "not a lora": ({"model": sd1, "loras": str(vae)}, "LoRA"),
        "sampler": ({"model": sd1, "sampler": "Euler b"}, "did you mean"),
        "device": ({"model": sd1, "device": "abacus"}, "device=cpu"),
        "fp16": ({"model": sd1, "dtype": "fp16", "device": "cpu"}, "bf16"),
    }


def test_what_cannot_be_used_is_refused_in_one_line_that_says_why(tmp_path, models, capsys):
    for name, (settings, words) in refused(tmp_path, models).items():
        with pytest.raises((FileError, RequestError)) as caught:
            painted(beside(), settings)
        line = str(caught.value)
        assert words in line and "\n" not in line, (name, line)
    assert "printed" not in capsys.readouterr().out


def test_every_painter_error_is_ours(models):
    with pytest.raises(OutpaintError):
        painted(beside(), {"model": str(models("sd1")), "vae": str(models("sd1", ".safetensors"))})
