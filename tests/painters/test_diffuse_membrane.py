import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_matrix, diags_array
from scipy.sparse.linalg import spsolve

from outpaint.painters.diffuse_membrane import EXACT, membrane
from painters.painting import outside, photo, view_of


def by_a_direct_solver(pixels, holes):
    """The same equations, solved by elimination."""
    number = np.cumsum(holes.ravel()).reshape(holes.shape) - 1
    count = holes.sum()
    matrix, right = csc_matrix((count, count)), np.zeros((count, 3))
    degree = np.zeros(count)
    for move in (0, 1), (1, 0), (0, -1), (-1, 0):
        y, x = np.nonzero(holes)
        v, u = y + move[0], x + move[1]
        inside = (v >= 0) & (v < holes.shape[0]) & (u >= 0) & (u < holes.shape[1])
        p, v, u = number[y, x][inside], v[inside], u[inside]
        degree[p] += 1
        free = holes[v, u]
        matrix += csc_matrix((np.ones(free.sum()), (p[free], number[v, u][free])), (count, count))
        right[p[~free]] += pixels[v, u][~free]
    answer = pixels.astype(np.float64)
    answer[holes] = spsolve(csc_matrix(diags_array(degree) - matrix), right).reshape(-1, 3)
    return answer


def wall(height, width):
    """Two rooms, joined by a gap: known pixels one wide."""
    holes = np.ones((height, width), bool)
    holes[:-9, width // 3] = False
    return holes


@pytest.mark.parametrize(
    "holes",
    [
        pytest.param(outside(61, 90, 15, 21, 40, 60), id="outside"),
        pytest.param(outside(64, 97, 0, 0, 64, 37), id="one side"),
        pytest.param(~outside(60, 90, 11, 13, 51, 71), id="inside"),
        pytest.param(wall(70, 60), id="wall"),
        pytest.param(np.arange(50 * 60).reshape(50, 60) % 7 > 0, id="stripes"),
        *(
            pytest.param(np.random.default_rng(0).random((70, 83)) < s, id=f"{s:.1%}")
            for s in (0.3, 0.9, 0.99, 0.999)
        ),
    ],
)
def test_it_is_the_direct_solvers(holes):
    view = view_of(np.random.default_rng(1).random((*holes.shape, 3)), holes)
    np.testing.assert_allclose(membrane(view.pixels, holes), by_a_direct_solver(view.pixels, holes), atol=EXACT)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.02, 1), st.integers(0, 99))
def test_it_is_the_direct_solvers_for_any_size(height, width, share, seed):
    holes = np.random.default_rng(seed).random((height, width)) < share
    holes.flat[seed * 7 % holes.size] = False
    holes.flat[seed * 5 % holes.size] |= height * width > 1 and seed * 5 % holes.size != seed * 7 % holes.size
    view = view_of(photo(height, width, seed), holes)
    expected = by_a_direct_solver(view.pixels, holes) if holes.any() else view.pixels
    np.testing.assert_allclose(membrane(view.pixels, holes), expected, atol=EXACT)


def test_a_ramp_goes_on_through_a_hole():
    y, x = np.mgrid[0:150, 0:201]
    ramp = np.stack([x / 200, y / 149, (x + y) / 350], -1)
    holes = np.hypot(y - 70, x - 90) < 60
    np.testing.assert_allclose(membrane(view_of(ramp, holes).pixels, holes), ramp, atol=EXACT)


def test_a_photo_with_no_holes_stays():
    pixels = photo(9, 8)
    np.testing.assert_array_equal(membrane(pixels, np.zeros((9, 8), bool)), pixels)
