"""Every method that needs a model, end to end on tiny checkpoints of every kind."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outpaint import CandidateDone, Extent, Picture, Request
from outpaint.registry import builtin_registry
from outpaint.road import road

torch = pytest.importorskip("torch", reason='methods with a model need pip install "outpaint[diffusion]"')
checkpoints = pytest.importorskip("checkpoints", reason='methods with a model need pip install "outpaint[diffusion]"')
pytestmark = pytest.mark.diffusion

REGISTRY = builtin_registry()
METHODS = sorted(name for name, method in REGISTRY.methods.items() if REGISTRY.parts(method).needs)
SIDES = {"left": 20, "top": 9, "right": 45, "bottom": 1}


def asked_of(method, **more):
    """Few steps, and windows as small as the models: so each method cuts and joins what it cuts and joins."""
    chosen = {"steps": 2} | more
    names = {setting.name for setting in REGISTRY.methods[method].layout.settings}
    small = {"tile_width": 64, "tile_height": 64, "pixels": 24, "process_width": 64, "process_height": 64}
    if method == "infinity":
        chosen["init_mode"] = "edge_pad"  # its first, the patch engine, takes seconds
    return {name: value for name, value in small.items() if name in names} | chosen


def result(photo, method, model, seed=1, sides=SIDES, prompt="a red tree", **more):
    request = Request.of(
        method=method, prompt=prompt, seed=seed, settings=asked_of(method, model=str(model), **more), **sides
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
        result(photo, method, models(kind), prompt=prompt, guidance=7.5, strength=0.9).picture.samples.tobytes()
        for kind, prompt in (("sd1", "a red tree"), ("sd1", "sea"), ("sd1-inpainting", "a red tree"))
    }
    assert len(pictures) == 3


FAITHFUL = [name for name in METHODS if any(s.name == "faithful" for s in REGISTRY.methods[name].layout.settings)]


@pytest.mark.parametrize("method", FAITHFUL)
def test_faithful_repaints_what_the_original_did_and_nothing_else(method, models, photo):
    """The rim of the photo, or all of it, through the latents; without the word nothing changes, see above."""
    blur = {"mask_blur": 1} if "mask_blur" in layout_settings(method) else {}
    done = result(photo, method, models("sd1"), sides={"right": 45}, faithful=True, **blur)
    inside = Picture.of(photo).frame.inside(done.picture.frame)
    changed, painted = (done.picture.samples[inside] != photo).any(-1), done.painted[inside]
    assert not changed[~painted].any()
    if method in ("resize", "infinity", "fill"):
        assert changed.mean() > 0.99
    else:
        assert 0 < changed.mean() < 0.5 and not changed[:, :20].any()
    size = tuple(done.picture.extent)
    assert size == {"poor-mans": (128, 64), "mk2": (128, 48)}.get(method, (109, 48))


def layout_settings(method):
    return {setting.name for setting in REGISTRY.methods[method].layout.settings}


def test_one_direction_alone_paints_one_direction(models, photo):
    """The originals forced all four, or made nine pictures for one side."""
    for method in METHODS:
        done = result(photo, method, models("sd1"), sides={"right": 40}).picture
        assert done.frame.right == 104 and done.extent.height == 48 and done.frame.left == 0


def test_no_black_bars_whatever_the_size_but_the_originals(models):
    """1.5 of the original left them where a size is no multiple of 64; here a white photo gets none."""
    white = np.full((45, 83, 3), 255, np.uint8)
    for method in ("poor-mans", "mk2"):
        asked = {"sides": {"right": 51}, "strength": 0.0, "mask_blur": 0}
        asked |= {"tile_width": 512} if method == "poor-mans" else {}
        done = result(white, method, models("sd1"), **asked).picture
        assert done.samples.min() > 250 and done.extent == Extent(134, 45)
        done = result(white, method, models("sd1"), faithful=True, **asked).picture
        black = (done.samples < 5).all(-1)
        if method == "poor-mans":
            assert black[45:, :83].all() and not black[:45].any()  # what is new beside the bar grows out of its black
            assert done.extent == Extent(192, 64)
        else:
            assert not black.any() and done.extent == Extent(192, 45)


def test_the_next_photo_of_a_batch_is_painted_as_if_it_were_alone(models, photo, tmp_path):
    """The webui's scripts wrote into an object that the next photo got too: seams from image two on (4928)."""
    first = result(photo[:30, :50], "mk2", models("sd1-inpainting"), sides={"right": 70})
    second = result(photo, "mk2", models("sd1-inpainting"), sides={"left": 30})
    assert first.picture.extent.width == 120
    elsewhere = checkpoints.folder("sd1-inpainting", tmp_path / "again")  # loaded anew
    alone = result(photo, "mk2", elsewhere, sides={"left": 30})
    assert np.array_equal(second.picture.samples, alone.picture.samples)


@pytest.mark.parametrize("kind", ["sd1", "sd1-inpainting"])
@given(
    sizes=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    side=st.sampled_from(["left", "top", "right", "bottom"]),
    amount=st.integers(1, 70),
    method=st.sampled_from(METHODS),
)
@settings(max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_size_and_single_side(kind, sizes, side, amount, method, models):
    """No multiple of 8 or 64, smaller than any blur; nothing known changes, all is painted, the size is exact."""
    photo = np.random.default_rng(sum(sizes)).integers(0, 256, (*sizes, 3)).astype(np.uint8)
    blur = {"mask_blur": 64} if "mask_blur" in layout_settings(method) else {}
    done = result(photo, method, models(kind), sides={side: amount}, steps=1, **blur)
    assert np.array_equal(known_of(done.picture, Picture.of(photo).frame), photo)
    across = side in ("left", "right")
    assert done.picture.extent == Extent(sizes[1] + amount * across, sizes[0] + amount * (not across))
    assert done.picture.known.all()
