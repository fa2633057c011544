"""Noise or velocity: each clue that a single file gives, and which of two that disagree counts."""

import pytest

from outpaint.errors import FileError
from outpaint.painters.diffusion.detect import Kind, kind_of
from outpaint.painters.diffusion.prediction import BIAS, EPSILON, VELOCITY, Clues

FIRST = "model.diffusion_model.input_blocks.0.0.weight"
SD1 = {FIRST: (1, 4, 3, 3), "cond_stage_model.transformer.a": ()}
SD2 = {FIRST: (1, 4, 3, 3), "cond_stage_model.model.transformer.a": ()}
SD2_INPAINTING = SD2 | {FIRST: (1, 9, 3, 3)}
SDXL = {FIRST: (1, 4, 3, 3), "conditioner.embedders.1.model.a": ()}

V, SNR = {"v_pred": ()}, {"ztsnr": ()}
SPEC = "modelspec.architecture"
CASES = {
    # the file says it
    "SDXL, nothing": (SDXL, Clues("x"), EPSILON),
    "SDXL, v_pred": (SDXL | V, Clues("x"), VELOCITY),
    "SD 1, nothing": (SD1, Clues("x-768.ckpt"), EPSILON),
    "SD 1, v_pred": (SD1 | V, Clues("x"), VELOCITY),
    # metadata
    "SDXL, prediction v": (SDXL, Clues("x", {"modelspec.prediction_type": "v"}), VELOCITY),
    "SD 2, prediction epsilon": (SD2, Clues("x", {"modelspec.prediction_type": "epsilon"}), EPSILON),
    "SD 2, architecture 768-v": (SD2, Clues("512", {SPEC: "stable-diffusion-v2-768-v"}), VELOCITY),
    "SD 2, architecture 512": (SD2, Clues("768", {SPEC: "stable-diffusion-v2-512"}), EPSILON),
    "SD 2, another architecture": (SD2, Clues("v2-1_512.ckpt", {SPEC: "unknown"}), EPSILON),
    # a .yaml beside it
    "SD 2, yaml v": (SD2, Clues("base", yaml='params:\n  parameterization: "v"\n'), VELOCITY),
    "SD 2, yaml without": (SD2, Clues("768-v", yaml="params:\n  linear_start: 0.00085\n"), EPSILON),
    "SD 1, yaml v": (SD1, Clues("x", yaml="parameterization: v"), VELOCITY),
    # the name
    "SDXL, name": (SDXL, Clues("noob-vPred.safetensors"), VELOCITY),
    "SD 2, v2-1_768": (SD2, Clues("v2-1_768-ema-pruned.safetensors", deviation=0.01), VELOCITY),
    "SD 2, v2-1_512": (SD2, Clues("v2-1_512-ema-pruned.safetensors", deviation=0.2), EPSILON),
    "SD 2, 512-base": (SD2, Clues("512-base-ema.ckpt"), EPSILON),
    "SD 2, a word with base": (SD2, Clues("database.ckpt"), VELOCITY),
    # SD 2: the step, the weights, and nothing at all
    "SD 2, step of the base": (SD2, Clues("a.ckpt", step=875000, deviation=0.2), EPSILON),
    "SD 2, another step": (SD2, Clues("a.ckpt", step=110000), VELOCITY),
    "SD 2, small deviation": (SD2, Clues("a", deviation=0.05), EPSILON),
    "SD 2, large deviation": (SD2, Clues("a", deviation=0.1), VELOCITY),
    "SD 2, nothing": (SD2, Clues("a"), VELOCITY),
    "SD 2 inpainting": (SD2_INPAINTING, Clues("512-inpainting-ema.ckpt"), EPSILON),
    "SD 2 inpainting, nothing": (SD2_INPAINTING, Clues("a", deviation=0.2), EPSILON),
}


@pytest.mark.parametrize("name", CASES)
def test_every_clue(name):
    shapes, clues, expected = CASES[name]
    assert kind_of(shapes, clues).prediction == expected


def test_zero_snr_is_told_by_a_tensor_and_belongs_to_velocity():
    assert kind_of(SDXL | V | SNR, Clues("x")) == Kind("sdxl", 4, VELOCITY, True)
    assert kind_of(SDXL | SNR, Clues("x")) == Kind("sdxl", 4, EPSILON, False)


def test_edm_models_are_refused():
    with pytest.raises(FileError, match="Playground"):
        kind_of(SDXL | {"edm_mean": (4,), "edm_std": (4,)}, Clues("x"))


@pytest.mark.diffusion
class TestFiles:
    """The same with files."""

    @pytest.fixture(autouse=True)
    def extra(self):
        pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

    @pytest.fixture
    def trained(self, tmp_path, models):
        """What the scheduler of a file with these tensors and metadata takes for granted."""
        import torch
        from safetensors.torch import save_file

        import checkpoints
        from outpaint.painters.diffusion import single_file, weights

        plain = weights.tensors(checkpoints.single("sd2", tmp_path / "plain.safetensors"))

        def config(name="x.safetensors", metadata=None, **tensors):
            save_file(plain | tensors, tmp_path / name, metadata)
            return single_file.load(tmp_path / name, str(models("sd2-inpainting")), torch.float32).scheduler.config

        return config

    def test_the_clues_are_read_off_the_file(self, tmp_path, trained):
        import torch

        assert trained().prediction_type == VELOCITY
        assert trained("x-512.safetensors").prediction_type == EPSILON
        assert trained(metadata={"modelspec.prediction_type": "epsilon"}).prediction_type == EPSILON
        assert trained(**{BIAS: torch.tensor([-0.05, 0.05])}).prediction_type == EPSILON
        assert trained(**{BIAS: torch.tensor([-0.15, 0.15])}).prediction_type == VELOCITY
        found = trained("x-base.safetensors", v_pred=torch.zeros(1), ztsnr=torch.zeros(1))
        assert found.prediction_type == VELOCITY
        assert found.rescale_betas_zero_snr and found.timestep_spacing == "trailing"
        (tmp_path / "x.yaml").write_text("parameterization: eps")
        assert trained().prediction_type == EPSILON

    def test_the_setting_overrules_them_and_loads_nothing_anew(self, tmp_path, models):
        import numpy as np

        import checkpoints
        from outpaint.painters.diffusion import kept
        from outpaint.painters.diffusion.samplers import sampler
        from painters.diffusion.painting import beside, painted

        model = {"model": str(models("sd1")), "sampler": "DDIM"}
        ways = ("auto", EPSILON, VELOCITY)
        auto, noise, velocity = (painted(beside(), model | {"prediction": each}) for each in ways)
        base = kept._kept[0]
        assert np.array_equal(auto, noise) and not np.allclose(auto, velocity)
        assert np.array_equal(painted(beside(), model | {"prediction": VELOCITY}), velocity)
        assert kept._kept[0] is base
        pipe = checkpoints.pipeline("sd1")
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, prediction_type=VELOCITY)
        other = checkpoints.folder("sd1", tmp_path / "v", pipe)
        assert np.array_equal(painted(beside(), model | {"model": str(other)}), velocity)
        zero = sampler("DDIM", {"rescale_betas_zero_snr": True, "prediction_type": VELOCITY}, EPSILON).config
        assert not zero.rescale_betas_zero_snr
