"""Lines meet across joints after a little bending; what meets already stays as it is."""

import numpy as np
import pytest

from outpaint.painters.patch.bending import bent, best
from outpaint.painters.patch.compose import composed
from outpaint.painters.patch.joints import Joints
from outpaint.painters.patch.pieces import Pieces, source_of

HEIGHT, WIDTH, START = 120, 200, 120


def one_piece(flipped: int, across: int) -> tuple[np.ndarray, Pieces]:
    known = np.zeros((HEIGHT, WIDTH), bool)
    known[:, :START] = True
    return known, Pieces.straight(np.array([[flipped, 0, across]], np.int32), np.zeros((HEIGHT, WIDTH), np.int32))


def lines(slope: float, known: np.ndarray) -> np.ndarray:
    """Soft bars that rise by `slope` pixels a column: no shift along the row continues them exactly."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    wave = 0.5 + 0.4 * np.sin((y - slope * x) * 2 * np.pi / 40)
    return np.repeat(wave[..., None], 3, 2).astype(np.float32) * known[..., None]


def steps_at_the_border(pixels: np.ndarray, known: np.ndarray, pieces: Pieces) -> float:
    """How much the copied pixels beside the border differ from the known ones, without tones."""
    v, u = pieces.sources()
    return float(np.abs(pixels[v, u][:, START] - pixels[:, START - 1]).mean())


@pytest.mark.parametrize("slope", [0.06, -0.06, 0.04])
def test_lines_that_arrive_a_few_pixels_off_are_led_to_their_place(slope: float) -> None:
    known, pieces = one_piece(0, -80)
    pixels = lines(slope, known)
    before = steps_at_the_border(pixels, known, pieces)
    after = steps_at_the_border(pixels, known, bent(pixels, known, pieces))
    assert before > 0.1
    assert after < before / 3


def test_a_mirrored_piece_is_bent_in_the_plane_of_the_picture() -> None:
    known, pieces = one_piece(1, 2 * START - 1 - 40)
    pixels = lines(0.08, known)
    before = steps_at_the_border(pixels, known, pieces)
    assert steps_at_the_border(pixels, known, bent(pixels, known, pieces)) < before / 3


def test_what_fits_is_not_bent() -> None:
    known, pieces = one_piece(0, -80)
    pixels = lines(0, known)
    assert not bent(pixels, known, pieces).bend.any()
    noise = np.random.default_rng(0).random((HEIGHT, 80, 3)).astype(np.float32)
    tiled = np.tile(noise, (1, 3, 1))[:, :WIDTH] * known[..., None]
    assert not bent(tiled, known, pieces).bend.any()


@pytest.mark.parametrize("start", [119, 120])
def test_a_reflection_is_not_bent(start: int) -> None:
    known = np.zeros((HEIGHT, WIDTH), bool)
    known[:, :start] = True
    pixels = np.random.default_rng(4).random((HEIGHT, WIDTH, 3)).astype(np.float32) * known[..., None]
    pieces = Pieces.straight(np.array([[1, 0, 2 * start - 1]], np.int32), np.zeros((HEIGHT, WIDTH), np.int32))
    assert not bent(pixels, known, pieces).bend.any()


def test_a_flat_picture_is_not_bent() -> None:
    known, pieces = one_piece(0, -80)
    assert not bent(np.full((HEIGHT, WIDTH, 3), 0.4, np.float32) * known[..., None], known, pieces).bend.any()


def test_bending_fades_and_never_leaves_the_photo() -> None:
    known, pieces = one_piece(0, -90)
    pixels = lines(0.06, known)
    answer = bent(pixels, known, pieces)
    sizes = np.abs(answer.bend[:, START:]).max((0, 2))
    assert sizes[:10].max() >= 3
    assert sizes[-10:].max() <= sizes[:10].max() / 2
    assert known[answer.sources()][~known].all()
    assert not answer.bend[known].any()
    assert np.isfinite(composed(pixels, known, answer)).all()


@pytest.mark.parametrize("shape", [(1, 9), (47, 60), (48, 49), (97, 130)])
def test_every_size_is_answered(shape: tuple[int, int]) -> None:
    known = np.ones(shape, bool)
    known[:, shape[1] // 2 :] = False
    pixels = np.random.default_rng(1).random((*shape, 3)).astype(np.float32) * known[..., None]
    pieces = Pieces.straight(np.array([[0, 0, -(shape[1] // 2)]], np.int32), np.zeros(shape, np.int32))
    assert bent(pixels, known, pieces).bend.shape == (*shape, 2)


def test_sources_are_bent_before_they_are_shifted() -> None:
    chance = np.random.default_rng(2)
    shifts = np.array([[0, 1, -4], [1, -1, 9]], np.int32)
    pieces = Pieces(
        shifts, chance.integers(0, 2, (7, 9), dtype=np.int32), chance.integers(-1, 2, (7, 9, 2), np.int32)
    )
    v, u = pieces.sources()
    for y in range(7):
        for x in range(9):
            place = np.array(y + pieces.bend[y, x, 0]), np.array(x + pieces.bend[y, x, 1])
            p, q = source_of(shifts[pieces.labels[y, x]], *place)
            assert (v[y, x], u[y, x]) == (np.clip(p, 0, 6), np.clip(q, 0, 8))


def test_the_best_move_is_the_smallest_of_the_good_ones() -> None:
    moves = np.moveaxis(np.mgrid[-2:3, -2:3], 0, 2).reshape(-1, 2)
    gap = np.full((1, 4, 25), -1, np.float32)
    gap[0, 0] = 0.01 * (moves[:, 0] - 1) ** 2  # a horizontal line, one row below: it can slide along itself
    gap[0, 1] = 0.01 * ((moves - (-2, 1)) ** 2).sum(1)
    gap[0, 2] = 0.5  # nothing fits
    found = best(gap, 2)
    np.testing.assert_allclose(found[0, 0], (1, 0), atol=0.1)
    np.testing.assert_allclose(found[0, 1], (-2, 1), atol=0.1)
    assert not found[0, 2:].any()


def test_what_flows_into_one_piece_flows_out_of_the_other() -> None:
    known = np.zeros((6, 12), bool)
    labels = np.zeros((6, 12), np.int32)
    labels[:, 7:] = 1
    known[:, :3] = True
    joints = Joints.of(labels, known)
    flow = joints.flow(np.random.default_rng(3).random((len(joints), 4, 2)).astype(np.float32))
    np.testing.assert_allclose(flow[:, 6] + flow[:, 7], 0, atol=1e-6)
    assert (flow[:, 3] > 0).all()
    assert not flow[:, 4:6].any()
    assert not flow[:, 8:].any()
