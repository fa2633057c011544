import cv2
import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from outpaint.painters.diffuse_telea import telea
from painters.painting import outside, photo, view_of

HOLES = {
    "inside": ~outside(100, 140, 30, 40, 70, 90),
    "outside": outside(100, 140, 20, 25, 80, 115),
    "scratches": np.add.outer(np.arange(100), np.arange(140)) % 37 < 6,
}


def by_the_definition(pixels, holes, radius):
    """The formula with plain loops, from scipy's distances."""
    outer, nearest = distance_transform_edt(holes, return_indices=True)
    distance = np.where(holes, outer, 1 - distance_transform_edt(~holes))
    answer = pixels.astype(np.float64)
    for p in sorted(zip(*np.nonzero(holes), strict=True), key=lambda p: distance[p]):
        normal = np.array(p) - nearest[:, p[0], p[1]]
        total, weights = 0, 0
        for q in np.ndindex(holes.shape):
            way = np.array(p) - q
            length = np.hypot(*way)
            if not 0 < length <= radius or distance[q] >= distance[p]:
                continue
            cosine = max(abs(way @ normal) / np.hypot(*normal), 1e-6) / length
            weight = cosine / length**2 / (1 + distance[p] - distance[q])
            total, weights = total + weight * answer[q], weights + weight
        answer[p] = total / weights
    return answer


@pytest.mark.parametrize("radius", [1, 3])
def test_it_is_the_definition(radius):
    # One known region, convex: so no pixel has two nearest ones, of which libraries choose differently.
    holes = outside(16, 18, 5, 4, 9, 10)
    view = view_of(photo(16, 18), holes)
    np.testing.assert_allclose(
        telea(view.pixels, holes, radius), by_the_definition(view.pixels, holes, radius), atol=1e-5
    )


@pytest.mark.parametrize("name", HOLES)
def test_it_is_near_opencvs(name):
    view = view_of(photo(100, 140), HOLES[name])
    bytes_ = np.rint(view.pixels * 255).astype(np.uint8)
    expected = cv2.inpaint(bytes_, HOLES[name].astype(np.uint8), 5, cv2.INPAINT_TELEA) / 255
    difference = np.abs(telea(view.pixels, HOLES[name], 5) - expected)[HOLES[name]]
    # OpenCV's distances are approximate and its gradient term is left out: 3/255 on photos.
    assert difference.mean() < 4 / 255


@pytest.mark.parametrize("name", ["inside", "outside"])
def test_a_turned_picture_gives_the_turned_answer(name):
    view = view_of(photo(100, 140), HOLES[name])
    answer = telea(view.pixels, HOLES[name], 5)
    flipped = telea(view.pixels[:, ::-1], HOLES[name][:, ::-1], 5)[:, ::-1]
    # Where two known pixels are equally near the left one is taken, so a few may differ; but not a streak.
    assert (np.abs(answer - flipped) > 1e-3).mean() < 0.02


def test_what_is_known_stays():
    view = view_of(photo(100, 140), HOLES["scratches"])
    answer = telea(view.pixels, HOLES["scratches"], 5)
    np.testing.assert_array_equal(answer[~HOLES["scratches"]], view.pixels[~HOLES["scratches"]])
