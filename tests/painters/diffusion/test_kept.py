"""One model is kept; another VAE, LoRA or word is laid over it without reading it from disk again."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import logging
import os
import warnings
import weakref

import diffusers
import numpy as np

import checkpoints
import outpaint
from outpaint import Notice
from outpaint.errors import FileError, RequestError
from outpaint.painters.diffusion import kept, loading, sampling
from outpaint.painters.diffusion.extra import quiet
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
    for name in [*looks, "one LoRA", "a VAE", "nothing"]:
        assert np.array_equal(paint(looks[name]), fresh[name]), name
    assert len(loads) == 1


def test_a_new_model_is_placed_once_with_all_that_is_laid_over_it(looks, loads, monkeypatch):
    placed, plain = [], loading.place
    monkeypatch.setattr(loading, "place", lambda *given: placed.append(given) or plain(*given))
    for name in "a VAE and a LoRA", "a VAE and a LoRA", "nothing":
        paint(looks[name])
    assert len(placed) == 2 and len(loads) == 1


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
    before = {name: paint(looks[name]) for name in ("nothing", "a VAE and a LoRA")}
    wrong = checkpoints.vae_file(tmp_path / "wrong.safetensors")
    for what in "loras", "embeddings", "vae":
        given = f"{looks['one LoRA']['loras']},{wrong}" if what == "loras" else str(looks["one LoRA"]["loras"])
        with pytest.raises(FileError):
            paint(looks["a VAE"] | {what: given})
        name = "a VAE and a LoRA" if what == "vae" else "nothing"
        assert np.array_equal(paint(looks[name]), before[name])
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


def test_a_model_that_is_let_go_is_gone_from_memory(looks, loads):
    paint(looks["one LoRA"])
    unet = weakref.ref(kept._kept[0].model.pipe.unet)
    outpaint.forget_models()
    assert unet() is None
    outpaint.forget_models()  # nothing is there any more
    paint(looks["nothing"])
    assert len(loads) == 2


def test_a_wait_for_the_hub_is_told_of_before_it_begins(models, monkeypatch, loads):
    def download(name, local_files_only):
        asked.append((name, local_files_only))
        return str(models("sd1"))

    asked = []
    monkeypatch.setattr(diffusers.DiffusionPipeline, "download", download)
    there = {"model": "owner/name", "steps": 1}
    steps = events(beside(), there | {"download": True})
    said = next(steps)
    assert isinstance(said, Notice) and "owner/name" in said.text and not asked
    assert not any(isinstance(event, Notice) for event in steps)  # the rest of it
    assert asked == [("owner/name", False)]
    for given in there | {"download": True}, there:
        assert not any(isinstance(event, Notice) for event in events(beside(), given))
    assert len(loads) == 1


def test_libraries_are_quiet_in_every_step_and_only_there(models, monkeypatch):
    def speaking(*given):
        warnings.warn("old", FutureWarning, stacklevel=1)  # an error in these tests
        heard.append(log.isEnabledFor(logging.WARNING))
        return plain(*given)

    heard, plain, log = [], sampling._window, logging.getLogger("diffusers.pipelines")
    monkeypatch.setattr(sampling, "_window", speaking)
    first, second = (events(beside(), {"model": str(models("sd1")), "steps": 3}) for _ in range(2))
    for steps in first, second, first:
        next(steps)
        assert log.isEnabledFor(logging.WARNING)
    first.close(), second.close()
    assert heard == [False] * 3
    one, two = quiet(), quiet()  # as of two threads: who came first leaves first
    one.__enter__(), two.__enter__()
    one.__exit__(None, None, None)
    assert not log.isEnabledFor(logging.WARNING)
    two.__exit__(None, None, None)
    assert log.isEnabledFor(logging.WARNING)
