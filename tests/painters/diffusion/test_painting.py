"""The painter as the road uses it: what it keeps, how it is stopped, and what happens when memory runs out."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import subprocess
import sys

import numpy as np
import torch

import checkpoints
import outpaint
from outpaint import Notice, Progress
from outpaint.errors import MissingExtra, PainterError, RequestError
from outpaint.painters.diffusion import preview, samplers, stable
from painters.diffusion.painting import beside, events, painted
from painters.painting import odd_cases, view_of
from painters.painting import photo as sight

pytestmark = pytest.mark.diffusion


@pytest.fixture
def sd1(models):
    return {"model": str(models("sd1"))}


@pytest.mark.parametrize("kind", checkpoints.KINDS)
@pytest.mark.parametrize("method", ["sd-inpaint", "blended"])
def test_known_pixels_stay_and_the_seed_decides(kind, method, models, photo):
    asked = {"method": method, "prompt": "sky", "settings": {"model": str(models(kind)), "steps": 2}}
    result = outpaint.extend(photo, right=19, top=5, **asked)
    assert result.array.shape == (53, 83, 3)
    assert np.array_equal(result.array[5:, :64], photo)
    assert np.array_equal(result.array, outpaint.extend(photo, right=19, top=5, **asked).array)
    first = outpaint.extend(photo, right=19, top=5, count=2, **asked)
    (second,) = first.others
    assert np.array_equal(first.array, result.array) and not np.array_equal(second.array, result.array)
    assert np.array_equal(second.array, outpaint.extend(photo, right=19, top=5, seed=1, **asked).array)


@pytest.mark.parametrize(("name", "holes"), odd_cases())
@pytest.mark.parametrize("area", ["needed", "whole picture", "only masked"])
def test_any_shape_is_filled(name, holes, area, models):
    answer = painted(
        view_of(sight(*holes.shape), holes), {"model": str(models("sd1-inpainting")), "steps": 1, "area": area}
    )
    assert answer.shape == (*holes.shape, 3) and np.isfinite(answer).all()


def test_where_nothing_is_to_be_painted_no_model_is_asked_for():
    for view, settings in ((beside(), {"strength": 0}), (beside(known=64), {})):
        assert np.array_equal(painted(view, settings), view.pixels)


def test_prompt_negative_guidance_and_clip_skip_matter(sd1):
    plain = painted(beside(), sd1, prompt="red")
    assert not np.allclose(plain, painted(beside(), sd1, prompt="green"))
    assert not np.allclose(plain, painted(beside(), sd1, prompt="red", negative="hill"))
    assert not np.allclose(plain, painted(beside(), sd1 | {"clip_skip": 2}, prompt="red"))
    unguided = sd1 | {"guidance": 1.0}
    assert np.array_equal(
        painted(beside(), unguided, prompt="red"), painted(beside(), unguided, prompt="red", negative="hill")
    )


@pytest.mark.parametrize(
    "name", [*samplers.names(), "DPM++ 2M Karras", "dpm++ 2m sde exponential", "euler a sgm uniform"]
)
def test_every_sampler_paints(name, sd1):
    answer = painted(beside(), sd1 | {"sampler": name, "steps": 3, "eta": 0.5})
    assert answer[:, 40:].std() > 0.01


def test_samplers_and_their_schedules_differ(sd1):
    names = (
        "auto",
        "DPM++ 2M",
        "DPM++ 2M Karras",
        "DPM++ 2M Exponential",
        "DPM++ 2M Beta",
        "Euler a",
        "Euler a uniform",
    )
    answers = [painted(beside(), sd1 | {"sampler": each, "steps": 4}) for each in names]
    assert len({answer.tobytes() for answer in answers}) == len(names) - 1  # uniform is the usual one


@pytest.mark.parametrize("name", ["Euler a Karras", "DDIM exponential", "LCM Beta"])
def test_a_schedule_that_a_sampler_does_not_have_is_refused(name, sd1):
    with pytest.raises(RequestError, match="has no schedule"):
        painted(beside(), sd1 | {"sampler": name})


def test_more_steps_than_a_sampler_can_do_are_refused_in_words(sd1):
    with pytest.raises(RequestError, match="cannot do 60 steps"):
        painted(beside(), sd1 | {"sampler": "LCM", "steps": 60})


def test_first_noise_and_mask_weight_reach_the_picture(models):
    view, model = beside(), {"model": str(models("sd1-inpainting"))}
    plain = painted(view, model)
    for setting in "initial_noise_multiplier", "inpainting_mask_weight":
        assert not np.allclose(plain, painted(view, model | {setting: 0.5})), setting


def test_precision_and_offload_change_little_or_nothing(sd1):
    view = beside()
    plain = painted(view, sd1)
    coarse = painted(view, sd1 | {"dtype": "bf16"})
    assert not np.array_equal(plain, coarse) and np.abs(plain - coarse).mean() < 0.05
    for offload in "model", "sequential":  # on the CPU there is nothing to be moved
        assert np.array_equal(plain, painted(view, sd1 | {"offload": offload, "device": "cpu"}))


def test_the_masked_content_is_where_it_starts(sd1):
    ways = [
        painted(beside(), sd1 | {"masked_content": way, "strength": 0.5, "steps": 4})
        for way in ("original", "fill", "latent noise", "latent nothing")
    ]
    assert np.array_equal(ways[0], ways[1])
    assert not any(np.allclose(ways[a], ways[b]) for a, b in ((0, 2), (0, 3), (2, 3)))


def test_a_soft_mask_mixes_and_a_differential_one_does_something_else(sd1):
    view = beside(known=40)
    soft = sd1 | {"mask_blur": 6, "steps": 4}
    rounded = painted(view, soft)
    mixed, differential = painted(view, soft | {"mask_round": False}), painted(view, soft | {"differential": True})
    for one, other in ((rounded, mixed), (mixed, differential)):
        assert not np.allclose(one[view.holes], other[view.holes])
    for each in (rounded, mixed, differential):
        assert np.array_equal(each[~view.holes], view.pixels[~view.holes])


def test_every_step_is_an_event_with_a_picture_on_request(sd1):
    seen = [event for event in events(beside(), sd1 | {"steps": 5}) if isinstance(event, Progress)]
    assert [event.step for event in seen][:5] == [1, 2, 3, 4, 5] and {event.total for event in seen} == {6}
    assert all(event.preview is None for event in seen)
    seen = list(events(beside(), sd1 | {"preview": True}))
    assert seen[0].preview.shape == (64, 64, 3)
    assert np.array_equal(seen[0].preview[:, :40], beside().pixels[:, :40])


COMFY_SD = [[0.3512, 0.2297, 0.3227], [0.325, 0.4974, 0.235], [-0.2829, 0.1762, 0.2721], [-0.212, -0.2616, -0.7177]]
WEBUI_XL = [[0.3448, 0.4168, 0.4395], [-0.1953, -0.029, 0.025], [0.1074, 0.0886, -0.0163], [-0.373, -0.2499, -0.2088]]


@pytest.mark.parametrize(("kind", "others"), [("sd1", COMFY_SD), ("sd1-inpainting", COMFY_SD), ("sdxl", WEBUI_XL)])
def test_the_colours_of_a_preview_are_much_like_another_programs_estimate(kind, others, models, monkeypatch):
    """Of the right model: ComfyUI's and the webui's matrices were fitted to other pictures than ours."""
    shown, plain = [], preview.rough
    monkeypatch.setattr(stable, "rough", lambda *given: shown.append(given[1:]) or plain(*given))
    next(events(beside(), {"model": str(models(kind)), "preview": True}))
    unit = torch.eye(4).reshape(1, 4, 1, 4) * 0.5  # the four channels side by side
    ours = (preview.rough(unit, *shown[0])[0] - 0.5) * 4
    likeness = np.sum(ours * others) / np.linalg.norm(ours) / np.linalg.norm(others)
    assert likeness > 0.95, likeness


@pytest.mark.parametrize("name", ["Euler", "Euler a", "Heun", "LMS", "DPM2", "DDIM", "DPM++ 2M"])
def test_a_preview_shows_latents_at_the_scale_that_the_model_sees(name):
    scheduler = samplers.sampler(name, checkpoints.pipeline("sd1").scheduler.config)
    scheduler.set_timesteps(6)
    latents = torch.randn(1, 4, 8, 8) * scheduler.init_noise_sigma
    shown = None
    for time in scheduler.timesteps[:5]:
        seen = scheduler.scale_model_input(latents, time)
        if shown is not None:
            torch.testing.assert_close(shown, seen)
        latents = scheduler.step(seen * 0.1, time, latents, return_dict=False)[0]
        shown = samplers.at_unit_scale(scheduler, latents)


def test_closing_stops_within_one_step(sd1, models, monkeypatch):
    from outpaint.painters.diffusion import sampling

    calls = []
    plain = sampling._window
    monkeypatch.setattr(sampling, "_window", lambda *given: calls.append(1) or plain(*given))
    steps = events(beside(), sd1 | {"steps": 50})
    next(steps)
    next(steps)
    steps.close()
    assert len(calls) == 2


def test_out_of_memory_halves_the_window_and_says_so(models, monkeypatch, photo):
    from outpaint.painters.diffusion import sampling

    sides = []
    plain = sampling._window

    def small_card(model, task, told, scaled, time, tile):
        sides.append((tile.bottom - tile.top) * 8)
        if sides[-1] > 64:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return plain(model, task, told, scaled, time, tile)

    monkeypatch.setattr(sampling, "_window", small_card)
    view = beside(200, 200, known=90)
    seen = []
    steps = events(view, {"model": str(models("sd1")), "window": 256})
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            answer = end.value
            break
    said = [event.text for event in seen if isinstance(event, Notice)]
    assert [text.split()[-2] for text in said] == ["128", "64"]
    assert sides[:2] == [200 // 8 * 8 if 200 % 16 == 0 else 208, 128] and set(sides[2:]) == {64}
    assert np.array_equal(answer[:, :90], view.pixels[:, :90]) and np.isfinite(answer).all()

    monkeypatch.setattr(
        sampling, "_window", lambda *_: (_ for _ in ()).throw(torch.OutOfMemoryError("out of memory"))
    )
    with pytest.raises(PainterError, match="offload=sequential"):
        painted(beside(), {"model": str(models("sd1"))})


def test_too_little_memory_for_the_model_says_what_to_do(sd1, monkeypatch):
    from outpaint.painters.diffusion import kept, loading

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 5.00 GiB.")

    monkeypatch.setattr(loading, "place", full)
    kept.forget()
    with pytest.raises(PainterError, match="offload=sequential"):
        painted(beside(), sd1)
    assert not kept._kept


def test_other_failures_of_the_model_are_not_taken_for_memory(sd1, monkeypatch):
    from outpaint.painters.diffusion import sampling

    monkeypatch.setattr(
        sampling, "_window", lambda *_: (_ for _ in ()).throw(RuntimeError("expected scalar type Half"))
    )
    with pytest.raises(PainterError, match="scalar type"):
        painted(beside(), sd1)


def test_not_a_number_is_an_error_and_no_picture(models, tmp_path):
    pipe = checkpoints.pipeline("sd1")
    pipe.vae.decoder.conv_out.bias.data.fill_(float("nan"))
    broken = checkpoints.folder("sd1", tmp_path / "broken", pipe)
    with pytest.raises(PainterError, match="half precision"):
        painted(beside(), {"model": str(broken)})


def test_importing_the_package_imports_no_torch():
    code = "import outpaint.registry, sys; outpaint.registry.builtin_registry(); print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_without_the_extra_the_error_holds_the_pip_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r'pip install "outpaint\[diffusion\]"'):
        painted(beside(), {"model": "owner/name"})
