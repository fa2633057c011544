"""Every family that diffusers' own pipelines paint, on tiny models: FLUX, SD3, Chroma, Z-Image, Qwen-Image, klein."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np

import outpaint
from checkpoints_of_families import FAMILIES as KINDS
from checkpoints_of_families import PAINTED, echo
from outpaint.blend.registration import moved
from outpaint.painters.diffusion import foreign, kept
from outpaint.painters.diffusion.extra import torch_of
from outpaint.painters.diffusion.families import FAMILIES
from painters.diffusion.painting import PAINTER, beside, events, painted

pytestmark = pytest.mark.diffusion


@pytest.fixture
def echoes(folders):
    """`echoes(kind)`: settings of a model that keeps what is known and fills with one colour."""

    def loaded(kind):
        kept.forget()
        settings = folders(kind)
        painted(beside(), settings)
        model = kept._kept[0].model
        echo(model.pipe)
        return settings

    yield loaded
    kept.forget()


@pytest.mark.parametrize("kind", KINDS)
def test_known_pixels_stay_and_the_seed_decides(kind, folders, photo):
    settings = folders(kind)
    asked = {"painters": ["edge", "diffusion"], "prompt": "sky", "right": 21, "settings": settings}
    result = outpaint.extend(photo, **asked).array
    assert result.shape == (48, 85, 3) and np.array_equal(result[:, :64], photo)
    assert result[:, 64:].std() > 1
    assert np.array_equal(result, outpaint.extend(photo, **asked).array)
    assert not np.array_equal(result, outpaint.extend(photo, seed=1, **asked).array)


def cells(pixels, size=8):
    """Mean colours, as large as before."""
    height, width = pixels.shape[:2]
    mean = pixels.reshape(height // size, size, width // size, size, 3).mean((1, 3))
    return mean.repeat(size, 0).repeat(size, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_unknown_is_painted_and_nothing_else(kind, echoes):
    """In closed form: a swapped mask, channel order, scale or shift would show."""
    settings = echoes(kind) | {"preview": True, "steps": 3}
    view = beside(64, 64, known=32)
    steps, seen = events(view, settings), []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            answer = end.value
            break
    tolerance = 2 / 255 if kind == "qwen-edit" else 2e-3
    np.testing.assert_allclose(answer[:, 32:], np.broadcast_to(PAINTED, (64, 32, 3)), atol=tolerance)
    np.testing.assert_allclose(answer[:, :32], cells(view.pixels)[:, :32], atol=tolerance)
    # From the second step on a preview tells where this one leads to: right at its end.
    assert [event.step for event in seen] == [1, 2, 3] and seen[0].preview.shape == (64, 64, 3)
    for event in seen[1:]:
        assert np.array_equal(event.preview[:, :32], view.pixels[:, :32])
        np.testing.assert_allclose(event.preview[:, 48:].mean((0, 1)), PAINTED, atol=0.03)


def test_a_cell_that_is_partly_unknown_is_painted(folders, echoes):
    """Else the guess would stay in it. Fill reads single pixels and is told them."""
    view = beside(64, 64, known=37)
    answer = painted(view, echoes("z-image"))
    np.testing.assert_allclose(answer[:, 37:], np.broadcast_to(PAINTED, (64, 27, 3)), atol=2e-3)
    for kind, first in (("z-image", 32), ("flux-fill", 37), ("flux2-klein", 32)):
        settings = folders(kind)
        painted(view, settings)
        model = kept._kept[0].model
        given = foreign.arguments(model, view.pixels, view.unknown, PAINTER.brief("sky", "", 5, settings), 0)
        assert given["mask_image"][0, 0, 0].numpy().tolist() == [0] * first + [1] * (64 - first)


@pytest.mark.parametrize("kind", ["flux2-klein", "qwen-edit"])
def test_classes_that_shrink_large_pictures_paint_window_after_window(kind, folders, monkeypatch):
    sizes = []
    plain = foreign.arguments

    def watching(model, image, *rest):
        sizes.append(image.shape[:2])
        return plain(model, image, *rest)

    monkeypatch.setattr(foreign, "arguments", watching)
    view = beside(64, 160, known=40)
    answer = painted(view, folders(kind) | {"steps": 1})
    assert len(sizes) > 1 and set(sizes) == {(64, 64)}
    # The road keeps what is known; what these models make of it is for the blend `aligned`.
    assert answer.shape == view.pixels.shape and not np.array_equal(answer[view.holes], view.pixels[view.holes])


@pytest.mark.parametrize("kind", ["flux-fill", "sd3", "z-image", "qwen-image", "flux2-klein"])
def test_half_precision_paints_about_the_same(kind, folders):
    settings = folders(kind) | {"steps": 1, "guidance": 1.0}
    answers = [painted(beside(), settings | {"dtype": dtype}) for dtype in ("fp32", "bf16")]
    assert np.abs(answers[0] - answers[1]).mean() < 0.05 and not np.array_equal(*answers)


def test_every_class_of_the_table_exists_and_takes_what_it_needs():
    import inspect

    import diffusers

    for name, family in FAMILIES.items():
        assert hasattr(diffusers, name)
        takes = inspect.signature(getattr(diffusers, family.pipeline).__call__).parameters
        assert {"prompt", "image", "mask_image", "height", "width", "generator", "num_inference_steps"} <= set(takes)
        assert family.guidance in takes and "callback_on_step_end" in takes


@pytest.mark.parametrize("kind", ["flux-fill", "flux2-klein", "kontext", "qwen-edit"])
def test_fill_lays_the_answer_onto_the_photo(kind, folders, photo):
    """The whole road, through `aligned`; no error, the size that was asked for, not one known sample changed."""
    model = folders(kind)["model"]
    asked = {"method": "fill", "prompt": "sky", "left": 9, "bottom": 30, "seed": 3}
    result = outpaint.extend(photo, **asked, settings={"model": model, "window": 64, "steps": 1}).array
    assert result.shape == (78, 73, 3) and np.array_equal(result[:48, 9:], photo)


def test_a_picture_that_comes_back_moved_and_recoloured_is_laid_back(folders, echoes):
    """A real pipeline whose decoder answers with the truth, 2.5 down and 1.25 left, in other colours."""
    rng = np.random.default_rng(3)
    truth = rng.random((20, 26, 3)).repeat(8, 0).repeat(8, 1)
    for _ in range(4):
        truth = (truth + moved(truth, 2, 1) + moved(truth, -1, -2)) / 3
    photo = np.rint(truth[:, :144] * 255).astype(np.uint8)
    settings = echoes("kontext") | {"window": 208}
    vae, torch = kept._kept[0].model.pipe.vae, torch_of()
    answer = moved(truth, 2.5, -1.25) * [0.85, 1.1, 0.9] + [0.05, -0.04, 0.02]

    def decode(latents, return_dict=True):
        assert latents.shape[2:] == (20, 26)
        return (torch.from_numpy(answer.transpose(2, 0, 1))[None].float() * 2 - 1,)

    vae.decode = decode

    def error(blend):
        result = outpaint.extend(photo, method="fill", right=64, blend=blend, prompt="sky", settings=settings).array
        assert np.array_equal(result[:, :144], photo)
        return np.abs(result / 255 - truth)[8:-8, 144:-8].mean()

    assert error("aligned") < 3 / 255 < 12 / 255 < error("paste")


def test_on_a_gpu_families_run_in_bfloat16():
    torch = torch_of()
    from outpaint.painters.diffusion.loading import dtype_of

    cuda = torch.device("cuda")
    assert dtype_of("auto", cuda, ours=False) == torch.bfloat16 and dtype_of("auto", cuda) == torch.float16
    assert dtype_of("fp16", cuda, ours=False) == torch.float16
    assert dtype_of("auto", torch.device("cpu"), ours=False) == torch.float32


def test_a_class_that_shrinks_is_shown_the_whole_picture_as_small_as_a_window(folders, monkeypatch):
    sizes = []
    plain = foreign.arguments

    def watching(model, image, mask, *rest):
        sizes.append(image.shape[:2])
        assert mask[:, -16:].min() == 1 and mask[:, :16].max() == 0
        return plain(model, image, mask, *rest)

    monkeypatch.setattr(foreign, "arguments", watching)
    view = beside(64, 160, known=60)
    answer = painted(view, folders("flux2-klein") | {"steps": 1, "area": "whole picture", "window": 80})
    assert sizes == [(32, 80)] and answer.shape == view.pixels.shape
