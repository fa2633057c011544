import os
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.ndimage import distance_transform_edt

from outpaint.nearest import distance_to, nearest_known

SOMETHING_KNOWN = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=24)).filter(np.any)


@given(SOMETHING_KNOWN)
def test_distances_are_those_of_scipy(known):
    rows, columns = nearest_known(known)
    assert known[rows, columns].all()
    y, x = np.indices(known.shape)
    expected = distance_transform_edt(~known)
    np.testing.assert_allclose(np.hypot(rows - y, columns - x), expected, rtol=1e-12)
    np.testing.assert_allclose(distance_to(known), expected, rtol=1e-6)


def test_the_leftmost_then_the_upper_one_wins():
    known = np.zeros((5, 5), bool)
    known[[0, 2, 2, 4], [2, 0, 4, 2]] = True
    rows, columns = nearest_known(known)
    assert (rows[2, 2], columns[2, 2]) == (2, 0)
    known[2] = False
    rows, columns = nearest_known(known)
    assert (rows[2, 2], columns[2, 2]) == (0, 2)


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_the_short_cut_for_rectangles_agrees_with_the_kernels(height, width, data):
    top = data.draw(st.integers(0, height - 1))
    left = data.draw(st.integers(0, width - 1))
    known = np.zeros((height, width), bool)
    known[top : data.draw(st.integers(top + 1, height)), left : data.draw(st.integers(left + 1, width))] = True
    from outpaint.nearest_kernels import nearest_in_column, nearest_in_plane

    found = np.empty(known.shape, np.int32)
    rows, columns = np.empty(known.shape, np.intp), np.empty(known.shape, np.intp)
    nearest_in_column(0, width, known, found)
    nearest_in_plane(0, height, found, rows, columns)
    for kernel, short in zip((rows, columns), nearest_known(known), strict=True):
        np.testing.assert_array_equal(kernel, short)


def test_threads_do_not_change_the_answer():
    known = np.random.default_rng(0).random((150, 170)) < 0.02
    answers = []
    for threads in "1", "3":
        with mock.patch.dict(os.environ, OUTPAINT_THREADS=threads):
            answers.append(nearest_known(known))
    np.testing.assert_array_equal(*answers)


def test_nothing_known_is_an_error():
    with pytest.raises(ValueError, match="no pixel is known"):
        nearest_known(np.zeros((3, 4), bool))
