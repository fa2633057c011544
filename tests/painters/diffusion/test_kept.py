"""One model is kept; another VAE, LoRA or word is laid over it without reading it from disk again."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import os

import numpy as np

import checkpoints
from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion import kept, loading
from painters.diffusion.painting import beside, events, painted

pytestmark = pytest.mark.diffusion


@pytest.fixture
def loads(monkeypatch):
    """Each time a model is read from disk, its name."""
    seen = []
    plain = loading.load
    monkeypatch.setattr(loading, "load", lambda settings: seen.append(settings["model"]) or plain(settings))
    kept.forget()
    return seen


@pytest.fixture
def looks(models, tmp_path):
    """Settings that lay something over the same model."""
    forms = enumerate(("kohya", "peft"))
    files = {form: checkpoints.lora(tmp_path / f"{form}.safetensors", form, seed) for seed, form in forms}
    vae = checkpoints.vae_file(tmp_path / "vae.safetensors")
    word = checkpoints.inversion(tmp_path / "mystyle.pt")
    folder = {"config": str(models("sd1")), "model": str(models("sd1", ".safetensors"))}
    given = {
        "nothing": {},
        "one LoRA": {"loras": str(files["kohya"])},
        "less of it": {"loras": f"{files['kohya']}:0.3"},
        "two LoRAs": {"loras": f"{files['peft']}:0.5,{files['kohya']}"},
        "the other": {"loras": str(files["peft"])},
        "a VAE": {"vae": str(vae)},
        "a VAE and a LoRA": {"vae": str(vae), "loras": str(files["kohya"])},
        "a word": {"embeddings": str(word)},
    }
    return {name: folder | each for name, each in given.items()}


def paint(settings):
    return painted(beside(), {"steps": 1} | settings, prompt="a mystyle tree")


def test_what_is_laid_over_a_model_comes_off_again_and_the_base_is_read_once(looks, loads):
    fresh = {}
    for name, settings in looks.items():
        kept.forget()
        fresh[name] = paint(settings)
    assert len({answer.tobytes() for answer in fresh.values()}) == len(fresh)
    del loads[:]
    kept.forget()
    for name in [*looks, "one LoRA", "a VAE", "less of it", "two LoRAs", "nothing"]:
        assert np.array_equal(paint(looks[name]), fresh[name]), name
    assert len(loads) == 1


def test_what_decides_how_it_is_loaded_loads_it_anew_and_one_is_kept(models, loads):
    for settings in ({"model": str(models("sd1"))}, {"model": str(models("sd1")), "dtype": "bf16"}) * 2:
        paint(settings)
        paint(settings | {"steps": 2, "guidance": 3.0, "loras": ""})
        assert len(kept._kept) == 1
    assert len(loads) == 4


@pytest.mark.parametrize("what", ["loras", "vae", "embeddings", "model"])
def test_a_file_that_was_written_anew_is_seen(what, looks, loads, tmp_path):
    makers = {
        "loras": lambda seed: checkpoints.lora(tmp_path / "x.safetensors", "kohya", seed),
        "vae": lambda seed: checkpoints.vae_file(tmp_path / "x.safetensors", seed),
        "embeddings": lambda seed: checkpoints.inversion(tmp_path / "mystyle.pt", seed),
        "model": lambda seed: checkpoints.folder("sd1", tmp_path / "x", checkpoints.pipeline("sd1", seed)),
    }
    answers = []
    for number, seed in enumerate((21, 22, 21)):
        file = makers[what](seed)
        for each in file.rglob("*") if file.is_dir() else [file]:
            os.utime(each, (number, number))  # as if a while had passed in between
        answers.append(paint(looks["nothing"] | {what: str(file)}))
    assert np.array_equal(answers[0], answers[2]) and not np.array_equal(answers[0], answers[1])
    assert len(loads) == (3 if what == "model" else 1)


def test_after_a_file_that_does_not_fit_everything_is_as_before(looks, loads, tmp_path):
    before = paint(looks["nothing"]), paint(looks["a VAE and a LoRA"])
    wrong = checkpoints.vae_file(tmp_path / "wrong.safetensors")
    for what in "loras", "embeddings", "vae":
        given = f"{looks['one LoRA']['loras']},{wrong}" if what == "loras" else str(looks["one LoRA"]["loras"])
        with pytest.raises(FileError):
            paint(looks["a VAE"] | {what: given})
        assert np.array_equal(paint(looks["nothing"]), before[0])
        assert np.array_equal(paint(looks["a VAE and a LoRA"]), before[1])
    with pytest.raises(RequestError, match=r"FILE:0\.8"):
        paint(looks["nothing"] | {"loras": "style:much"})
    assert len(loads) == 1


def test_nothing_changes_under_somebody_who_paints(looks, loads):
    alone, other = paint(looks["nothing"]), paint(looks["one LoRA"])
    steps = events(beside(), looks["nothing"] | {"steps": 1}, prompt="a mystyle tree")
    next(steps)  # in the middle of it, somebody else comes
    assert np.array_equal(paint(looks["one LoRA"]), other)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert np.array_equal(end.value.value, alone)
    assert len(loads) == 2
    # Two who want the same share it, and whoever leaves in the middle leaves it free.
    first, second = (events(beside(), looks["one LoRA"]) for _ in range(2))
    next(first), next(second)
    first.close(), second.close()
    assert np.array_equal(paint(looks["nothing"]), alone)
    assert len(loads) == 2
