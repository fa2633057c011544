"""The membrane solver against a direct solve of the same equations."""

import numpy as np
import pytest
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import spsolve

from outpaint.blend.poisson_membrane import membrane


def equations(trust: np.ndarray, domain: np.ndarray, screen: float) -> sparse.csr_matrix:
    """Every equation written down, one row per cell."""
    height, width = domain.shape
    matrix = sparse.lil_matrix((domain.size, domain.size))
    for y in range(height):
        for x in range(width):
            here = y * width + x
            if not domain[y, x]:
                matrix[here, here] = 1
                continue
            matrix[here, here] = screen + trust[y, x]
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                if 0 <= y + dy < height and 0 <= x + dx < width and domain[y + dy, x + dx]:
                    matrix[here, here] += 1
                    matrix[here, (y + dy) * width + x + dx] -= 1
    return matrix.tocsr()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 17), st.integers(1, 17), st.integers(0, 10**6), st.sampled_from([1e-4, 1e-2, 1.0]))
def test_it_solves_the_screened_equations(height, width, seed, screen):
    random = np.random.default_rng(seed)
    domain = random.random((height, width)) < random.choice([0.6, 0.9, 1.0])
    trust = 8 * random.random((height, width)) * (random.random((height, width)) < 0.3)
    data = random.normal(size=(2, height, width))
    found = membrane(data, trust, domain, screen)
    matrix = equations(trust, domain, screen)
    for channel in range(2):
        wanted = spsolve(matrix, (domain * trust * data[channel]).ravel())
        error = found[channel].ravel() - wanted
        # The norm of the energy that is minimised: what the surface feels.
        assert error @ matrix @ error <= (1e-4) ** 2 * (wanted @ matrix @ wanted)
        if domain.all() and trust.max() > 1:
            assert np.abs(error).max() < 1e-3


def test_on_a_line_it_is_the_hyperbolic_cosine():
    """Data 1 at one end, free at the other: cosh((length - x) / L) / cosh(length / L)."""
    length, reach = 200, 80.0
    trust = np.zeros((1, length + 1))
    trust[0, 0] = 1e4
    data = np.ones((1, 1, length + 1))
    found = membrane(data, trust, np.ones((1, length + 1), bool), reach**-2)[0, 0]
    x = np.arange(length + 1)
    # The free border lies half a cell beyond the last centre.
    wanted = np.cosh((length + 0.5 - x) / reach) / np.cosh((length + 0.5) / reach)
    assert np.abs(found - wanted).max() < 1e-3


def test_it_does_not_leak_out_of_its_domain():
    domain = np.ones((9, 9), bool)
    domain[:, 4] = False
    trust, data = np.zeros((9, 9)), np.ones((3, 9, 9))
    trust[4, 0] = 1
    found = membrane(data, trust, domain, 1e-3)
    assert np.abs(found[:, :, 4:]).max() < 1e-5 and (found[:, :, :4] > 0).all()


def test_no_data_is_a_flat_surface():
    assert not membrane(np.ones((3, 5, 7)), np.zeros((5, 7)), np.ones((5, 7), bool), 0.1).any()


@pytest.mark.parametrize("reach", [20.0, 2000.0])
def test_few_iterations_reach_far(reach):
    """A large frame with data on one side only is the hard case; the preconditioner must carry it across."""
    trust = np.zeros((150, 200))
    trust[:, 0] = 8
    found = membrane(np.ones((1, 150, 200)), trust, np.ones((150, 200), bool), reach**-2)[0]
    wanted = np.cosh((199.5 - 100) / reach) / np.cosh(199.5 / reach)
    assert found[75, 100] == pytest.approx(wanted, abs=0.02)
