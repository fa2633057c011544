"""Every method that needs a model, end to end on tiny checkpoints of every kind."""

import numpy as np
import pytest

from outpaint import CandidateDone, Picture, Request
from outpaint.registry import builtin_registry
from outpaint.road import road

torch = pytest.importorskip("torch", reason='methods with a model need pip install "outpaint[diffusion]"')
checkpoints = pytest.importorskip("checkpoints", reason='methods with a model need pip install "outpaint[diffusion]"')
pytestmark = pytest.mark.diffusion

REGISTRY = builtin_registry()
METHODS = sorted(name for name, method in REGISTRY.methods.items() if REGISTRY.parts(method).needs)
SIDES = {"left": 20, "top": 9, "right": 45, "bottom": 1}


def settings_of(method, **more):
    """Few steps, and windows as small as the models: so each method cuts and joins what it cuts and joins."""
    settings = {"steps": 2} | more
    names = {setting.name for setting in REGISTRY.methods[method].layout.settings}
    small = {"tile_width": 64, "tile_height": 64, "pixels": 24, "process_width": 64, "process_height": 64}
    return settings | {name: value for name, value in small.items() if name in names}


def result(photo, method, model, seed=1, sides=SIDES, **more):
    request = Request.of(
        method=method, prompt="a red tree", seed=seed, settings=settings_of(method, model=str(model), **more), **sides
    )
    torch.set_num_threads(1)  # models this small only wait for each other's threads
    picture = photo if isinstance(photo, Picture) else Picture.of(photo)
    return next(event.result for event in road(picture, request, REGISTRY) if isinstance(event, CandidateDone))


def known_of(picture, frame):
    return picture.samples[frame.inside(picture.frame)]


def test_all_of_the_issue_are_there():
    assert METHODS == ["blended", "fill", "infinity", "mk2", "mosaic", "poor-mans", "resize", "sd-inpaint"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", checkpoints.KINDS)
def test_known_pixels_come_back_byte_for_byte(kind, method, models, photo):
    done = result(photo, method, models(kind))
    assert done.picture.extent.width == 64 + 65 and done.picture.extent.height == 48 + 10
    assert np.array_equal(known_of(done.picture, Picture.of(photo).frame), photo)
    assert done.picture.known.all()


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(method, models, photo):
    done, again, other = (result(photo, method, models("sd1-inpainting"), seed) for seed in (1, 1, 2))
    assert again.picture.samples.tobytes() == done.picture.samples.tobytes()
    assert other.picture.samples.tobytes() != done.picture.samples.tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_deep_grey_and_holed_photos_keep_theirs(method, models, photo):
    """16 bits, one channel, a transparent corner and a hole inside; nothing but the unknown changes."""
    grey = photo[..., :1].astype(np.uint16) * 257
    alpha = np.full(photo.shape[:2], 65535, np.uint16)
    alpha[:6, :9] = 0
    alpha[25:33, 30:41] = 0
    picture = Picture.of(grey, alpha)
    done = result(picture, method, models("sd1-inpainting"), sides={"right": 17}).picture
    kept = alpha > 0
    assert np.array_equal(known_of(done, picture.frame)[kept], grey[kept])
    assert (done.alpha == 65535).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_model_decides_what_appears(method, models, photo):
    """The same start, another prompt or another model: another picture."""
    pictures = {
        result(photo, method, models(kind), guidance=7.5, strength=0.9).picture.samples.tobytes()
        for kind in ("sd1", "sd1-inpainting")
    }
    assert len(pictures) == 2


FAITHFUL = [name for name in METHODS if any(s.name == "faithful" for s in REGISTRY.methods[name].layout.settings)]


@pytest.mark.parametrize("method", FAITHFUL)
def test_faithful_repaints_the_rim_that_the_original_did_and_nothing_else(method, models, photo):
    done = result(photo, method, models("sd1"), faithful=True, mask_blur=4)
    changed = (known_of(done.picture, Picture.of(photo).frame) != photo).any(-1)
    rim = np.ones(photo.shape[:2], bool)
    rim[8:-8, 8:-8] = False
    assert not changed[~rim].any()
    if REGISTRY.methods[method].layout.rounding > 1:
        assert done.picture.extent.width % 64 == 0 and done.picture.extent.height % 64 == 0
    else:
        assert changed[rim].any()


def test_one_direction_alone_paints_one_direction(models, photo):
    """The originals forced all four, or made nine pictures for one side."""
    for method in METHODS:
        done = result(photo, method, models("sd1"), sides={"right": 40}).picture
        assert done.frame.right == 104 and done.extent.height == 48 and done.frame.left == 0


def test_no_black_bars_whatever_the_size(models):
    """1.5 of the original left them where a size is no multiple of 64; here a white photo gets none."""
    white = np.full((45, 83, 3), 255, np.uint8)
    for method in ("poor-mans", "mk2"):
        done = result(white, method, models("sd1"), sides={"right": 51}, strength=0.0).picture
        assert done.samples.min() > 250
