"""How diffusers' pipelines are run: their thread, what they are told, errors, memory and the way out in between."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import gc
import signal
import subprocess
import sys
import threading
import weakref

import numpy as np
from PIL import Image

import outpaint
from checkpoints_of_families import FAMILIES as KINDS
from outpaint import Notice, Progress
from outpaint.painters.diffusion import foreign, kept
from outpaint.painters.diffusion.extra import torch_of
from painters.diffusion.painting import PAINTER, beside, events, painted

pytestmark = [pytest.mark.diffusion, pytest.mark.usefixtures("heard")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_an_event_and_closing_stops_the_thread(kind, folders):
    settings = folders(kind) | {"steps": 20}
    before = threading.active_count()
    steps = events(beside(), settings)
    seen = [next(steps), next(steps)]
    assert [(event.step, event.total) for event in seen if isinstance(event, Progress)] == [(1, 20), (2, 20)]
    assert threading.active_count() == before + 1
    steps.close()
    assert threading.active_count() == before


def test_two_that_paint_in_turns_do_not_disturb_each_other(folders):
    settings = folders("flux-fill") | {"steps": 3}
    alone = painted(beside(), settings)
    first = events(beside(), settings)
    next(first)
    assert np.array_equal(painted(beside(), settings), alone)
    while True:
        try:
            next(first)
        except StopIteration as end:
            assert np.array_equal(end.value, alone)
            break


def test_an_error_inside_the_pipeline_is_one_of_ours(folders, monkeypatch):
    settings = folders("flux-fill")
    painted(beside(), settings)
    model = kept._kept[0].model
    monkeypatch.setattr(model.pipe.transformer, "forward", lambda *_, **__: 1 / 0)
    with pytest.raises(outpaint.OutpaintError, match="ZeroDivisionError"):
        painted(beside(), settings)


def test_not_a_number_is_an_error_that_names_the_precision(folders, monkeypatch):
    settings = folders("flux-fill")
    painted(beside(), settings)
    model = kept._kept[0].model
    plain = model.pipe.transformer.forward
    monkeypatch.setattr(model.pipe.transformer, "forward", lambda **given: (plain(**given)[0] * float("nan"),))
    with pytest.raises(outpaint.PainterError, match="dtype=bf16"):
        painted(beside(), settings)


def test_out_of_memory_halves_the_window_and_says_so(folders, monkeypatch):
    settings = folders("kontext") | {"window": 256}
    painted(beside(), settings)
    model = kept._kept[0].model
    torch, plain, counts = torch_of(), model.pipe.transformer.forward, []

    def small_card(**given):
        counts.append(given["hidden_states"].shape[1])
        if counts[-1] > 2 * 4 * 4:  # the picture and its reference, in tokens of 16 pixels
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return plain(**given)

    monkeypatch.setattr(model.pipe.transformer, "forward", small_card)
    view = beside(200, 200, known=90)
    seen = []
    steps = events(view, settings)
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            answer = end.value
            break
    said = [event.text for event in seen if isinstance(event, Notice)]
    assert [text.split()[-2] for text in said] == ["128", "64"]
    assert counts[:2] == [2 * 13 * 13, 2 * 8 * 8] and set(counts[2:]) == {2 * 4 * 4}
    assert answer.shape == view.pixels.shape


def test_the_pipeline_is_told_the_mask_and_the_picture_as_they_are(folders):
    settings = folders("qwen-image")
    view = beside()
    painted(view, settings)
    model = kept._kept[0].model
    brief = PAINTER.brief("sky", "", 5, settings)
    given = foreign.arguments(model, view.pixels, view.unknown, brief, 0)
    assert np.array_equal(given["mask_image"][0, 0].numpy(), view.unknown)
    assert np.array_equal(given["image"][0].numpy().transpose(1, 2, 0), view.pixels)
    assert (given["true_cfg_scale"], given["num_inference_steps"], given["strength"]) == (3.0, 2, 1.0)
    assert "guidance_scale" not in given and given["generator"].initial_seed() == 5
    free = PAINTER.brief("sky", "", 5, settings | {"guidance": 0})
    assert "true_cfg_scale" not in foreign.arguments(model, view.pixels, view.unknown, free, 0)


@pytest.mark.parametrize("kind", ["flux-fill", "sd3"])
def test_offloading_changes_nothing_and_survives_a_stop(kind, folders):
    """Its hooks run on the CPU too, where they move nothing; a wide picture, so that the copies are in their way."""
    settings = folders(kind) | {"preview": True}
    view = beside(64, 112, known=40)
    plain = painted(view, settings)
    model = kept._kept[0].model
    model.pipe.enable_model_cpu_offload(device="cpu")
    for _ in range(2):
        steps = events(view, settings)
        next(steps)
        steps.close()
        np.testing.assert_allclose(painted(view, settings), plain, atol=1e-5)


TELLING = """
from outpaint.painters.diffusion import foreign

def told(*given):
    steps = plain(*given)
    while True:
        yield next(steps)
        print("step", flush=True)

plain, foreign.painted = foreign.painted, told
from outpaint.__main__ import main
main()
"""


def test_ctrl_c_in_the_middle_of_a_step_leaves_no_file(folders, photo, tmp_path):
    shot = tmp_path / "shot.png"
    Image.fromarray(photo).save(shot)
    words = ["extend", str(shot), "--right", "20", "-m", "fill", "--model", folders("flux-fill")["model"]]
    command = [sys.executable, "-c", TELLING, *words, "--set", "steps=500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "step\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in error
    assert sorted(tmp_path.iterdir()) == [shot]


def test_what_a_family_cannot_follow_is_said(folders):
    def said(kind, negative="", **more):
        steps = events(beside(), folders(kind) | {"steps": 1} | more, negative=negative)
        return [event.text for event in steps if isinstance(event, Notice)]

    assert said("flux") == said("sd3", negative="people") == []
    (words,) = said("flux", negative="people", sampler="DDIM", masked_content="latent noise")
    assert words.endswith("does not listen to sampler, masked_content, the negative prompt")


def test_after_an_error_nothing_of_it_stays_in_memory(folders, monkeypatch):
    """Else the retry with a smaller window would have less room than the first try."""
    settings = folders("flux-fill")
    painted(beside(), settings)
    left = []

    def failing(hidden_states, **_):
        left.append(weakref.ref(hidden_states))
        raise MemoryError("out of memory")

    monkeypatch.setattr(kept._kept[0].model.pipe.transformer, "forward", failing)
    gc.disable()
    try:
        with pytest.raises(outpaint.PainterError, match="too little memory"):
            painted(beside(), settings)
        assert left and left[0]() is None
    finally:
        gc.enable()
