import os
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.ndimage import distance_transform_edt

from outpaint.geometry import Frame
from outpaint.nearest import bounds, distance_to, nearest_known, rectangle

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=24))
SOMETHING_KNOWN = MASKS.filter(np.any)


@st.composite
def rectangles(draw):
    """A mask that is one filled rectangle."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
    mask = np.zeros((height, width), bool)
    mask[top : draw(st.integers(top + 1, height)), left : draw(st.integers(left + 1, width))] = True
    return mask


@given(MASKS, st.integers(-50, 50), st.integers(-50, 50))
def test_bounds_are_those_of_every_true(mask, left, top):
    frame = Frame(left, top, mask.shape[1], mask.shape[0])
    y, x = np.nonzero(mask)
    here = Frame(x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1) if len(y) else Frame(0, 0, 0, 0)
    assert bounds(mask) == here
    assert bounds(mask, frame) == here.moved(left, top)


def test_bounds_are_plain_whole_numbers():
    box = bounds(np.ones((2, 3), bool), Frame(-4, 5, 3, 2))
    assert box == Frame(-4, 5, 3, 2) and all(type(value) is int for value in vars(box).values())


@given(rectangles(), st.data())
def test_a_rectangle_is_one_only_while_it_is_filled(mask, data):
    box = rectangle(mask)
    assert box == bounds(mask)
    y, x = data.draw(st.integers(0, box.height - 1)), data.draw(st.integers(0, box.width - 1))
    mask[box.top + y, box.left + x] = False
    rows, columns = np.nonzero(mask)
    filled = len(rows) == np.prod([len(set(rows)), len(set(columns))]) == bounds(mask).extent.area
    assert (rectangle(mask) is not None) == (filled and len(rows) > 0)


@given(rectangles())
def test_distances_around_and_inside_rectangles_are_those_of_scipy(mask):
    np.testing.assert_allclose(distance_to(mask), distance_transform_edt(~mask), rtol=1e-6)
    if not mask.all():
        np.testing.assert_allclose(distance_to(~mask), distance_transform_edt(mask), rtol=1e-6)


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


@given(rectangles())
def test_the_short_cut_for_rectangles_agrees_with_the_kernels(known):
    height, width = known.shape
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
    with pytest.raises(ValueError, match="no pixel is known"):
        distance_to(np.zeros((3, 4), bool))
