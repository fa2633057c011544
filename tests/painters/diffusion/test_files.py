"""Every format that people have models in, and what is said of files that are none."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

import checkpoints
from outpaint.errors import FileError, OutpaintError, RequestError
from outpaint.painters.diffusion import single_file
from outpaint.painters.diffusion.detect import kind_of
from outpaint.painters.diffusion.prediction import Clues
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

    found = kind_of(shapes_of(models(kind, ".safetensors")), Clues("x.safetensors"))
    family, _, inpainting = kind.partition("-")
    assert (found.generation, found.channels) == (family, 9 if inpainting else 4)


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

    parts = single_file.configs(family, "")
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


def test_a_folder_of_which_only_the_fp16_variant_was_downloaded_is_loaded(models, tmp_path):
    checkpoints.pipeline("sd1").save_pretrained(tmp_path / "variant", variant="fp16")
    assert not list(tmp_path.rglob("diffusion_pytorch_model.safetensors"))
    answers = [painted(beside(), {"model": str(each)}) for each in (tmp_path / "variant", models("sd1"))]
    assert np.array_equal(*answers)


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


def written(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return str(path)


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4265146304\n"


@pytest.fixture(scope="module")
def refused(tmp_path_factory, models):
    """Name, settings, and what the line says."""
    where = tmp_path_factory.mktemp("refused")
    sd1, file = str(models("sd1")), str(models("sd1", ".safetensors"))
    lora, vae = checkpoints.lora(where / "lora.safetensors", "kohya"), checkpoints.vae_file(where / "vae.safetensors")
    word = checkpoints.inversion(where / "word.pt")
    whole = models("sd1", ".ckpt").read_bytes()
    pointers = checkpoints.folder("sd1", where / "pointers")
    written(pointers / "unet/diffusion_pytorch_model.safetensors", POINTER)
    hollow = checkpoints.folder("sd1", where / "truncated")
    unet = hollow / "unet/diffusion_pytorch_model.safetensors"
    written(unet, unet.read_bytes()[:-1000])
    onnx = checkpoints.index(where / "onnx", "OnnxStableDiffusionPipeline")
    written(onnx / "unet/model.onnx", b"x")
    (where / "folder").mkdir()
    xl = checkpoints.lora(where / "xl.safetensors", "peft", kind="sdxl")
    return {
        "nothing": ({}, "needs a model: --model FILE"),
        "missing": ({"model": str(where / "no.safetensors")}, "there is no file"),
        "no name": ({"model": "nonsense"}, "OWNER/NAME"),
        "hub": ({"model": "nobody/nothing"}, "--set download=yes"),
        "empty": ({"model": written(where / "empty.safetensors", b"")}, "is empty; download it again"),
        "empty ckpt": ({"model": written(where / "empty.ckpt", b"")}, "is empty; download it again"),
        "damaged": ({"model": str(checkpoints.damaged(where / "d.safetensors"))}, "download it again"),
        "truncated": ({"model": written(where / "t.ckpt", whole[: len(whole) // 2])}, "download it again"),
        "text": ({"model": written(where / "text.ckpt", b"hello")}, "damaged"),
        "hostile": ({"model": str(checkpoints.hostile(where / "h.ckpt"))}, "program code"),
        "photo": ({"model": written(where / "photo.jpg", b"x")}, "neither"),
        "pointer": ({"model": written(where / "p.safetensors", POINTER)}, "git lfs pull"),
        "pointers": ({"model": str(pointers)}, "git lfs pull"),
        "web page": ({"model": written(where / "w.safetensors", b"<!DOCTYPE html><p>log in")}, "web page"),
        "gguf": ({"model": written(where / "g.gguf", b"GGUF\3\0\0\0")}, "give the .safetensors file"),
        "renamed gguf": ({"model": written(where / "g.safetensors", b"GGUF\3\0\0\0")}, "GGUF"),
        "renamed ckpt": ({"model": written(where / "r.safetensors", whole)}, "rename it to r.ckpt"),
        "onnx": ({"model": str(onnx)}, "is an ONNX folder"),
        "lora": ({"model": str(lora)}, "--lora FILE beside a --model"),
        "vae": ({"model": str(vae)}, "--set vae=FILE beside a --model"),
        "word": ({"model": str(word)}, "--set embeddings=FILE"),
        "part": ({"model": str(pointers / "vae/diffusion_pytorch_model.safetensors")}, "only a VAE"),
        "unet": ({"model": str(models("sd1") / "unet/diffusion_pytorch_model.safetensors")}, "model_index.json"),
        "shape": ({"model": file}, "another shape"),
        "folder": ({"model": str(where / "folder")}, "model_index.json"),
        "truncated folder": ({"model": str(hollow)}, "download it again"),
        "unknown": ({"model": str(checkpoints.index(where / "u", "ShapEPipeline"))}, "cannot paint"),
        "hollow": ({"model": str(checkpoints.index(where / "f", "FluxFillPipeline"))}, "cannot be loaded"),
        "no lora": ({"model": sd1, "loras": str(where / "no.safetensors")}, "no LoRA file"),
        "not a lora": ({"model": sd1, "loras": str(vae)}, "LoRA"),
        "lora pointer": ({"model": sd1, "loras": str(where / "p.safetensors")}, "git lfs pull"),
        "lora for sdxl": ({"model": sd1, "loras": str(xl)}, "32 numbers a token; this model is"),
        "not a vae": ({"model": sd1, "vae": str(lora), "config": sd1}, "holds no VAE"),
        "not a word": ({"model": sd1, "embeddings": str(lora)}, "no textual inversion"),
        "word for sdxl": (
            {"model": str(models("sdxl")), "embeddings": str(word)},
            "16 numbers, this model's 16 and 16",
        ),
        "sampler": ({"model": sd1, "sampler": "Euler b"}, "did you mean"),
        "device": ({"model": sd1, "device": "abacus"}, "device=cpu"),
        "fp16": ({"model": sd1, "dtype": "fp16", "device": "cpu"}, "bf16"),
    }


def test_what_cannot_be_used_is_refused_in_one_line_that_says_why(refused, capsys):
    for name, (settings, words) in refused.items():
        with pytest.raises((FileError, RequestError)) as caught:
            painted(beside(), settings)
        line = str(caught.value)
        assert words in line and "\n" not in line, (name, line)
    assert "printed" not in capsys.readouterr().out


def test_from_the_shell_they_end_with_2_and_nothing_is_written(refused, tmp_path, photo, capsys):
    from PIL import Image

    from outpaint.cli import run

    Image.fromarray(photo).save(tmp_path / "shot.png")
    for name in "pointer", "truncated", "onnx", "lora", "lora for sdxl", "hostile":
        settings, words = refused[name]
        sets = [part for setting, value in settings.items() for part in ("--set", f"{setting}={value}")]
        capsys.readouterr()
        assert run(["extend", str(tmp_path / "shot.png"), "--right", "20", "-m", "blended", *sets]) == 2
        told = capsys.readouterr()
        assert told.out == "" and told.err.startswith("outpaint: ") and told.err.count("\n") == 1, name
        assert words in told.err
    assert [each.name for each in tmp_path.iterdir()] == ["shot.png"]


def test_a_file_damaged_anywhere_is_refused_or_read_but_never_more(models, tmp_path):
    rng = np.random.default_rng(0)
    told = 0
    for ending in ".safetensors", ".ckpt":
        whole = models("sd1", ending).read_bytes()
        for number in range(12):
            bad = bytearray(whole)
            for place in rng.integers(0, 4000 if number % 2 else len(bad), 1 + number % 4):
                bad[place] = rng.integers(256)
            if number % 5 == 0:
                del bad[rng.integers(len(bad)) :]
            file = tmp_path / f"{number}{ending}"
            file.write_bytes(bad)
            try:
                single_file.load(file, str(models("sd1")), torch.float32)
            except FileError as error:
                told += 1
                assert "\n" not in str(error)
    assert told > 6


def test_every_painter_error_is_ours(models):
    with pytest.raises(OutpaintError):
        painted(beside(), {"model": str(models("sd1")), "vae": str(models("sd1", ".safetensors"))})
