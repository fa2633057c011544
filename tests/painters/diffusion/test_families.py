"""Every family that diffusers' own pipelines paint, on tiny models: FLUX, SD3, Chroma, Z-Image, Qwen-Image, klein."""

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
from outpaint import Notice, Progress
from outpaint.blend.registration import moved
from outpaint.painters.diffusion import foreign, kept
from outpaint.painters.diffusion.extra import quiet, torch_of
from outpaint.painters.diffusion.families import FAMILIES
from painters.diffusion.painting import PAINTER, beside, events, painted

pytestmark = pytest.mark.diffusion

KINDS = ("flux", "flux-fill", "sd3", "chroma", "z-image", "qwen-image", "flux2-klein", "kontext", "qwen-edit")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    import checkpoints_of_families

    where = tmp_path_factory.mktemp("families")

    def path(kind):
        found = where / kind
        if not found.exists():
            with quiet():
                checkpoints_of_families.folder(kind, found)
        return {"model": str(found), "window": 64, "steps": 2, "guidance": 3.0}

    return path


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Qwen-Image-Edit's class paints a megapixel whatever it is asked for; here it is 64 x 64."""
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_inpaint as edit

    plain = edit.calculate_dimensions
    monkeypatch.setattr(edit, "calculate_dimensions", lambda area, ratio: plain(64 * 64, ratio))


@pytest.fixture
def echoes(folders):
    """`echoes(kind)`: settings of a model that keeps what is known and fills with one colour."""
    import checkpoints_of_families

    def loaded(kind):
        kept.forget()
        settings = folders(kind)
        painted(beside(), settings)
        model = kept._kept[0].model
        checkpoints_of_families.echo(model.pipe)
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
    from checkpoints_of_families import PAINTED

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


def test_a_cell_that_is_partly_unknown_is_painted(folders, echoes):
    """Else the guess would stay in it. Fill reads single pixels and is told them."""
    from checkpoints_of_families import PAINTED

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


@pytest.mark.parametrize("kind", ["flux-fill", "sd3", "z-image", "qwen-image", "flux2-klein"])
def test_half_precision_paints_about_the_same(kind, folders):
    settings = folders(kind) | {"steps": 1, "guidance": 1.0}
    answers = [painted(beside(), settings | {"dtype": dtype}) for dtype in ("fp32", "bf16")]
    assert np.abs(answers[0] - answers[1]).mean() < 0.05 and not np.array_equal(*answers)


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


def test_every_class_of_the_table_exists_and_takes_what_it_needs():
    import inspect

    import diffusers

    for name, family in FAMILIES.items():
        assert hasattr(diffusers, name)
        takes = inspect.signature(getattr(diffusers, family.pipeline).__call__).parameters
        assert {"prompt", "image", "mask_image", "height", "width", "generator", "num_inference_steps"} <= set(takes)
        assert family.guidance in takes and "callback_on_step_end" in takes


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


def test_what_a_family_cannot_follow_is_said(folders):
    def said(kind, negative="", **more):
        steps = events(beside(), folders(kind) | {"steps": 1} | more, negative=negative)
        return [event.text for event in steps if isinstance(event, Notice)]

    assert said("flux") == said("sd3", negative="people") == []
    (words,) = said("flux", negative="people", sampler="DDIM", masked_content="latent noise")
    assert words.endswith("does not listen to sampler, masked_content, the negative prompt")


def test_on_a_gpu_families_run_in_bfloat16():
    torch = torch_of()
    from outpaint.painters.diffusion.loading import dtype_of

    cuda = torch.device("cuda")
    assert dtype_of("auto", cuda, ours=False) == torch.bfloat16 and dtype_of("auto", cuda) == torch.float16
    assert dtype_of("fp16", cuda, ours=False) == torch.float16
    assert dtype_of("auto", torch.device("cpu"), ours=False) == torch.float32


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
