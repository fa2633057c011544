import numpy as np
import pytest
from scipy.ndimage import distance_transform_cdt

from outpaint.painters.edge_pad import PAINTER
from painters.painting import outside, paint, photo, view_of


def ring_by_ring(pixels, holes):
    """The definition, ring after ring on whole arrays, in float64."""
    ring = distance_transform_cdt(holes, "taxicab")
    answer = np.pad(pixels.astype(np.float64), ((1, 1), (1, 1), (0, 0)))
    rings = np.pad(ring, 1, constant_values=-1)
    moves = ((-1, 0), (1, 0), (0, -1), (0, 1))
    for number in range(1, ring.max() + 1):
        total, count = np.zeros_like(answer), np.zeros(rings.shape)
        for move in moves:
            before = np.roll(rings, move, (0, 1)) == number - 1
            total += np.where(before[..., None], np.roll(answer, move, (0, 1)), 0)
            count += before
        here = rings == number
        answer[here] = total[here] / count[here][:, None]
    return answer[1:-1, 1:-1]


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_it_is_the_mean_of_neighbours_one_ring_before(share):
    holes = np.random.default_rng(2).random((41, 37)) < share
    view = view_of(photo(41, 37), holes)
    np.testing.assert_allclose(paint(PAINTER, view), ring_by_ring(view.pixels, holes), atol=1e-6)


def test_beside_a_straight_border_the_border_is_repeated():
    inner = photo(12, 9)
    padded = np.pad(inner, ((0, 0), (0, 40), (0, 0)), "edge")
    np.testing.assert_array_equal(paint(PAINTER, view_of(padded, outside(12, 49, 0, 0, 12, 9))), padded)


def test_where_two_borders_are_equally_far_they_mix():
    pixels = np.ones((5, 5, 3))
    pixels[:2] = 0
    holes = outside(5, 5, 0, 0, 2, 5)
    holes[3:] = False
    np.testing.assert_array_equal(paint(PAINTER, view_of(pixels, holes))[2], 0.5)
