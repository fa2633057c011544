"""The shifts that continue a picture are among those offered, and where a reflection is best it says so."""

import numpy as np
import pytest

from outpaint.painters.patch.field import blank, woven
from outpaint.painters.patch.offsets import (
    ALONE,
    BESIDE,
    MIRRORED,
    WIDE,
    Tolls,
    border_matches,
    ground,
    mirrored,
    reflections,
    votes,
)
from outpaint.painters.patch.pyramid import MARGIN, Level, textured


def level_of(whole: np.ndarray, known: np.ndarray) -> Level:
    return Level(textured(whole * known[..., None], known), known, 3)


def right_of(width: int, whole: int = 120, height: int = 60) -> np.ndarray:
    known = np.zeros((height, whole), bool)
    known[:, :width] = True
    return known


def test_the_period_of_a_pattern_is_found_at_the_border() -> None:
    tile = np.random.default_rng(0).integers(0, 256, (60, 23, 3)).astype(np.uint8)
    level = level_of(np.tile(tile, (1, 6, 1))[:, :120], right_of(90))
    found = border_matches(level, 0.0)
    assert any(flipped == 0 and down == 0 and across % 23 == 0 for flipped, down, across in found)


def test_every_match_reaches_into_the_hole() -> None:
    whole = np.random.default_rng(0).integers(0, 256, (60, 120, 3)).astype(np.uint8)
    for flipped, _, across in border_matches(level_of(whole, right_of(90)), 0.0):
        u = across - 90 if flipped else 90 + across
        assert 0 <= u < 90


def test_votes_are_the_fields_most_frequent_shifts() -> None:
    whole = np.random.default_rng(0).integers(0, 256, (60, 120, 3)).astype(np.uint8)
    level = level_of(whole, right_of(80))
    field = blank(level)
    ys, xs = np.nonzero(level.target)
    field[0, ys, xs] = np.clip(ys - MARGIN, 3, 56)
    field[1, ys, xs] = np.clip(xs - MARGIN - 60, 3, 76)
    assert votes(level, woven(level, field))[0] == (0, 0, -60)


def test_what_is_woven_shows_the_middle_of_every_patch() -> None:
    level = level_of(np.random.default_rng(0).integers(0, 256, (60, 120, 3)).astype(np.uint8), right_of(80))
    chance = np.random.default_rng(1)
    field = blank(level)
    field[0] = chance.integers(3, 57, field.shape[1:])
    field[1] = np.where(
        chance.random(field.shape[1:]) < 0.5, *(chance.integers(*b, field.shape[1:]) for b in ((3, 77), (163, 237)))
    )
    hole = ~level.known
    inner = field[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    shown = level.pixels[woven(level, field).sources()]
    np.testing.assert_array_equal(shown[hole], level.source[inner[0], inner[1]][hole])


def test_tolls_are_those_of_the_reflection_near_it_and_differ_by_seed() -> None:
    shifts = np.array([[0, 5, -60], [1, 0, 199], [1, 0, 200], [1, 3, 205], [1, 0, 250], [0, 0, 199]], np.int32)
    whole = {(1, 0, 199): -300.0}
    assert Tolls(whole, 8).of(shifts).tolist() == [0, -300, BESIDE, BESIDE, MIRRORED, 0]
    assert Tolls(whole, 8, 1).of(shifts).tolist() == [0, -300, -300, BESIDE, MIRRORED, 0]
    one, two = Tolls(whole, 8, 0, 70, 1).of(shifts), Tolls(whole, 8, 0, 70, 2).of(shifts)
    assert ((one >= Tolls(whole, 8).of(shifts)) & (one <= Tolls(whole, 8).of(shifts) + 70)).all()
    assert (one != two).any()


@pytest.mark.parametrize(("depth", "toll"), [(20, BESIDE), (100, WIDE)])
def test_the_deeper_the_hole_the_cheaper_the_reflection(depth: int, toll: float) -> None:
    whole = np.random.default_rng(0).integers(0, 256, (60, 100 + depth, 3)).astype(np.uint8)
    found = reflections(level_of(whole, right_of(100, 100 + depth)))
    assert found == {(1, 0, 199): pytest.approx(toll)}


def test_on_a_plain_ground_a_reflection_completes_what_is_cut() -> None:
    whole = np.zeros((60, 120, 3), np.uint8)
    whole[20:40, 85:100] = 200
    level = level_of(whole, right_of(100))
    assert ground(level) > 0.9
    assert reflections(level)[(1, 0, 199)] == pytest.approx(ALONE)


@pytest.mark.parametrize("seen", [1.0, 0.8])
def test_a_reflection_is_not_reflected_again(seen: float) -> None:
    half = np.random.default_rng(0).integers(0, 256, (60, 100, 3)).astype(np.uint8)
    both = np.concatenate([half, half[:, : round(100 * (1 - seen)) - 1 if seen < 1 else None : -1]], axis=1)
    assert mirrored(both) and not mirrored(half)
    width = both.shape[1]
    level = level_of(np.concatenate([both, both], axis=1), right_of(width, 2 * width))
    assert reflections(level) == {(1, 0, 2 * width - 1): pytest.approx(BESIDE)}
