"""Alpha-expansion never makes a labelling worse, finds the best of small ones, and pieces keep their place."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outpaint.nearest import distance_to
from outpaint.painters.patch import label_kernels as kernels
from outpaint.painters.patch.expand_kernels import expand
from outpaint.painters.patch.labelling import BLOCK, Costs, assembled, blocks, cuts, finer, revised
from outpaint.painters.patch.offers import Offers
from outpaint.painters.patch.pieces import Pieces, seams, source_of
from outpaint.painters.patch.pyramid import MARGIN, Level, textured


def scene(pixels: np.ndarray, known: np.ndarray) -> kernels.Scene:
    height, width = known.shape
    none = np.zeros((height, width), np.float32)
    near = ~known
    return kernels.Scene(pixels, known, pixels, none, none, np.arange(height, dtype=np.int32), near)


def expanded(given: kernels.Scene, shifts: np.ndarray, labels: np.ndarray, sweeps: int) -> list[int]:
    """The cost before and after every sweep; labels are changed."""
    weights = kernels.Weights(
        np.float32(5), np.float32(0), np.float32(3), np.float32(0.1), np.int32(1500), np.float32(20)
    )
    tolls = 10 * shifts[:, 0].astype(np.float32)
    ys, xs = (part.astype(np.int32) for part in np.nonzero(~given.known))
    offers = Offers.everywhere(len(shifts), len(ys))
    costs = [int(kernels.cost(given, weights, shifts, tolls, labels))]
    lists = offers.first, offers.pixels
    price = np.empty(len(offers.pixels), np.int32)
    kernels.charges(0, len(shifts), given, weights, shifts, tolls, *lists, ys, xs, price)
    for _ in range(sweeps):
        expand(given, weights, shifts, tolls, *lists, price, labels, ys, xs)
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
    weights = kernels.Weights(
        np.float32(5), np.float32(0), np.float32(3), np.float32(0.1), np.int32(1_000_000), np.float32(20)
    )
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
    offers = Offers.everywhere(2, len(ys))
    price = np.empty(len(offers.pixels), np.int32)
    kernels.charges(0, 2, given, weights, shifts, tolls, offers.first, offers.pixels, ys, xs, price)
    expand(given, weights, shifts, tolls, offers.first, offers.pixels, price, labels, ys, xs)
    assert int(kernels.cost(given, weights, shifts, tolls, labels)) == best


def test_rows_within_the_leeway_cost_nothing() -> None:
    known = np.ones((40, 20), bool)
    known[:, 10:] = False
    given = scene(np.full((40, 20, 4), 90, np.uint8), known)
    weights = kernels.Weights(
        np.float32(7), np.float32(3), np.float32(0), np.float32(0), np.int32(1500), np.float32(20)
    )
    shifts = np.array([[0, down, -10] for down in (0, 3, -3, 5, -6)], np.int32)
    found = [int(kernels.charge(given, weights, shift, np.float32(0), 20, 15)) for shift in shifts]
    assert found == [0, 0, 0, 14, 21]


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


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_what_cannot_be_shown_need_not_be_offered(seed: int) -> None:
    """Leaving out the offers of unknown pixels changes no label."""
    given, shifts = random_case(seed, 9, 16, 6, 6)
    shifts = np.concatenate([shifts, np.array([[0, 5, -8]], np.int32)])  # beyond the last row
    weights = kernels.Weights(
        np.float32(5), np.float32(0), np.float32(3), np.float32(0.1), np.int32(1500), np.float32(20)
    )
    tolls = np.zeros(len(shifts), np.float32)
    ys, xs = (part.astype(np.int32) for part in np.nonzero(~given.known))
    offers = Offers.everywhere(len(shifts), len(ys))
    price = np.empty(len(offers.pixels), np.int32)
    kernels.charges(0, len(shifts), given, weights, shifts, tolls, offers.first, offers.pixels, ys, xs, price)
    can = price < kernels.NEVER
    assert not can.all()
    found = []
    for some, its in ((offers, price), (offers.only(can), price[can])):
        labels = np.zeros(given.known.shape, np.int32)
        expand(given, weights, shifts, tolls, some.first, some.pixels, its, labels, ys, xs)
        found.append(labels)
    np.testing.assert_array_equal(*found)


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
    level = Level(textured(whole * known[..., None], known), known, 3)
    coarse = Pieces.straight(np.array([[0, 0, -21]], np.int32), np.zeros((30, 63), np.int32))
    pieces = finer(coarse, level, 0.0)
    assert pieces.shifts.tolist() == [[0, 0, -42]]
    coarse = Pieces.straight(np.array([[0, 0, -31]], np.int32), np.zeros((30, 63), np.int32))
    assert finer(coarse, level, 0.0).shifts.tolist() == [[0, 0, -63]]


def woven_case(seed: int) -> tuple[Level, Pieces]:
    """A photo with a hole on all sides, every pixel of it copied from anywhere."""
    chance = np.random.default_rng(seed)
    pixels = chance.integers(0, 256, (24, 40, 3)).astype(np.uint8)
    known = np.zeros((24, 40), bool)
    known[7:17, 10:30] = True
    level = Level(textured(pixels * known[..., None], known), known, 2)
    level.canvas[level.target] = 128
    y, x = np.nonzero(~known)
    v, u = chance.integers(7, 17, len(y)), chance.integers(10, 30, len(y))
    labels = np.zeros(known.shape, np.int32)
    labels[y, x] = np.arange(len(y))
    return level, Pieces.straight(np.stack([np.zeros_like(y), v - y, u - x], axis=1).astype(np.int32), labels)


@pytest.mark.parametrize("seed", range(4))
def test_all_that_is_shown_is_known_and_no_shift_is_kept_for_nothing(seed: int) -> None:
    """Or next to it. Also in corners, which no shift that is offered may reach."""
    level, woven = woven_case(seed)
    shifts = np.array([[0, 0, -14], [1, 0, 51], [0, 1, -20], [0, 50, 0]], np.int32)
    costs = Costs(100.0, np.zeros(level.known.shape, np.float32), None)
    pieces = assembled(level, woven, shifts, costs)
    half = Pieces.straight(pieces.shifts // [1, 2, 2], np.ascontiguousarray(pieces.labels[::2, ::2]))
    for found in (pieces, revised(half, level, woven, costs)):
        v, u = (part[~level.known] for part in found.sources())
        assert (distance_to(level.known)[v, u] <= 1).all()
        assert sorted(np.unique(found.labels[~level.known])) == list(range(len(found.shifts)))


def test_what_the_search_found_is_kept_where_no_shift_that_is_offered_is_as_good() -> None:
    whole = np.tile(np.random.default_rng(2).integers(0, 256, (24, 14, 3)).astype(np.uint8), (1, 5, 1))
    known = np.broadcast_to(np.arange(70) < 45, (24, 70))
    level = Level(textured(whole * known[..., None], known), known, 2)
    level.canvas[MARGIN:-MARGIN, MARGIN:-MARGIN, :3] = whole
    woven = Pieces.straight(np.array([[0, 0, -28]], np.int32), np.zeros(known.shape, np.int32))
    pieces = assembled(
        level, woven, np.array([[0, 0, -33]], np.int32), Costs(0.0, np.zeros((24, 70), np.float32), None)
    )
    assert pieces.shifts.tolist() == [[0, 0, -28]]


def test_only_what_is_seen_of_cuts_is_counted() -> None:
    """A pattern that goes on costs nothing, from wherever it is taken; a piece that is off by some pixels does."""
    whole = np.tile(np.random.default_rng(5).integers(0, 256, (24, 14, 3)).astype(np.uint8), (1, 5, 1))
    known = np.broadcast_to(np.arange(70) < 45, (24, 70))
    level = Level(np.dstack([whole * known[..., None], np.zeros_like(whole[..., :1])]), known, 2)
    shifts = np.array([[0, 0, -28], [0, 0, -42], [0, 0, -33]], np.int32)
    labels = np.zeros(known.shape, np.int32)
    assert cuts(level, Pieces.straight(shifts, labels)) == 0
    labels[12:] = 1
    assert cuts(level, Pieces.straight(shifts, labels)) < 10 * 25  # a joint of two that agree costs a little
    labels[12:] = 2
    assert cuts(level, Pieces.straight(shifts, labels)) > 100 * 25


@given(st.integers(1, 5 * BLOCK), st.integers(1, 6), st.integers(0, 100))
def test_blocks_that_are_cut_at_the_same_time_do_not_touch(height: int, width: int, seed: int) -> None:
    band = np.random.default_rng(seed).random((height, width)) < 0.7
    covered = np.zeros(band.shape, bool)
    for side_by_side in blocks(band):
        number = np.full(band.shape, -1)
        for n, places in enumerate(side_by_side):
            assert (number[places] == -1).all()
            number[places] = n
        upper, lower = number[:-1], number[1:]
        assert not ((upper >= 0) & (lower >= 0) & (upper != lower)).any()
        covered |= number >= 0
    np.testing.assert_array_equal(covered, band)
