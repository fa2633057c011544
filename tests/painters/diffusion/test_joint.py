"""Windows of other families, sampled jointly behind the back of diffusers' pipelines."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

from outpaint.painters.diffusion import foreign, kept
from outpaint.painters.diffusion.joint import Windowed, in_windows
from outpaint.painters.diffusion.windows import tent, tiles
from painters.diffusion.painting import beside, painted
from painters.painting import outside, view_of

pytestmark = pytest.mark.diffusion

LAYOUTS = ("ids", "ids and a reference", "batched ids", "shapes", "maps", "list")
"""FLUX, Fill and Chroma; Kontext; klein; Qwen-Image; SD3; Z-Image."""


def called(layout, inner, hidden, found):
    """`inner` in windows on N x C x h x w, as a pipeline of that layout would call it; the same shape."""
    count, _, height, width = hidden.shape
    if layout in ("maps", "list"):
        windowed = Windowed(inner, height // 2, width // 2, found)
        if layout == "maps":
            return windowed(hidden_states=hidden, timestep=1)[0]
        return torch.stack(windowed(list(hidden[:, :, None]), 1, ["words"])[0])[:, :, 0]
    windowed = Windowed(inner, height, width, found)
    tokens = hidden.flatten(2).transpose(1, 2)
    rows, columns = (
        each.flatten() for each in torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    )
    ids = torch.stack([rows * 0, rows, columns], 1).float()
    if layout == "ids and a reference":
        tokens, ids = torch.cat([tokens, -tokens], 1), torch.cat([ids, ids + torch.tensor([1, 0, 0])])
    given = {"img_ids": ids[None] if layout == "batched ids" else ids}
    if layout == "shapes":
        given = {"img_shapes": [[(1, height, width)]] * count}
    answer = windowed(hidden_states=tokens, timestep=1, **given)[0]
    return answer.transpose(1, 2).unflatten(2, (height, width))


def hidden_of(given, named):
    return torch.stack(given[0])[:, :, 0] if given else named["hidden_states"]


def answer_of(given, values):
    return (list(values[:, :, None]),) if given else (values,)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_cut_comes_back_where_it_was(layout):
    """A transformer that answers with its input; every window counts positions from its own corner."""
    hidden = torch.randn(2, 3, 12, 20)
    shapes = set()

    def echo(*given, **named):
        inside = hidden_of(given, named)
        shapes.add(tuple(inside.shape))
        if "img_ids" in named:
            ids = named["img_ids"].reshape(-1, 3)
            assert ids[:, 1:].amin(0).tolist() == [0, 0] and ids[:, 1:].amax(0).tolist() == [7, 7]
            assert set(ids[:, 0].tolist()) == ({0.0, 1.0} if "reference" in layout else {0.0})
        if "img_shapes" in named:
            assert named["img_shapes"] == [[(1, 8, 8)]] * 2
        return answer_of(given, inside)

    factor = 2 if layout in ("maps", "list") else 1
    answer = called(layout, echo, hidden, tiles(12 // factor, 20 // factor, 8 // factor, 0.25))
    torch.testing.assert_close(answer, hidden)
    assert len(shapes) == 1


def test_positions_are_exact_in_half_precision():
    """bfloat16 has whole numbers to 256 only; a picture 8192 pixels wide has 512 columns of tokens."""
    seen = []

    def watching(**named):
        seen.append(named["img_ids"][:, 2].reshape(8, 8).tolist())
        return (named["hidden_states"],)

    columns = torch.arange(512).repeat(8)
    ids = torch.stack([columns * 0, torch.arange(8).repeat_interleave(512), columns], 1).bfloat16()
    Windowed(watching, 8, 512, tiles(8, 512, 8, 0.25))(hidden_states=torch.zeros(1, 8 * 512, 4), img_ids=ids)
    assert all(each == [list(range(8))] * 8 for each in seen) and len(seen) > 60


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("overlap", [0.25, 0.5])
def test_a_model_that_paints_its_window_number_leaves_no_step_at_borders(layout, overlap):
    factor = 2 if layout in ("maps", "list") else 1
    found = tiles(8 // factor, 64 // factor, 8 // factor, overlap)
    count = iter(range(len(found)))

    def number(*given, **named):
        return answer_of(given, torch.full_like(hidden_of(given, named), float(next(count))))

    answer = called(layout, number, torch.zeros(1, 3, 8, 64), found)
    total, share = np.zeros((8, 64)), np.zeros((8, 64))
    for place, tile in enumerate(found):
        rows, columns = tile.scaled(factor)
        total[rows, columns] += tent(8, 8) * place
        share[rows, columns] += tent(8, 8)
    np.testing.assert_allclose(answer[0, 0].numpy(), total / share, atol=1e-5)
    slope = np.abs(np.diff(answer[0, 0, 4].numpy()))
    borders = sorted({tile.left for tile in found[1:]} | {tile.right for tile in found[:-1]})
    at_borders = slope[[border * factor - 1 for border in borders]]
    assert at_borders.max() < 0.5 and at_borders.mean() <= slope[slope > 0].mean() * 1.01


@pytest.fixture
def folders(folders):
    """Windows share half of their sides."""
    return lambda kind: folders(kind) | {"window_overlap": 0.5}


def wide(width=240):
    return view_of(np.full((64, width, 3), 0.5), outside(64, width, 0, 0, 64, 48))


def tokens_of(given, named):
    """How many tokens a transformer was given, of 16 x 16 pixels."""
    hidden = given[0][0][None] if given else named["hidden_states"]
    return hidden.shape[1] if hidden.ndim == 3 else hidden.shape[-1] * hidden.shape[-2] // 4


@pytest.mark.parametrize("kind", ["flux", "flux-fill", "sd3", "chroma", "z-image", "qwen-image", "kontext"])
def test_a_wide_picture_is_painted_at_once_in_windows(kind, folders, monkeypatch):
    settings = folders(kind)
    painted(beside(), settings)
    model = kept._kept[0].model
    pipe, counts = model.pipe, []
    plain, before = pipe.transformer.forward, (pipe.transformer, pipe.scheduler, pipe.vae)

    def watching(*given, **named):
        counts.append(tokens_of(given, named))
        return plain(*given, **named)

    monkeypatch.setattr(pipe.transformer, "forward", watching)
    answer = painted(wide(), settings)
    window = 16 * (2 if kind == "kontext" else 1)
    assert (
        set(counts) == {window} and len(counts) >= 2 * len(tiles(4, 14, 4, 0.5)) == 12
    )  # 32 known columns are enough
    assert np.isfinite(answer).all() and answer[:, 48:].std() > 0.01
    assert (pipe.transformer, pipe.scheduler, pipe.vae) == before and not pipe.vae.use_tiling
    assert np.array_equal(answer, painted(wide(), settings))
    assert not np.array_equal(answer, painted(wide(), settings | {"joint": False}))


@pytest.mark.parametrize("kind", ["flux-fill", "sd3", "z-image", "qwen-image", "kontext"])
def test_wide_and_in_closed_form(kind, folders):
    """What is known stays and the rest becomes one colour, over all windows."""
    import checkpoints_of_families

    kept.forget()
    settings = folders(kind)
    painted(beside(), settings)
    model = kept._kept[0].model
    checkpoints_of_families.echo(model.pipe)
    answer = painted(wide(), settings)
    kept.forget()
    np.testing.assert_allclose(answer[:, :48], 0.5, atol=2e-3)
    new = np.broadcast_to(checkpoints_of_families.PAINTED, (64, 192, 3))
    np.testing.assert_allclose(answer[:, 48:], new, atol=2e-3)


def test_the_noise_schedule_is_that_of_one_window(folders, monkeypatch):
    """Its shift grows with the number of tokens, and no model has seen that of a picture eight windows wide."""
    from diffusers.pipelines.flux.pipeline_flux_inpaint import calculate_shift, retrieve_timesteps

    painted(beside(), folders("flux"))
    model = kept._kept[0].model
    monkeypatch.setattr(model.pipe.scheduler, "_internal_dict", model.pipe.scheduler.config | {})
    model.pipe.scheduler.register_to_config(use_dynamic_shifting=True)
    sigmas = np.linspace(1, 0.1, 10)
    twin = in_windows(model.pipe, 64, 512, 64, 0.25)
    (told, _), (expected, _) = (
        retrieve_timesteps(scheduler, 10, "cpu", sigmas=sigmas, mu=calculate_shift(count))
        for scheduler, count in ((twin.scheduler, 64 * 512), (model.pipe.scheduler, 64 * 64))
    )
    torch.testing.assert_close(told, expected)
    far, _ = retrieve_timesteps(model.pipe.scheduler, 10, "cpu", sigmas=sigmas, mu=calculate_shift(64 * 512))
    assert (far - told).abs().max() > 100
    kept.forget()


def test_memory_is_flat_in_the_width(folders, monkeypatch):
    """No tensor that a network is given grows when the picture becomes twice as wide."""
    settings = folders("flux-fill") | {"steps": 1}
    sizes = []
    for width in (256, 512):
        painted(wide(width), settings)
        model = kept._kept[0].model
        largest = {}

        def watch(name, part, largest=largest):
            def before(_, given, named):
                tensor = next(each for each in (*given, *named.values()) if torch.is_tensor(each))
                largest[name] = max(largest.get(name, 0), tensor.numel())

            return part.register_forward_pre_hook(before, with_kwargs=True)

        vae = model.pipe.vae
        parts = {
            "block": model.pipe.transformer.transformer_blocks[0],
            "encoder": vae.encoder,
            "decoder": vae.decoder,
        }
        hooks = [watch(name, part) for name, part in parts.items()]
        painted(wide(width), settings)
        for hook in hooks:
            hook.remove()
        sizes.append(largest)
    assert sizes[0] == sizes[1] and set(sizes[0]) == {"block", "encoder", "decoder"}


def test_one_by_one_on_request(folders, monkeypatch):
    sizes = []
    plain = foreign.arguments

    def watching(model, image, *rest):
        sizes.append(image.shape[:2])
        return plain(model, image, *rest)

    monkeypatch.setattr(foreign, "arguments", watching)
    painted(wide(), folders("z-image") | {"joint": False, "steps": 1})
    assert len(sizes) > 2 and set(sizes) == {(64, 64)}
