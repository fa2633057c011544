"""What the model starts from and what of the photo comes back: latent upscale, small inputs, scope, soft overlay."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

import checkpoints
from outpaint import CandidateDone, Picture, Request
from outpaint.painters.diffusion import crops, stable
from outpaint.painters.resize import LATENT, MODES
from outpaint.registry import builtin_registry
from outpaint.road import road
from painters.diffusion.painting import beside, painted
from painters.painting import outside, photo, view_of

pytestmark = pytest.mark.diffusion


def latents_of(pipe, pixels):
    image = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None] * 2 - 1
    with torch.no_grad():
        return pipe.vae.encode(image).latent_dist.mode() * pipe.vae.config.scaling_factor


@pytest.fixture
def begun(monkeypatch):
    """The task of every sampling that is begun."""
    tasks, plain = [], stable.sampled
    monkeypatch.setattr(stable, "sampled", lambda *given: tasks.append(given[1]) or plain(*given))
    return tasks


def test_latent_upscale_enlarges_the_photos_latents(begun, models):
    """The webui's own two lines: encode at its size, then bilinear to the cells of the result."""
    holes = outside(96, 128, 0, 0, 48, 64)
    view = view_of(photo(96, 128), holes).with_guess(np.full((96, 128, 3), 0.3, np.float32))
    given = {"model": str(models("sd1")), "window": 128, "strength": 0.5, "resize_mode": LATENT}
    pipe = checkpoints.pipeline("sd1")
    small = latents_of(pipe, view.pixels[:48, :64])
    large = torch.nn.functional.interpolate(small, (12, 16), mode="bilinear")
    as_it_is = latents_of(pipe, view.pixels)
    for scope in "new", "repainted":
        answer = painted(view, given | {"scope": scope})
        task = begun.pop()
        new = task.mask.bool().expand_as(task.init)
        assert new.all() == (scope == "repainted")
        np.testing.assert_allclose(task.init[new], large[new], atol=1e-5)
        np.testing.assert_allclose(task.init[~new], as_it_is[~new], atol=1e-5)
        assert np.array_equal(answer[~holes], view.pixels[~holes]) == (scope == "new")


def test_latent_upscale_is_of_the_whole_picture_whatever_area_is_asked_for(begun, models):
    view = beside(64, 128, known=80)
    given = {"model": str(models("sd1")), "strength": 0.5, "resize_mode": LATENT}
    answers = [painted(view, given | {"area": area}) for area in ("needed", "whole picture", "only masked")]
    assert [tuple(task.init.shape[-2:]) for task in begun] == [(8, 16)] * 3
    assert all(np.array_equal(answer, answers[0]) for answer in answers)


def test_the_four_resize_modes_are_four_starts(models):
    registry, seen = builtin_registry(), set()
    for mode in MODES:
        for faithful in (False, True):
            settings = {"model": str(models("sd1")), "resize_mode": mode, "faithful": faithful, "steps": 2}
            request = Request.of(method="resize", right=40, bottom=9, settings=settings)
            picture = Picture.of(np.rint(photo(48, 64) * 255).astype(np.uint8))
            done = next(e.result for e in road(picture, request, registry) if isinstance(e, CandidateDone))
            same = np.array_equal(done.picture.samples[:48, :64], picture.samples)
            assert same != faithful
            seen.add(done.picture.samples.tobytes())
    assert len(seen) == 8


@pytest.mark.parametrize(
    ("size", "enlarged"),
    [
        ((512, 700), (512, 700)), ((511, 608), (511, 608)), ((300, 300), (512, 512)), ((700, 700), (700, 700)),
        ((289, 500), (576, 1000)), ((290, 500), (504, 872)), ((329, 400), (568, 696)), ((330, 400), (448, 544)),
        ((384, 400), (480, 496)), ((400, 449), (448, 504)), ((450, 460), (450, 460)), ((100, 80), (200, 160)),
    ],
)  # fmt: skip
def test_small_inputs_are_enlarged_as_by_infinity(size, enlarged):
    assert crops.small_enlarged(*size, 512) == enlarged
    assert crops.small_enlarged(*size[::-1], 512) == enlarged[::-1]


def test_a_small_picture_is_shown_larger_and_comes_back_at_its_size(begun, models):
    view = beside(30, 40, known=20)
    given = {"model": str(models("sd1"))}
    sizes = []
    for small in (False, True):
        answer = painted(view, given | {"resize_small_input": small, "area": "whole picture"})
        assert answer.shape == (30, 40, 3) and np.array_equal(answer[:, :20], view.pixels[:, :20])
        sizes.append(tuple(begun.pop().init.shape[-2:]))
    # 30 and 40 pixels of a model of 64 are doubled to 56 and 80, then padded to 16
    assert sizes == [(4, 6), (8, 10)]


def test_scope_decides_whether_known_pixels_come_back_through_the_latents(models):
    view = beside(64, 64, known=40)
    given = {"model": str(models("sd1")), "area": "whole picture"}
    new, decoded, repainted = (painted(view, given | {"scope": scope}) for scope in ("new", "decoded", "repainted"))
    assert np.array_equal(new[:, :40], view.pixels[:, :40])
    assert np.array_equal(decoded[:, 40:], new[:, 40:]) and not np.array_equal(decoded[:, :40], new[:, :40])
    assert not np.array_equal(repainted[:, 40:], new[:, 40:]) and not np.array_equal(repainted, decoded)


def test_the_overlay_of_soft_inpainting_lies_over_what_has_changed(models):
    """With the mask's whole influence a place far from the hole is kept for certain: weight 0, the same bytes."""
    view = beside(64, 160, known=112)
    given = {"model": str(models("sd1")), "scope": "decoded", "area": "whole picture", "mask_blur": 2}
    hard = painted(view, given)
    soft = {"soft_inpainting": True, "mask_influence": 1}
    kept = painted(view, given | soft)
    assert np.array_equal(kept[:, :72], view.pixels[:, :72])
    assert not np.array_equal(kept[:, 104:112], view.pixels[:, 104:112])
    assert not np.array_equal(hard[:, :72], view.pixels[:, :72])
    # Without a threshold everything counts as changed, and the decoded picture lies over all of it.
    all_of_it = painted(view, given | soft | {"mask_influence": 0, "difference_threshold": 0})
    assert np.abs(all_of_it - view.pixels)[:, :72].mean() > 0.01


@pytest.mark.parametrize("faithful", [False, True])
def test_softly_known_pixels_of_weight_zero_stay(faithful, models, photo):
    wide = np.concatenate([photo, photo[:, ::-1]], 1)
    settings = {"model": str(models("sd1-inpainting")), "soft_inpainting": True, "mask_influence": 1, "steps": 2}
    request = Request.of(method="sd-inpaint", right=32, settings=settings | {"faithful": faithful, "mask_blur": 2})
    *_, done, _ = road(Picture.of(wide), request, builtin_registry())
    assert isinstance(done, CandidateDone)
    same = (done.result.picture.samples[:, :128] == wide).all(-1)
    assert same[:, :80].all() and same.all() != faithful
    assert not done.result.painted[:, :80].any()
