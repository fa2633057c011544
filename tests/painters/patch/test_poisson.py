"""The multigrid solver against a direct sparse solver."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve

from outpaint.painters.patch.poisson import Grid, between, shared, solved


def exact(flow: np.ndarray, free: np.ndarray, damping: np.ndarray) -> np.ndarray:
    height, width = free.shape
    number = np.full(free.shape, -1)
    number[free] = np.arange(free.sum())
    system = lil_matrix((free.sum(), free.sum()))
    for y, x in np.argwhere(free):
        i = number[y, x]
        system[i, i] = damping[y, x]
        for t, s in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
            if 0 <= t < height and 0 <= s < width:
                system[i, i] += 1
                if free[t, s]:
                    system[i, number[t, s]] = -1
    answer = np.zeros_like(flow)
    for channel in range(flow.shape[2]):
        answer[free, channel] = spsolve(system.tocsr(), flow[free, channel])
    return answer


@pytest.mark.parametrize("where", ["right", "around", "scattered"])
@pytest.mark.parametrize("fade", [0.0002, 0.1])
def test_it_solves_the_equation(where: str, fade: float) -> None:
    chance = np.random.default_rng(0)
    free = np.zeros((45, 64), bool)
    if where == "right":
        free[:, 32:] = True
    elif where == "around":
        free[:] = True
        free[12:30, 16:48] = False
    else:
        free = chance.random((45, 64)) < 0.7
    flow = chance.normal(0, 0.1, (45, 64, 3)).astype(np.float32)
    # A joint of one step along column 40, where the coarse grids have their borders.
    flow[:, 39] -= 0.2
    flow[:, 40] += 0.2
    flow *= free[..., None]
    damping = np.full(free.shape, fade, np.float32)
    want = exact(flow, free, damping)
    assert np.abs(solved(flow, free, damping) - want).max() < 0.06 * np.abs(want).max()


@given(st.integers(1, 20), st.integers(1, 20))
def test_sharing_keeps_the_sum_and_is_the_transpose_of_the_way_back(height: int, width: int) -> None:
    chance = np.random.default_rng(height * 21 + width)
    every = Grid.of(np.ones((height, width), bool), np.ones((height, width), np.float32))
    fine = chance.random((height, width, 2)).astype(np.float32)
    down = shared(fine, every.coarser())
    coarse = chance.random(down.shape).astype(np.float32)
    up = between(coarse, np.zeros_like(fine), every)
    np.testing.assert_allclose(down.sum((0, 1)), fine.sum((0, 1)), rtol=1e-4)
    np.testing.assert_allclose((down * coarse).sum(), (fine * up).sum(), rtol=1e-4)
