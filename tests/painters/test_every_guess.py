"""What every painter that needs no model promises, whatever the shape of the hole."""

import os
from importlib import import_module
from unittest import mock

import numpy as np
import pytest
from painting import odd_cases, outside, paint, photo, view_of

MODULES = ("edge", "edge_pad", "mirror", "noise", "smear", "perlin", "matched_noise", "mosaic", "diffuse")
PAINTERS = [import_module(f"outpaint.painters.{module}").PAINTER for module in MODULES]
VARIANTS = [
    pytest.param(painter, {s.name: choice}, id=f"{painter.name}-{choice}")
    for painter in PAINTERS
    for s in painter.settings
    for choice in s.choices
] + [pytest.param(painter, {}, id=painter.name) for painter in PAINTERS]
CASES = [pytest.param(holes, id=name) for name, holes in odd_cases()]


@pytest.mark.parametrize("holes", CASES)
@pytest.mark.parametrize(("painter", "settings"), VARIANTS)
def test_any_shape_is_filled_and_the_input_left_alone(painter, settings, holes):
    view = view_of(photo(*holes.shape), holes)
    before = view.pixels.copy(), view.unknown.copy()
    view.pixels.setflags(write=False)
    view.unknown.setflags(write=False)
    answer = paint(painter, view, **settings)  # shape and finiteness are the protocol's to check
    assert 0 <= answer.min() <= answer.max() <= 1
    np.testing.assert_array_equal(view.pixels, before[0])
    np.testing.assert_array_equal(view.unknown, before[1])


@pytest.mark.parametrize(("painter", "settings"), VARIANTS)
def test_threads_do_not_change_the_answer(painter, settings):
    holes = outside(90, 120, 20, 30, 70, 90)
    holes[40:50, 50:60] = True
    answers = []
    for threads in "1", "3":
        with mock.patch.dict(os.environ, OUTPAINT_THREADS=threads):
            answers.append(paint(painter, view_of(photo(90, 120), holes), 5, **settings))
    np.testing.assert_array_equal(*answers)


@pytest.mark.parametrize(("painter", "settings"), VARIANTS)
def test_the_seed_matters_exactly_where_it_is_read(painter, settings):
    view = view_of(photo(40, 50), outside(40, 50, 10, 10, 30, 30))
    same = np.array_equal(paint(painter, view, 1, **settings), paint(painter, view, 2, **settings))
    assert same == ("seed" not in painter.reads)


@pytest.mark.parametrize(("painter", "settings"), [v for v in VARIANTS if v.id not in ("noise", "perlin")])
def test_a_flat_photo_is_continued_flat(painter, settings):
    view = view_of(np.full((50, 70, 3), [0.2, 0.5, 0.9]), outside(50, 70, 20, 30, 30, 50))
    np.testing.assert_allclose(paint(painter, view, **settings)[view.holes], [[0.2, 0.5, 0.9]] * 3300, atol=1e-5)


@pytest.mark.parametrize("painter", PAINTERS)
def test_it_is_described(painter):
    assert painter.about and painter.source
    for setting in painter.settings:
        assert setting.about
        assert setting.choices or isinstance(setting.default, bool) or None not in (setting.low, setting.high)
