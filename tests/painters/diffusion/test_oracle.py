"""The sampling loop against diffusers' own pipeline on the same latents, and against formulas by echo models."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

import checkpoints
from outpaint.gaussian import blurred
from outpaint.painters.diffusion import kept, masks
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.prompt import Conditioning
from outpaint.painters.diffusion.sampling import Task, sampled
from outpaint.painters.diffusion.windows import Tile, tiles
from painters.diffusion.painting import beside, painted
from painters.diffusion.straight import Straight

pytestmark = pytest.mark.diffusion


def tensor(pixels):
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None] * 2 - 1


def latents_of(pipe, pixels):
    with torch.no_grad():
        return pipe.vae.encode(tensor(pixels)).latent_dist.mode() * pipe.vae.config.scaling_factor


@pytest.mark.parametrize("strength", [1.0, 0.5])
@pytest.mark.parametrize("kind", checkpoints.KINDS)
def test_equals_the_pipeline_of_diffusers(kind, strength, models):
    view = beside()
    settings = {"model": str(models(kind)), "steps": 4, "guidance": 3.0, "strength": strength}
    ours = painted(view, settings, negative="hill", seed=11)

    pipe = checkpoints.pipeline(kind)
    pipe.set_progress_bar_config(disable=True)
    mask = view.holes.astype(np.float32)
    given = {"prompt": "a red tree", "negative_prompt": "hill", "height": 64, "width": 64}
    theirs = pipe(
        **given, strength=strength, num_inference_steps=4, guidance_scale=3.0, output_type="np",
        image=latents_of(pipe, view.pixels),
        mask_image=torch.from_numpy(mask)[None, None],
        masked_image_latents=latents_of(pipe, masks.hidden(view.pixels, mask, 1)),
        generator=torch.Generator("cpu").manual_seed(11),
    ).images[0]  # fmt: skip
    np.testing.assert_allclose(ours[view.holes], theirs[view.holes], atol=1e-5)
    assert theirs[view.holes].std() > 0.01


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_the_networks_are_called_as_by_the_pipeline(strength, models):
    """As often, with tensors of the same sizes: so what the painter takes beside it lies outside the networks."""
    view, settings = beside(), {"model": str(models("sd1-inpainting")), "steps": 4, "strength": strength}
    painted(view, settings)  # so that it is loaded
    pipe = kept._kept[0].model.pipe
    seen = []

    def note(module, given, named):
        told = [*given, *named.values()]
        seen.append((type(module).__name__, sorted(tuple(each.shape) for each in told if torch.is_tensor(each))))

    parts = pipe.unet, pipe.vae.encoder, pipe.vae.decoder, pipe.text_encoder
    hooks = [part.register_forward_pre_hook(note, with_kwargs=True) for part in parts]
    painted(view, settings)
    ours = sorted(seen)
    seen.clear()
    picture, mask = (tensor(view.pixels) + 1) / 2, torch.from_numpy(view.holes.astype(np.float32))[None, None]
    pipe.set_progress_bar_config(disable=True)
    pipe("a red tree", image=picture, mask_image=mask, height=64, width=64, strength=strength, num_inference_steps=4)
    for hook in hooks:
        hook.remove()
    assert len(ours) > 6 and ours == sorted(seen)


@pytest.mark.parametrize(("name", "value"), [("inpainting_mask_weight", 0.4), ("initial_noise_multiplier", 0.7)])
def test_the_masked_picture_is_hidden_by_the_pixel_and_the_noise_is_scaled(name, value, models):
    """The border lies inside a cell: the mask counts the whole cell, the masked picture hides no known pixel."""
    view = beside(known=43)
    settings = {"model": str(models("sd1-inpainting")), "steps": 3, "guidance": 1.0, name: value}
    ours = painted(view, settings, seed=5)
    pipe = checkpoints.pipeline("sd1-inpainting")
    pipe.set_progress_bar_config(disable=True)
    mask = view.holes.astype(np.float32)
    coarse = masks.spread(masks.cells(mask, 8, False), 8)
    weight = value if name == "inpainting_mask_weight" else 1
    scale = value if name == "initial_noise_multiplier" else 1
    theirs = pipe(
        prompt="a red tree", height=64, width=64, strength=1.0, num_inference_steps=3, guidance_scale=1.0,
        image=latents_of(pipe, view.pixels), mask_image=torch.from_numpy(coarse)[None, None],
        masked_image_latents=latents_of(pipe, masks.hidden(view.pixels, mask, weight)), output_type="np",
        latents=torch.randn(1, 4, 8, 8, generator=torch.Generator("cpu").manual_seed(5)) * scale,
    ).images[0]  # fmt: skip
    np.testing.assert_allclose(ours[view.holes], theirs[view.holes], atol=1e-5)


@pytest.mark.parametrize("name", ["Euler a", "DPM++ 2M Karras", "DDIM", "Heun", "UniPC", "v-prediction"])
def test_every_way_of_sampling_equals_that_of_diffusers(name, tmp_path):
    """Also those that draw noise on the way, from the same generator, and models that predict the velocity."""
    from outpaint.painters.diffusion.samplers import sampler

    pipe = checkpoints.pipeline("sd1")
    pipe.set_progress_bar_config(disable=True)
    if name == "v-prediction":
        name = "DDIM"
        pipe.scheduler = sampler(name, dict(pipe.scheduler.config) | {"prediction_type": "v_prediction"})
    settings = {"model": str(checkpoints.folder("sd1", tmp_path / "model", pipe)), "steps": 5, "guidance": 2.0}
    view = beside()
    ours = painted(view, settings | {"sampler": name, "eta": 0.3}, seed=4)
    stored = type(pipe.scheduler).from_pretrained(settings["model"], subfolder="scheduler")
    pipe.scheduler = sampler(name, stored.config)
    mask = view.holes.astype(np.float32)
    theirs = pipe(
        prompt="a red tree", height=64, width=64, strength=1.0, num_inference_steps=5, guidance_scale=2.0, eta=0.3,
        image=latents_of(pipe, view.pixels),
        mask_image=torch.from_numpy(mask)[None, None],
        masked_image_latents=latents_of(pipe, masks.hidden(view.pixels, mask, 1)),
        generator=torch.Generator("cpu").manual_seed(4), output_type="np",
    ).images[0]  # fmt: skip
    np.testing.assert_allclose(ours[view.holes], theirs[view.holes], atol=1e-5)


def test_masked_picture_and_mask_follow_the_formulas():
    rng = np.random.default_rng(0)
    picture, mask = rng.random((16, 24, 3), np.float32), (rng.random((16, 24)) > 0.9).astype(np.float32)
    signed = picture * 2 - 1
    for weight in 0, 0.3, 1:
        expected = (1 - weight) * signed + weight * signed * (1 - mask[..., None])
        np.testing.assert_allclose(masks.hidden(picture, mask, weight) * 2 - 1, expected, atol=1e-6)
    coarse = masks.cells(mask, 8, soft=False)
    for row in range(2):
        for column in range(3):
            assert coarse[row, column] == mask[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8].max()
    np.testing.assert_allclose(masks.cells(mask, 8, soft=True).mean(), mask.mean(), atol=1e-6)


def test_the_blur_is_opencvs():
    import cv2

    mask = (np.random.default_rng(1).random((30, 41)) > 0.7).astype(np.float32)
    for sigma in 1, 4:
        size = 2 * int(2.5 * sigma + 0.5) + 1
        theirs = cv2.GaussianBlur(mask, (size, size), sigma, borderType=cv2.BORDER_REPLICATE)
        np.testing.assert_allclose(blurred(mask, sigma), theirs, atol=1e-6)
    assert blurred(mask, 0) is mask


# --- echo models ---------------------------------------------------------------------------------------------


def echoed(
    channels, steps=1, guidance=0.0, restore=False, side=8, size=(8, 8), mask=None, differential=False, path=None
):
    """Latents after `steps` of an echo model, and the task; windows of `side` cells."""
    pipe = checkpoints.echo("sd1-inpainting", channels)
    if path:
        from outpaint.painters.diffusion import single_file

        folder = checkpoints.folder("sd1-inpainting", path / "echo", pipe)
        file = checkpoints.single("sd1-inpainting", path / "echo.safetensors", pipe)
        pipe = single_file.load(file, str(folder), torch.float32)
    generator = torch.Generator().manual_seed(3)
    noise, init, masked = (torch.randn(1, 4, *size, generator=generator) for _ in range(3))
    if mask is None:
        mask = (torch.rand(1, 1, *size, generator=generator) > 0.5).float()
    task = Task(init, noise, mask, masked, restore, differential, tiles(*size, side, 0.5))
    text = torch.zeros(2 if guidance > 1 else 1, 16, 16)
    told = Conditioning(text, None, guidance, None)
    run = sampled(Model(pipe, torch.device("cpu")), task, told, Straight(), steps, 1.0, 0.0, None)
    return [latents for _, _, latents in run][-1], task


NAMES = {"noise": (0, 1, 2, 3), "mask": (4, 4, 4, 4), "masked": (5, 6, 7, 8), "swapped": (8, 5, 4, 0)}


@pytest.mark.parametrize("name", NAMES)
def test_the_channels_are_latents_mask_and_masked_picture(name, tmp_path):
    # Through a file in the original layout, so that its order of channels is part of the proof.
    answer, task = echoed(NAMES[name], path=tmp_path)
    every = torch.cat([task.noise, task.mask, task.masked], 1)
    expected = task.noise + every[:, list(NAMES[name])]
    np.testing.assert_allclose(answer, expected, atol=1e-3)


def test_guidance_weighs_two_equal_answers_as_one():
    one, _ = echoed(NAMES["masked"], guidance=0.0)
    two, _ = echoed(NAMES["masked"], guidance=7.5)
    np.testing.assert_allclose(one, two, atol=1e-3)


def test_what_is_known_is_put_back_at_the_end():
    answer, task = echoed(NAMES["mask"], steps=3, restore=True)
    kept = task.mask.expand_as(answer) == 0
    assert torch.equal(answer[kept], task.init[kept])
    assert 0 < kept.float().mean() < 1
    # Where it paints the mask is 1: three steps of it on the noise.
    np.testing.assert_allclose(answer[~kept], task.noise[~kept] + 3, atol=2e-3)


@pytest.mark.parametrize(
    ("steps", "strength", "ours", "webuis"),
    [(50, 0.75, 37, 38), (80, 0.8, 64, 65), (50, 1.0, 50, 50), (4, 0.1, 1, 1)],
)
def test_steps_and_start_of_diffusers_and_of_the_webui(steps, strength, ours, webuis, monkeypatch):
    """t_enc = int(min(strength, 0.999) steps), of which t_enc + 1 are taken, from init + noise at that time."""
    from outpaint.painters.diffusion import sampling

    monkeypatch.setattr(sampling, "_window", lambda model, task, told, scaled, time, tile: torch.zeros_like(scaled))
    init, noise = torch.full((1, 4, 8, 8), 3.0), torch.ones(1, 4, 8, 8)
    task = Task(init, noise, torch.ones(1, 1, 8, 8), None, False, False, [Tile(0, 0, 8, 8)])
    model = Model(checkpoints.pipeline("sd1"), torch.device("cpu"))
    told = Conditioning(torch.zeros(1, 16, 16), None, 0.0, None)
    for webui, count in ((False, ours), (True, webuis)):
        run = list(sampled(model, task, told, Straight(), steps, strength, 0.0, None, webui))
        forgets = strength == 1 and not webui
        assert len(run) == count and float(run[-1][2].mean()) == (1 if forgets else 3 + count)


def test_what_is_known_has_the_noise_of_the_next_step_in_between():
    pipe = checkpoints.echo("sd1-inpainting", NAMES["mask"])
    task = Task(torch.ones(1, 4, 8, 8), torch.full((1, 4, 8, 8), 10.0), torch.zeros(1, 1, 8, 8),
                torch.zeros(1, 4, 8, 8), True, False, [Tile(0, 0, 8, 8)])  # fmt: skip
    told = Conditioning(torch.zeros(1, 16, 16), None, 0.0, None)
    run = sampled(Model(pipe, torch.device("cpu")), task, told, Straight(), 3, 1.0, 0.0, None)
    # times are 3, 2, 1: after the first step everything known is init + 2 noise, then init + noise, then init
    assert [float(latents.mean()) for _, _, latents in run] == [21, 11, 1]


def test_a_differential_mask_lets_places_go_one_after_the_other():
    soft = torch.linspace(0, 1, 8).repeat(8, 1)[None, None]
    answer, task = echoed(NAMES["swapped"], steps=4, restore=True, mask=soft, differential=True)
    free = (answer - task.init).abs().amax((0, 1, 2)) > 1e-6
    assert free.tolist() == [False] + [True] * 7
    with_mask, task = echoed(NAMES["mask"], steps=4, restore=True, mask=soft, differential=True)
    # A place let go after k of 4 steps has k steps of noising behind it and gains (4 - k) times its mask.
    let_go = [next(k for k in range(5) if k == 4 or value > 1 - (k + 1) / 4) for value in soft[0, 0, 0].tolist()]
    for column, k in enumerate(let_go[1:], 1):
        value = float(soft[0, 0, 0, column])
        start = task.noise if k == 0 else task.init + (4 - k) * task.noise
        expected = start[..., column] + (4 - k) * value
        np.testing.assert_allclose(with_mask[..., column], expected, atol=3e-3)


def test_joint_windows_give_what_one_window_gives_where_the_model_is_local():
    whole, _ = echoed(NAMES["masked"], steps=2, size=(8, 40), side=40)
    joint, _ = echoed(NAMES["masked"], steps=2, size=(8, 40), side=8)
    np.testing.assert_allclose(whole, joint, atol=5e-3)
