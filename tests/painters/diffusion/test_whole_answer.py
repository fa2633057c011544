"""A model of another family answers for the whole cut-out, and `aligned` lays it back onto the photo."""

from contextlib import nullcontext

import numpy as np
import pytest

from outpaint import CandidateDone, Picture, Request
from outpaint.blend.registration import moved
from outpaint.painters.diffusion import engine
from outpaint.registry import builtin_registry
from outpaint.road import road

torch = pytest.importorskip("torch", reason='the diffusion painter needs pip install "outpaint[diffusion]"')
pytestmark = pytest.mark.diffusion


@pytest.mark.parametrize("area", ["whole picture", "needed"])
def test_an_edit_model_that_moves_and_tints_the_photo_is_laid_back(area, monkeypatch):
    """The model knows the truth, but paints it 3.5 pixels lower and darker, kept pixels and all."""
    from outpaint.painters.diffusion.families import Family
    from outpaint.painters.diffusion.loading import Model

    rng = np.random.default_rng(3)
    truth = rng.random((18, 26, 3)).repeat(8, 0).repeat(8, 1).astype(np.float32)
    for _ in range(4):
        truth = (truth + moved(truth, 2, 1) + moved(truth, -1, -2)) / 3
    photo = np.rint(truth[:, :144] * 255).astype(np.uint8)

    class Pipe:
        num_timesteps, scheduler, config = 1, None, {}

        def __call__(self, image, callback_on_step_end, num_inference_steps):
            callback_on_step_end(self, 0, None, {"latents": None})
            height, width = image.shape[2:]
            told = np.zeros((height, width, 3), np.float32)
            seen = (moved(truth, 3.5, -1.25) * 0.85 + 0.02)[:, -width:]
            told[: seen.shape[0], : seen.shape[1]] = seen
            return type("Answer", (), {"images": [told]})

    family = Family("Pipe", side=208 if area == "whole picture" else 144, shrinks=True)  # window after window
    model = Model(Pipe(), torch.device("cpu"), family)
    monkeypatch.setattr(engine, "loaded", lambda settings: nullcontext(model))
    registry = builtin_registry()

    def error(blend):
        request = Request.of(method="fill", right=64, blend=blend, settings={"area": area, "steps": 1})
        *_, done, _ = road(Picture.of(photo), request, registry)
        assert isinstance(done, CandidateDone)
        samples = done.result.picture.samples
        assert np.array_equal(samples[:, :144], photo)
        return np.abs(samples / 255 - truth)[6:-6, 144:-6].mean()

    assert error("aligned") < 3 / 255 < 12 / 255 < error("paste")
