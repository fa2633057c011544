"""Soft inpainting by closed forms; only the test of the loop needs torch."""

import numpy as np
import pytest

from outpaint.painters.diffusion import soft_inpainting
from outpaint.painters.diffusion.soft_inpainting import Soft, percentiles, sigma


@pytest.mark.parametrize("noise", [0.01, 1.0, 14.6])
def test_the_share_is_the_mask_at_full_noise_and_lets_go_with_it(noise):
    mask = np.array([0.0, 0.25, 0.5, 1.0])
    soft = Soft(schedule_bias=1, preservation_strength=0.5)
    np.testing.assert_allclose(soft.share(mask, noise), [0, 0.25 ** (noise / 2), 0.5 ** (noise / 2), 1])
    assert Soft(preservation_strength=2).share(0.5, 1.0) == 0.25  # 0.5 ^ (1^1 * 2)
    assert Soft(schedule_bias=2, preservation_strength=1).share(0.5, 2.0) == 0.5**4
    assert Soft(preservation_strength=0).share(0.5, 14.6) == 1  # keeps nothing


def test_mixing_keeps_the_length_of_what_is_mixed():
    """Two vectors at a right angle: the plain mean has length sqrt 1/2, the mixture the wanted mean."""
    old, new = np.zeros((1, 2, 1, 1)), np.zeros((1, 2, 1, 1))
    old[0, 0], new[0, 1] = 3, 3
    half = np.full((1, 1, 1, 1), 0.5)
    mixed = Soft(transition_contrast_boost=4).mixed(old, new, half)
    np.testing.assert_allclose(mixed.ravel(), [3 / np.sqrt(2)] * 2)  # length 3, direction between
    new[0, 1] = 6
    wanted = (0.5 * 3**4 + 0.5 * 6**4) ** 0.25
    assert np.linalg.norm(Soft().mixed(old, new, half)) == pytest.approx(wanted)
    for share, end in (0.0, old), (1.0, new):
        np.testing.assert_allclose(Soft().mixed(old, new, np.full((1, 1, 1, 1), share)), end)


@pytest.mark.parametrize("contrast", [1, 16, 32])
def test_contrast_does_not_overflow(contrast):
    old, new = (np.full((1, 4, 2, 2), value, np.float32) for value in (29, 0))
    mixed = Soft(transition_contrast_boost=contrast).mixed(old, new, np.full((1, 1, 2, 2), np.float32(0.5)))
    assert np.linalg.norm(mixed[0, :, 0, 0]) == pytest.approx(58 * 0.5 ** (1 / contrast), rel=1e-5)


def test_sigma_is_noise_over_signal():
    assert sigma(np.array([0.9, 0.5, 0.2]), 1) == 1 and sigma(np.array([0.9, 0.5, 0.2]), 2.2) == pytest.approx(2)


def test_percentiles_are_those_of_numpy_where_weights_are_equal(monkeypatch):
    monkeypatch.setattr(soft_inpainting, "DEVIATION", 1e6)
    values = np.random.default_rng(0).random((7, 9))
    around = np.sort(values[1:6, 2:7].ravel())
    # 25 neighbours: the upper tenth is two and a half of them.
    expected = (around[-1] + around[-2] + around[-3] / 2) / 2.5
    assert percentiles(values, 0.9, 1.0)[3, 4] == pytest.approx(expected)
    assert percentiles(values, 0, 1)[3, 4] == pytest.approx(around.mean())
    np.testing.assert_allclose(percentiles(np.full((3, 4), 2.5), 0.25, 0.75), 2.5)


def test_the_overlay_is_half_at_the_threshold_and_the_masks_where_it_is_to_be():
    """k = 1 without the mask's influence, so at distance = threshold same = 1/2, whose smootherstep is 1/2."""
    soft = Soft(difference_threshold=0.5)
    for distance, expected in (0.0, 0.0), (0.5, 0.5), (1e6, 1.0):
        np.testing.assert_allclose(soft.overlay(np.full((6, 6), 0.3), np.full((6, 6), distance)), expected, atol=1e-4)
    influenced = Soft(mask_influence=1.0)
    distance = np.full((6, 6), 0.5)
    np.testing.assert_allclose(influenced.overlay(np.ones((6, 6)), distance), 1, atol=1e-6)
    np.testing.assert_allclose(influenced.overlay(np.zeros((6, 6)), distance), 0, atol=1e-6)


@pytest.mark.diffusion
def test_the_share_is_that_of_the_step_to_come_and_the_last_word_is_the_models():
    """A model that answers 0 and a sampler that does nothing: only the mixing moves the latents."""
    torch = pytest.importorskip("torch")
    import checkpoints
    from outpaint.painters.diffusion.loading import Model
    from outpaint.painters.diffusion.prompt import Conditioning
    from outpaint.painters.diffusion.sampling import Task, sampled
    from outpaint.painters.diffusion.windows import Tile
    from painters.diffusion.straight import Straight

    soft, mask = Soft(), torch.full((1, 1, 8, 8), 0.3)
    init, noise = torch.randn(1, 4, 8, 8), torch.randn(1, 4, 8, 8)
    task = Task(init, noise, mask, None, True, False, [Tile(0, 0, 8, 8)], soft)
    model = Model(checkpoints.echo("sd1", (0, 1, 2, 3)), torch.device("cpu"))
    told = Conditioning(torch.zeros(1, 16, 16), None, 0.0, None)
    still = Straight(0, torch.tensor([0.9, 0.8, 0.5, 0.1]))
    answers = [latents for _, _, latents in sampled(model, task, told, still, 3, 1.0, 0.0, None)]
    expected = noise
    for number, (time, alpha) in enumerate(((2, 0.5), (1, 0.8))):
        share = soft.share(mask, ((1 - alpha) / alpha) ** 0.5)
        expected = soft.mixed(init + time * noise, expected, share)
        np.testing.assert_allclose(answers[number], expected, rtol=1e-5, atol=1e-6)
    assert torch.equal(answers[2], answers[1])


@pytest.mark.diffusion
def test_the_loop_mixes_by_these_formulas(models):
    """It changes the picture, nothing is left of the old where all is new, and known pixels come back."""
    pytest.importorskip("torch")
    from painters.diffusion.painting import beside, painted

    view = beside(64, 96)
    given = {"model": str(models("sd1")), "steps": 3, "mask_blur": 8, "restore": "always", "strength": 0.9}
    plain, soft = (painted(view, given | {"soft_inpainting": on}) for on in (False, True))
    assert np.array_equal(soft[~view.holes], view.pixels[~view.holes])
    assert np.abs(plain - soft)[view.holes].max() > 1e-3
    # With a mask of 1 everywhere nothing of the old is mixed in, softly or not.
    whole = beside(64, 64, known=0)
    one, two = (painted(whole, given | {"mask_blur": 0, "soft_inpainting": on}) for on in (False, True))
    np.testing.assert_allclose(one, two, atol=1e-5)
