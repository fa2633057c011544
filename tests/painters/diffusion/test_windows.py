"""Windows: where they lie, that nothing shows at their borders, and that memory does not grow with the width."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

import checkpoints
from outpaint import Progress
from outpaint.painters.diffusion import crops, kept, sampling, windows
from outpaint.painters.diffusion.windows import tent, tiles
from painters.diffusion.painting import beside, events, painted
from painters.painting import outside, view_of

pytestmark = pytest.mark.diffusion


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 20), st.floats(0, 0.75))
def test_tiles_cover_everything_and_are_equal(height, width, side, overlap):
    count = np.zeros((height, width), int)
    for tile in tiles(height, width, side, overlap):
        assert (tile.bottom - tile.top, tile.right - tile.left) == (min(side, height), min(side, width))
        count[tile.scaled(1)] += 1
    assert count.min() >= 1


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_tent_is_positive_symmetric_and_falls_to_its_border(height, width):
    weight = tent(height, width)
    assert weight.min() > 0 and weight.max() <= 1
    assert np.array_equal(weight, weight[::-1, ::-1])
    assert weight[0].max() <= weight[height // 2].max()


def test_the_mean_of_windows_is_weighed_and_one_alone_is_as_it_is():
    first, second = torch.full((1, 2, 4, 4), 1.0), torch.full((1, 2, 4, 4), 3.0)
    mean = windows.Mean(4, 8)
    mean.add(np.s_[0:4, 0:4], first)
    mean.add(np.s_[0:4, 2:6], second)
    line, one, two = mean.taken()[0, 0, 1].numpy(), tent(4, 4)[1, 2:], tent(4, 4)[1, :2]
    np.testing.assert_allclose(line[2:4], (one + 3 * two) / (one + two), rtol=1e-6)
    np.testing.assert_allclose(line[[0, 1, 4, 5, 6, 7]], [1, 1, 3, 3, 0, 0], rtol=1e-6)
    alone, noise = windows.Mean(4, 4), torch.randn(1, 2, 4, 4)
    alone.add(np.s_[0:4, 0:4], noise)
    assert torch.equal(alone.taken(), noise)


def indexed(monkeypatch, models, width, overlap):
    """Latents of a model that paints the number of its window, along the width."""
    from outpaint.painters.diffusion.loading import Model
    from outpaint.painters.diffusion.prompt import Conditioning
    from outpaint.painters.diffusion.sampling import Task

    found = tiles(8, width, 8, overlap)

    def number(model, task, told, scaled, time, tile):
        return torch.full((1, 4, 8, 8), float(found.index(tile)))

    monkeypatch.setattr(sampling, "_window", number)
    task = Task(
        *(torch.zeros(1, 4, 8, width) for _ in range(2)), torch.ones(1, 1, 8, width), None, False, False, found
    )
    told = Conditioning(torch.zeros(1, 1, 1), None, 0.0, None)
    guess = sampling._predicted(Model(None, "cpu"), task, told, task.noise, torch.tensor(1.0))
    return guess[0, 0, 4].numpy(), found


@pytest.mark.parametrize("overlap", [0.25, 0.5])
def test_a_model_that_paints_its_window_number_leaves_no_step_at_borders(overlap, monkeypatch, models):
    line, found = indexed(monkeypatch, models, 64, overlap)
    slope = np.abs(np.diff(line))
    borders = sorted({tile.left for tile in found[1:]} | {tile.right for tile in found[:-1]})
    # A step where a window begins or ends would be a jump of 1; the tent makes its first cell count least.
    at_borders = slope[[border - 1 for border in borders]]
    assert at_borders.max() < 0.5
    assert at_borders.mean() <= slope[slope > 0].mean() * 1.01
    assert (np.diff(line) >= -1e-6).all() and line[0] == 0 and line[-1] == len(found) - 1


def test_windows_with_nothing_to_paint_are_not_looked_at(models, monkeypatch):
    """A photo that grows on all sides: its middle is neither encoded nor sampled nor decoded."""
    looked = []
    plain = sampling._window
    monkeypatch.setattr(sampling, "_window", lambda *given: looked.append(given[-1]) or plain(*given))
    view = view_of(np.full((320, 320, 3), 0.5), outside(320, 320, 16, 16, 304, 304))
    given = {"model": str(models("sd1")), "steps": 1, "window": 64, "window_overlap": 0.25}
    answer = painted(view, given)
    assert np.array_equal(answer[~view.holes], view.pixels[~view.holes]) and np.isfinite(answer).all()
    every = tiles(40, 40, 8, 0.25)
    rim = [tile for tile in every if min(tile.left, tile.top) < 2 or max(tile.right, tile.bottom) > 38]
    assert looked == rim and len(rim) < len(every)
    # All windows give nearly the same: the photo's latents are a mean over fewer of them.
    monkeypatch.setattr(windows, "needed", lambda found, mask: found)
    np.testing.assert_allclose(answer[view.holes], painted(view, given)[view.holes], atol=0.02)


@pytest.mark.parametrize(("size", "blur"), [((8, 8), 4), ((16, 16), 8), ((1, 60), 4), ((5, 5), 64)])
def test_holes_smaller_than_the_blur_are_painted_too(size, blur, models):
    """Blurred inwards they would be gone after rounding, and the guess would come back."""
    holes = np.zeros((96, 96), bool)
    holes[30 : 30 + size[0], 33 : 33 + size[1]] = True
    view = view_of(np.full((96, 96, 3), 0.5), holes).with_guess(np.full((96, 96, 3), 0.5, np.float32))
    for kind in "sd1", "sd1-inpainting":
        given = {"model": str(models(kind)), "mask_blur": blur, "steps": 2}
        one, two = (painted(view, given, prompt=prompt) for prompt in ("red", "hill"))
        assert (one[holes] != 0.5).any(-1).all() and not np.array_equal(one[holes], two[holes])
        assert np.array_equal(one[~holes], view.pixels[~holes])


@pytest.mark.parametrize("overlap", [0.25, 0.5])
def test_a_wide_extension_in_joint_windows_has_no_step_at_their_borders(overlap, models, monkeypatch):
    """The painter from end to end with a model that paints the number of its window, odd or even, as grey."""
    view = view_of(np.full((64, 512, 3), 0.5), outside(64, 512, 0, 0, 64, 32))
    settings = {"model": str(models("sd1")), "steps": 3, "window": 64, "window_overlap": overlap, "sampler": "ddim"}
    painted(view, settings)
    pipe, found = kept._kept[0].model.pipe, tiles(8, 64, 8, overlap)

    def number(model, task, told, scaled, time, tile):
        return torch.full((1, 4, 8, 8), float(found.index(tile) % 2))

    def decode(latents, return_dict=True):
        return (latents[:, :3].repeat_interleave(8, 2).repeat_interleave(8, 3) * pipe.vae.config.scaling_factor,)

    monkeypatch.setattr(sampling, "_window", number)
    monkeypatch.setattr(pipe.vae, "decode", decode)
    # What this model answers is the picture, and the last step leaves nothing else.
    config = pipe.scheduler.config | {"prediction_type": "sample", "set_alpha_to_one": True}
    monkeypatch.setattr(pipe.scheduler, "_internal_dict", config)
    line = painted(view, settings | {"restore": "never"})[32, 4::8, 0] * 2 - 1
    total, share = np.zeros((2, 64))
    for place, tile in enumerate(found):
        total[tile.left : tile.right] += place % 2 * tent(8, 8)[0]
        share[tile.left : tile.right] += tent(8, 8)[0]
    np.testing.assert_allclose(line[4:], (total / share)[4:], atol=1e-4)
    steps = np.abs(np.diff(line))
    at = [steps[edge - 1] for tile in found for edge in (tile.left, tile.right) if 4 < edge < 64]
    assert max(at) < 0.4 < 0.45 < np.ptp(line)  # with equal weights a border is a step of a half


def test_one_by_one_each_window_sees_the_one_before(models, monkeypatch):
    given = []
    plain = sampling._window

    def watching(model, task, told, scaled, time, tile):
        given.append(scaled)
        return plain(model, task, told, scaled, time, tile)

    monkeypatch.setattr(sampling, "_window", watching)
    view = view_of(np.full((64, 256, 3), 0.5), outside(64, 256, 0, 0, 64, 64))
    settings = {"model": str(models("sd1")), "steps": 2, "window": 64, "joint": False}
    seen = [event for event in events(view, settings) if isinstance(event, Progress)]
    assert {tuple(each.shape[-2:]) for each in given} == {(8, 8)}
    starts = [each.numpy().tobytes() for each in given[::2]]  # nothing but noise
    assert len(set(starts)) == len(starts) > 2, "windows with the same noise repeat each other"
    assert [event.step for event in seen] == sorted(event.step for event in seen)
    answer = painted(view, settings)
    assert np.array_equal(answer[:, :64], view.pixels[:, :64])
    assert not np.array_equal(answer, painted(view, settings | {"joint": True}))


def test_only_the_needed_part_is_encoded(models, monkeypatch):
    from outpaint.painters.diffusion import stable

    shapes = []
    plain = stable.encoded

    def watching(model, pixels, found):
        shapes.append(pixels.shape)
        return plain(model, pixels, found)

    monkeypatch.setattr(stable, "encoded", watching)
    holes = np.zeros((300, 400), bool)
    holes[100:120, 200:230] = True
    painted(view_of(np.full((300, 400, 3), 0.5), holes), {"model": str(models("sd1"))})
    assert shapes == [(96, 96, 3)]  # 30 and twice 32 of padding, up to a multiple of 16
    shapes.clear()
    painted(view_of(np.full((300, 400, 3), 0.5), holes), {"model": str(models("sd1")), "area": "only masked"})
    assert shapes == [(64, 64, 3)]


def test_only_masked_works_at_the_windows_size(models):
    view = beside(128, 128, known=100)
    answer = painted(view, {"model": str(models("sd1")), "area": "only masked", "padding": 8})
    assert np.array_equal(answer[~view.holes], view.pixels[~view.holes])
    assert np.isfinite(answer).all()


def test_a_part_and_its_fit_give_the_size_back():
    rng = np.random.default_rng(0)
    pixels = rng.random((37, 51, 3), np.float32)
    plain = crops.Fit.of(37, 51, 16)
    assert plain.into(pixels).shape == (48, 64, 3)
    assert np.array_equal(plain.back(plain.into(pixels)), pixels)
    scaled = crops.Fit.of(37, 51, 16, crops.to_window(37, 51, 64))
    assert scaled.into(pixels).shape == (48, 64, 3) and scaled.scaled == (46, 64)
    assert scaled.back(scaled.into(pixels)).shape == (37, 51, 3)


def test_memory_is_flat_in_the_width(models, monkeypatch):
    """No tensor that the networks are given grows when the picture becomes twice as wide."""
    largest = {}

    def watch(part, name):
        def before(module, given, named):
            tensor = given[0]
            largest[name] = max(largest.get(name, 0), tensor.numel())

        return part.register_forward_pre_hook(before, with_kwargs=True)

    sizes = []
    for width in (256, 512):
        settings = {"model": str(models("sd1-inpainting")), "steps": 1}
        view = view_of(np.full((64, width, 3), 0.5), outside(64, width, 0, 0, 64, width // 2))
        painted(view, settings)  # so that it is loaded
        model = kept._kept[0].model
        parts = {"unet": model.pipe.unet, "encoder": model.pipe.vae.encoder, "decoder": model.pipe.vae.decoder}
        hooks = [watch(part, name) for name, part in parts.items()]
        largest.clear()
        painted(view, settings)
        for hook in hooks:
            hook.remove()
        sizes.append(dict(largest))
    assert sizes[0] == sizes[1] and set(sizes[0]) == {"unet", "encoder", "decoder"}


@pytest.mark.parametrize("window", [1, 50, 100])
def test_a_window_of_any_size_is_rounded_to_what_the_model_takes(window, models):
    view = beside(70, 130, known=60)
    answer = painted(view, {"model": str(models("sd1")), "window": window, "steps": 1})
    assert np.array_equal(answer[~view.holes], view.pixels[~view.holes]) and np.isfinite(answer).all()


def test_a_vae_that_overflows_in_half_precision_is_raised_meanwhile():
    from outpaint.painters.diffusion.latents import _precise
    from outpaint.painters.diffusion.loading import Model

    pipe = checkpoints.pipeline("sdxl")
    for force, dtype in ((True, torch.float32), (False, torch.float16)):
        pipe.vae.half().register_to_config(force_upcast=force)
        with _precise(Model(pipe, torch.device("cpu"))) as given:
            assert given == pipe.vae.dtype == dtype
        assert pipe.vae.dtype == torch.float16


def test_checkpoints_are_small(models):
    assert all(models(kind, ".safetensors").stat().st_size < 3_000_000 for kind in checkpoints.KINDS)
