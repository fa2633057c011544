"""Every family that diffusers' own pipelines paint, on tiny models: FLUX, SD3, Chroma, Z-Image, Qwen-Image, klein."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import threading

import numpy as np

import outpaint
from outpaint import Progress
from outpaint.painters.diffusion import foreign, kept
from outpaint.painters.diffusion.extra import quiet
from outpaint.painters.diffusion.families import FAMILIES
from painters.diffusion.painting import PAINTER, beside, events, painted

pytestmark = pytest.mark.diffusion

KINDS = ("flux", "flux-fill", "sd3", "chroma", "z-image", "qwen-image", "flux2-klein")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    import checkpoints_of_families

    where = tmp_path_factory.mktemp("families")

    def path(kind):
        found = where / kind
        if not found.exists():
            with quiet():
                checkpoints_of_families.pipeline(kind).save_pretrained(found)
        return {"model": str(found), "window": 64, "steps": 2, "guidance": 3.0}

    return path


@pytest.mark.parametrize("kind", KINDS)
def test_known_pixels_stay_and_the_seed_decides(kind, folders, photo):
    settings = folders(kind)
    asked = {"painters": ["edge", "diffusion"], "prompt": "sky", "right": 21, "settings": settings}
    result = outpaint.extend(photo, **asked).array
    assert result.shape == (48, 85, 3) and np.array_equal(result[:, :64], photo)
    assert result[:, 64:].std() > 1
    assert np.array_equal(result, outpaint.extend(photo, **asked).array)
    assert not np.array_equal(result, outpaint.extend(photo, seed=1, **asked).array)


@pytest.mark.parametrize("kind", ["flux-fill", "z-image"])
def test_every_step_is_an_event_and_closing_stops_the_thread(kind, folders):
    settings = folders(kind) | {"steps": 20}
    before = threading.active_count()
    steps = events(beside(), settings)
    seen = [next(steps), next(steps)]
    assert [(event.step, event.total) for event in seen if isinstance(event, Progress)] == [(1, 20), (2, 20)]
    assert threading.active_count() == before + 1
    steps.close()
    assert threading.active_count() == before


def test_a_wide_hole_is_painted_window_after_window(folders, monkeypatch):
    sizes = []
    plain = foreign.arguments

    def watching(*given):
        said = plain(*given)
        sizes.append((said["height"], said["width"]))
        return said

    monkeypatch.setattr(foreign, "arguments", watching)
    view = beside(64, 200, known=40)
    answer = painted(view, folders("z-image") | {"steps": 1})
    assert len(sizes) > 2 and set(sizes) == {(64, 64)}
    # The road keeps what is known; what these models make of it is for the blend `aligned`.
    assert answer.shape == view.pixels.shape and not np.array_equal(answer[view.holes], view.pixels[view.holes])


def test_an_error_inside_the_pipeline_is_one_of_ours(folders, monkeypatch):
    settings = folders("flux-fill")
    painted(beside(), settings)
    model = kept._kept[0].model
    monkeypatch.setattr(model.pipe.transformer, "forward", lambda *_, **__: 1 / 0)
    with pytest.raises(outpaint.OutpaintError, match="ZeroDivisionError"):
        painted(beside(), settings)


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


def test_every_class_of_the_table_exists_and_takes_what_it_needs():
    import inspect

    import diffusers

    for family in FAMILIES.values():
        takes = inspect.signature(getattr(diffusers, family.pipeline).__call__).parameters
        assert {"prompt", "image", "mask_image", "height", "width", "generator", "num_inference_steps"} <= set(takes)
        assert family.guidance in takes and "callback_on_step_end" in takes
