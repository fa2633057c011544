"""Who is offered what: near a cut the shifts of both sides, nothing twice, and no order lost."""

import numpy as np

from outpaint.painters.patch.offers import Offers


def pairs(offers: Offers) -> list[tuple[int, int]]:
    of = np.repeat(np.arange(len(offers.first) - 1), np.diff(offers.first))
    return list(zip(of.tolist(), offers.pixels.tolist(), strict=True))


def test_near_a_cut_the_shifts_of_both_sides_are_offered() -> None:
    hole = np.zeros((9, 20), bool)
    hole[:, 4:] = True
    labels = np.zeros((9, 20), np.int32)
    labels[:, 12:] = 2
    free = np.nonzero(hole & (np.abs(np.arange(20) - 11.5) < 3))
    offers = Offers.nearby(labels, hole, free, 3)
    assert np.diff(offers.first).tolist() == [len(free[0]), 0, len(free[0])]
    np.testing.assert_array_equal(offers.pixels[: len(free[0])], np.arange(len(free[0])))


def test_what_is_below_zero_is_offered_nowhere_and_nothing_twice() -> None:
    hole = np.ones((9, 20), bool)
    labels = np.random.default_rng(0).integers(-2, 3, hole.shape).astype(np.int32)
    found = pairs(Offers.nearby(labels, hole, np.nonzero(hole), 3))
    assert len(found) == len(set(found))
    assert {number for number, _ in found} == {0, 1, 2}
    at = labels.ravel()
    assert {(int(at[i]), i) for i in range(len(at)) if at[i] >= 0} <= set(found)


def test_two_lists_in_one_and_a_part_of_it() -> None:
    hole = np.ones((3, 4), bool)
    few = Offers.everywhere(2, 12)
    near = Offers.nearby(np.zeros((3, 4), np.int32), hole, np.nonzero(hole), 1)
    both = few + near
    assert pairs(both) == pairs(few) + [(2, i) for _, i in pairs(near)]
    wanted = both.pixels % 2 == 0
    assert pairs(both.only(wanted)) == [pair for pair in pairs(both) if pair[1] % 2 == 0]
    assert len(both.only(wanted).first) == len(both.first)
