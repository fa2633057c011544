"""Alpha-expansion never makes a labelling worse, finds the best of small ones, and pieces keep their place."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outpaint.painters.patch import label_kernels as kernels
from outpaint.painters.patch.labelling import Costs, Offers, assembled, finer, first_labels
from outpaint.painters.patch.pieces import Pieces, seams, source_of
from outpaint.painters.patch.pyramid import build, textured


def scene(pixels: np.ndarray, known: np.ndarray) -> kernels.Scene:
    height, width = known.shape
    none = np.zeros((height, width), np.float32)
    near = ~known
    return kernels.Scene(pixels, known, pixels, none, none, np.arange(height, dtype=np.int32), near)


def expanded(given: kernels.Scene, shifts: np.ndarray, labels: np.ndarray, sweeps: int) -> list[int]:
    """The cost before and after every sweep; labels are changed."""
    weights = kernels.Weights(np.float32(5), np.float32(3), np.float32(0.1), np.int32(1500), np.float32(20))
    tolls = 10 * shifts[:, 0].astype(np.float32)
    ys, xs = (part.astype(np.int32) for part in np.nonzero(~given.known))
    index = np.full(given.known.shape, -1, np.int32)
    offers = Offers.everywhere(len(shifts), len(ys))
    costs = [int(kernels.cost(given, weights, shifts, tolls, labels))]
    lists = offers.first, offers.pixels
    price = np.empty(len(offers.pixels), np.int32)
    kernels.charges(0, len(shifts), given, weights, shifts, tolls, *lists, ys, xs, price)
    for _ in range(sweeps):
        kernels.expand(given, weights, shifts, tolls, *lists, price, labels, ys, xs, index)
        costs.append(int(kernels.cost(given, weights, shifts, tolls, labels)))
    return costs


def random_case(seed: int, height: int, width: int, hole: int, offers: int) -> tuple[kernels.Scene, np.ndarray]:
    chance = np.random.default_rng(seed)
    pixels = chance.integers(0, 256, (height, width, 4)).astype(np.uint8)
    known = np.ones((height, width), bool)
    known[:, width - hole :] = False
    shifts = np.stack(
        [
            np.zeros(offers, np.int32),
            chance.integers(-1, 2, offers, dtype=np.int32),
            -chance.integers(hole, width - hole + 1, offers, dtype=np.int32),
        ],
        axis=1,
    )
    shifts[0] = (1, 0, 2 * (width - hole) - 1)
    return scene(pixels, known), np.ascontiguousarray(shifts)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_no_offer_makes_it_worse(seed: int) -> None:
    given, shifts = random_case(seed, 9, 16, 6, 6)
    labels = np.random.default_rng(seed).integers(0, 6, given.known.shape, dtype=np.int32)
    costs = expanded(given, shifts, labels, 3)
    assert all(after <= before for before, after in itertools.pairwise(costs))


@pytest.mark.parametrize("seed", range(8))
def test_two_labels_are_solved_exactly(seed: int) -> None:
    """With two shifts an expansion is one minimum cut: compare with all 2^n labellings."""
    given, shifts = random_case(seed, 3, 9, 3, 2)
    weights = kernels.Weights(np.float32(5), np.float32(3), np.float32(0.1), np.int32(1_000_000), np.float32(20))
    tolls = np.zeros(2, np.float32)
    hole = np.argwhere(~given.known)
    labels = np.zeros(given.known.shape, np.int32)
    best = None
    for choice in itertools.product((0, 1), repeat=len(hole)):
        labels[tuple(hole.T)] = choice
        cost = int(kernels.cost(given, weights, shifts, tolls, labels))
        best = cost if best is None else min(best, cost)
    labels[:] = 0
    ys, xs = (part.astype(np.int32) for part in hole.T)
    index = np.full(given.known.shape, -1, np.int32)
    offers = Offers.everywhere(2, len(ys))
    price = np.empty(len(offers.pixels), np.int32)
    kernels.charges(0, 2, given, weights, shifts, tolls, offers.first, offers.pixels, ys, xs, price)
    kernels.expand(given, weights, shifts, tolls, offers.first, offers.pixels, price, labels, ys, xs, index)
    assert int(kernels.cost(given, weights, shifts, tolls, labels)) == best


@given(st.integers(0, 1), st.integers(-9, 9), st.integers(-9, 40), st.integers(2, 4))
def test_enlarged_pieces_show_the_same_places(flipped: int, down: int, across: int, factor: int) -> None:
    """Every pixel of a block shows a pixel of the block that its small pixel shows."""
    pieces = Pieces.straight(np.array([[flipped, down, across]], np.int32), np.zeros((5, 7), np.int32))
    large = pieces.enlarged(5 * factor, 7 * factor, factor)
    y, x = np.mgrid[: 5 * factor, : 7 * factor]
    v, u = source_of(large.shifts[0], y, x)
    small_v, small_u = source_of(pieces.shifts[0], y // factor, x // factor)
    np.testing.assert_array_equal(v // factor, small_v)
    np.testing.assert_array_equal(u // factor, small_u)


def test_the_first_labels_show_what_is_known() -> None:
    known = np.zeros((10, 30), bool)
    known[:, :15] = True
    shifts = np.array([[0, 0, -15], [1, 0, 29], [0, 0, -20]], np.int32)
    labels = first_labels(known, shifts)
    assert (labels[~known] == 0).all()
    labels = first_labels(known, shifts[::-1].copy())
    y, x = np.nonzero(~known)
    for number, shift in enumerate(shifts[::-1]):
        mine = labels[y, x] == number
        v, u = source_of(shift, y[mine], x[mine])
        assert known[v, u].all()


def test_seams_lie_on_both_sides_of_joints_and_at_the_border() -> None:
    hole = np.zeros((4, 8), bool)
    hole[:, 2:] = True
    labels = np.zeros((4, 8), np.int32)
    labels[:, 5:] = 1
    assert np.flatnonzero(seams(labels, hole).all(0)).tolist() == [2, 4, 5]
    assert not seams(labels, hole)[:, [0, 1, 3, 6, 7]].any()


def test_a_finer_level_finds_the_exact_place() -> None:
    """A pattern with an odd period: half the size can only say it to two pixels, the full size says it exactly."""
    chance = np.random.default_rng(0)
    tile = chance.integers(0, 256, (60, 21, 3)).astype(np.uint8)
    whole = np.tile(tile, (1, 6, 1))
    known = np.zeros(whole.shape[:2], bool)
    known[:, :90] = True
    level = build(textured(whole * known[..., None], known), known, 3)
    coarse = Pieces.straight(np.array([[0, 0, -21]], np.int32), np.zeros((30, 63), np.int32))
    pieces = finer(coarse, level, 0.0)
    assert pieces.shifts.tolist() == [[0, 0, -42]]
    coarse = Pieces.straight(np.array([[0, 0, -31]], np.int32), np.zeros((30, 63), np.int32))
    assert finer(coarse, level, 0.0).shifts.tolist() == [[0, 0, -63]]


def test_what_is_assembled_is_known_and_needs_no_shift_that_it_does_not_use() -> None:
    chance = np.random.default_rng(1)
    pixels = chance.integers(0, 256, (24, 40, 3)).astype(np.uint8)
    known = np.zeros((24, 40), bool)
    known[:, :26] = True
    level = build(textured(pixels * known[..., None], known), known, 2)
    level.canvas[level.target] = 128
    shifts = np.array([[0, 0, -14], [1, 0, 51], [0, 1, -20], [0, 50, 0]], np.int32)
    none = np.zeros(known.shape, np.float32)
    pieces = assembled(level, shifts, Costs(100.0, none, np.zeros(4, np.float32)))
    v, u = (part[~known] for part in pieces.sources())
    assert known[v, u].all()
    assert sorted(np.unique(pieces.labels[~known])) == list(range(len(pieces.shifts)))


def test_near_a_cut_the_shifts_of_both_sides_are_offered() -> None:
    hole = np.zeros((9, 20), bool)
    hole[:, 4:] = True
    labels = np.zeros((9, 20), np.int32)
    labels[:, 12:] = 2
    free = np.nonzero(hole & (np.abs(np.arange(20) - 11.5) < 3))
    offers = Offers.nearby(labels, hole, free, 3)
    assert np.diff(offers.first).tolist() == [len(free[0]), 0, len(free[0])]
    np.testing.assert_array_equal(offers.pixels[: len(free[0])], np.arange(len(free[0])))
