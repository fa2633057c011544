"""Joints close: tones meet, textures stay, and nothing leaves the photo's range by far."""

import numpy as np

from outpaint.painters.patch.compose import BEYOND, composed, held
from outpaint.painters.patch.pieces import Pieces


def two_pieces(height: int, width: int, start: int) -> tuple[np.ndarray, Pieces]:
    known = np.zeros((height, width), bool)
    known[:, :start] = True
    labels = np.zeros((height, width), np.int32)
    labels[height // 2 :] = 1
    shifts = np.array([[0, 0, -start], [0, -1, -start // 2]], np.int32)
    return known, Pieces.straight(shifts, labels)


def test_a_gradient_is_continued_without_a_step() -> None:
    """Both pieces come from elsewhere on the gradient, in another tone; their joints must not show."""
    known, pieces = two_pieces(60, 90, 60)
    y, x = np.mgrid[:60, :90].astype(np.float32)
    pixels = np.repeat((0.2 + 0.002 * x + 0.0015 * y)[..., None], 3, 2) * known[..., None]
    pixels = pixels.astype(np.float32)
    answer = composed(pixels, known, pieces)
    for axis in (0, 1):
        assert np.abs(np.diff(answer, axis=axis)).max() < 0.006
    np.testing.assert_array_equal(answer[known], pixels[known])


def test_a_hard_edge_at_the_border_does_not_stain_the_hole() -> None:
    """White meets a piece of black: the white is led over within a few pixels, not spread."""
    known, _ = two_pieces(40, 80, 50)
    pixels = np.zeros((40, 80, 3), np.float32)
    pixels[10:30, 30:50] = 1
    pieces = Pieces.straight(np.array([[0, 0, -50]], np.int32), np.zeros((40, 80), np.int32))
    answer = composed(pixels, known, pieces)
    assert answer[:, 66:].max() < 0.03


def test_copied_texture_stays_as_it_is() -> None:
    grain = np.random.default_rng(0).normal(0.5, 0.1, (60, 90, 3)).astype(np.float32)
    known, _ = two_pieces(60, 90, 60)
    grain *= known[..., None]
    pieces = Pieces.straight(np.array([[0, 0, -60]], np.int32), np.zeros((60, 90), np.int32))
    answer = composed(grain, known, pieces)
    inner = answer[:, 75:] - grain[:, 15:30]
    assert np.abs(inner - inner.mean()).max() < 0.02


def test_colours_are_held_near_the_range_of_the_photo() -> None:
    pixels = np.full((4, 4, 3), 0.4, np.float32)
    pixels[0] = 0.6
    hole = np.zeros((4, 4), bool)
    hole[:, 3] = True
    out = np.full((4, 4, 3), 2.0, np.float32)
    held(out, pixels, hole)
    np.testing.assert_allclose(out[:, 3], 0.6 + BEYOND * 0.2, atol=1e-6)
    np.testing.assert_array_equal(out[:, :3], 2.0)
