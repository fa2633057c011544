import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outpaint.painters.mirror import PAINTER
from painters.painting import outside, paint, photo, view_of

SIDE = st.integers(0, 30)


@given(st.integers(1, 9), st.integers(1, 9), SIDE, SIDE, SIDE, SIDE)
def test_it_is_numpys_symmetric_padding(height, width, top, bottom, left, right):
    padded = np.pad(photo(height, width), ((top, bottom), (left, right), (0, 0)), "symmetric")
    holes = outside(*padded.shape[:2], top, left, top + height, left + width)
    np.testing.assert_array_equal(paint(PAINTER, view_of(padded, holes)), padded)


def test_a_hole_takes_the_nearest_known_pixel_and_so_do_its_reflections():
    holes = outside(8, 24, 0, 0, 8, 8)
    holes[3, 3] = True
    pixels = photo(8, 24)
    answer = paint(PAINTER, view_of(pixels, holes))
    np.testing.assert_array_equal(answer[3, 3], pixels[3, 2])
    np.testing.assert_array_equal(answer[:, 8:16], answer[:, 7::-1])
    np.testing.assert_array_equal(answer[:, 16:], answer[:, :8])
