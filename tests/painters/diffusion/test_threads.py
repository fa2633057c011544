"""One thread or two: the same bytes."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import numpy as np
import torch

import checkpoints
from outpaint.painters.diffusion.threads import make_independent
from painters.diffusion.painting import beside, painted

pytestmark = pytest.mark.diffusion


@pytest.fixture
def threads():
    """Sets how many torch uses, and sets them back."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("kind", ["sd1", "sdxl-inpainting"])
def test_one_thread_and_two_paint_the_same_bytes(kind, models, threads, tmp_path):
    lora = checkpoints.lora(tmp_path / "x.safetensors", "kohya") if kind == "sd1" else ""
    settings = {"model": str(models(kind)), "loras": str(lora), "steps": 1, "mask_blur": 4, "mask_round": False}
    answers = []
    for count in 1, 2:
        threads(count)
        answers.append(painted(beside(64, 96, known=40), settings, prompt="a (red:1.3) tree"))
    assert np.array_equal(*answers)


@pytest.mark.parametrize("bias", [True, False])
def test_a_product_of_matrices_is_the_convolution(bias, threads):
    torch.manual_seed(0)
    conv = torch.nn.Conv2d(40, 24, 1, bias=bias).requires_grad_(False)
    image = torch.randn(2, 40, 9, 31)
    expected = torch.nn.functional.conv2d(image, conv.weight, conv.bias)
    make_independent(conv)
    answers = []
    for count in 1, 2:
        threads(count)
        answers.append(conv(image))
    assert torch.equal(*answers)
    torch.testing.assert_close(answers[0], expected)


def test_other_convolutions_are_left_alone():
    kinds = {"kernel_size": 3}, {"kernel_size": 1, "stride": 2}, {"kernel_size": 1, "padding": 1}, {"groups": 2}
    for kind in kinds:
        conv = torch.nn.Conv2d(4, 4, **({"kernel_size": 1} | kind))
        make_independent(conv)
        assert "_conv_forward" not in vars(conv)
