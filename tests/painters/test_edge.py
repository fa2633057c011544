import numpy as np
from scipy.ndimage import distance_transform_edt

from outpaint.painters.edge import PAINTER
from painters.painting import outside, paint, photo, view_of


def test_beyond_a_rectangle_it_is_edge_padding():
    inner = photo(20, 30)
    padded = np.pad(inner, ((4, 9), (0, 50), (0, 0)), "edge")
    np.testing.assert_array_equal(paint(PAINTER, view_of(padded, outside(33, 80, 4, 0, 24, 30))), padded)


def test_every_new_pixel_has_the_colour_of_a_nearest_known_one():
    height, width = 40, 50
    holes = np.random.default_rng(0).random((height, width)) < 0.9
    y, x = np.indices((height, width))
    place = np.stack([y / height, x / width, 0 * x], -1)
    answer = paint(PAINTER, view_of(place, holes))
    distance = np.hypot(answer[..., 0] * height - y, answer[..., 1] * width - x)
    np.testing.assert_allclose(distance, distance_transform_edt(holes), atol=1e-4)
