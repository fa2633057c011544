import cv2
import numpy as np
import pytest

from outpaint.painters.diffuse import PAINTER
from outpaint.painters.diffuse_ns import navier_stokes
from painters.painting import outside, paint, photo, view_of


def by_the_definition(pixels, holes, radius):
    """The formula with plain loops, distances by trying all."""
    spots = list(np.ndindex(holes.shape))
    near = {p: min(np.hypot(p[0] - q[0], p[1] - q[1]) for q in spots if not holes[q]) for p in spots}
    deep = {p: min((np.hypot(p[0] - q[0], p[1] - q[1]) for q in spots if holes[q]), default=0) for p in spots}
    distance = {p: near[p] if holes[p] else 1 - deep[p] for p in spots}
    answer = pixels.astype(np.float64)

    def slope(q, axis, own, channel):
        a, b = list(q), list(q)
        a[axis], b[axis] = a[axis] - 1, b[axis] + 1
        before, after = (distance.get(tuple(x), 9e9) < own for x in (a, b))
        here = answer[(*q, channel)]
        if before and after:
            return answer[(*b, channel)] - answer[(*a, channel)]
        if after:
            return 2 * (answer[(*b, channel)] - here)
        return 2 * (here - answer[(*a, channel)]) if before else 0.0

    for p in sorted((p for p in spots if holes[p]), key=lambda p: distance[p]):
        for channel in range(3):
            total = weights = 0.0
            for q in spots:
                dy, dx = q[0] - p[0], q[1] - p[1]
                if not 0 < dy * dy + dx * dx <= radius * radius or distance[q] >= distance[p]:
                    continue
                down, across = slope(q, 0, distance[p], channel), slope(q, 1, distance[p], channel)
                steep, along = down * down + across * across, 1e-6
                if steep > 1e-8:
                    along = max(along, abs(dy * across - dx * down) / np.sqrt((dy * dy + dx * dx) * steep))
                weight = along / (1 + (dy * dy + dx * dx) ** 2)
                total, weights = total + weight * answer[(*q, channel)], weights + weight
            answer[(*p, channel)] = total / weights
    return answer


@pytest.mark.parametrize("radius", [1, 3])
def test_it_is_the_definition(radius):
    holes = outside(12, 14, 4, 3, 8, 8)
    view = view_of(photo(12, 14), holes)
    expected = by_the_definition(view.pixels, holes, radius)
    np.testing.assert_allclose(navier_stokes(view.pixels, holes, radius), expected, atol=1e-4)


@pytest.mark.parametrize("name", ["inside", "outside", "scratches"])
def test_it_is_near_opencvs(name):
    holes = {
        "inside": ~outside(100, 140, 30, 40, 70, 90),
        "outside": outside(100, 140, 20, 25, 80, 115),
        "scratches": np.add.outer(np.arange(100), np.arange(140)) % 37 < 6,
    }[name]
    view = view_of(photo(100, 140), holes)
    bytes_ = np.rint(view.pixels * 255).astype(np.uint8)
    expected = cv2.inpaint(bytes_, holes.astype(np.uint8), 5, cv2.INPAINT_NS) / 255
    difference = np.abs(paint(PAINTER, view, kind="ns") - expected)[holes]
    # OpenCV's distances are approximate and its differences have no sign.
    assert difference.mean() < 5 / 255


@pytest.mark.parametrize("rising", [True, False])
def test_lines_that_fall_are_carried_like_lines_that_rise(rising):
    """OpenCV's differences without a sign cannot tell them apart: 0.15 and 0.12 of error there."""
    y, x = np.mgrid[0:60, 0:90]
    truth = np.repeat((y - 30 > ((45 - x) if rising else (x - 45)) / 2)[..., None], 3, -1).astype(np.float32)
    view = view_of(truth, ~outside(60, 90, 22, 35, 38, 55))
    assert np.abs(navier_stokes(view.pixels, view.holes, 5) - truth)[view.holes].mean() < 0.14
