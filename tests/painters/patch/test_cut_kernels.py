"""The minimum cut against SciPy's maximum flow: they are equal, and the side that is found has that very cost."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from outpaint.painters.patch.cut_kernels import FREE, cut


@pytest.mark.parametrize("seed", range(12))
def test_cost_of_the_cut_is_the_maximum_flow(seed: int) -> None:
    chance = np.random.default_rng(seed)
    height, width = chance.integers(1, 14, 2)
    n = height * width
    y, x = np.divmod(np.arange(n), width)
    beside = np.stack([np.arange(n) + step for step in (1, -1, width, -width)], axis=1).astype(np.int32)
    ends = np.stack([x == width - 1, x == 0, y == height - 1, y == 0], axis=1)
    beside[ends] = -1
    capacity = (chance.integers(0, 20, (n, 4)) * (chance.random((n, 4)) < 0.8) * ~ends).astype(np.int32)
    terminal = chance.integers(-30, 30, n).astype(np.int32)

    matrix = np.zeros((n + 2, n + 2), np.int32)
    for i, d in zip(*np.nonzero(capacity), strict=True):
        matrix[i, beside[i, d]] = capacity[i, d]
    matrix[n, :n] = np.maximum(terminal, 0)
    matrix[:n, n + 1] = np.maximum(-terminal, 0)
    flow = maximum_flow(csr_matrix(matrix), n, n + 1).flow_value

    parent, sink, queued = np.zeros(n, np.int8), np.zeros(n, bool), np.zeros(n, bool)
    stamp, dist, queue = (np.zeros(n, np.int32) for _ in range(3))
    cut(capacity.copy(), terminal.copy(), beside, parent, sink, stamp, dist, queue, queued, np.zeros(n + 1, np.int32))
    side = (parent != FREE) & sink
    cost = matrix[n, :n][side].sum() + matrix[:n, n + 1][~side].sum() + matrix[:n, :n][np.ix_(~side, side)].sum()
    assert cost == flow
