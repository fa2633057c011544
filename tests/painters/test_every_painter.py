"""What every painter promises, whatever the shape of the hole; a new one is covered by being there."""

import os
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest

from outpaint.registry import builtin_registry
from painters.painting import odd_cases, outside, paint, photo, view_of

# What needs a model has tests of its own, with models.
PAINTERS = [painter for painter in builtin_registry().painters.values() if not painter.needs]
VARIANTS = [
    pytest.param(painter, {s.name: choice}, id=f"{painter.name}-{choice}")
    for painter in PAINTERS
    for s in painter.settings
    for choice in s.choices
] + [pytest.param(painter, {}, id=painter.name) for painter in PAINTERS]
CASES = [pytest.param(holes, id=name) for name, holes in odd_cases()]


def but(*names):
    """The variants of all painters but these, and why not is for the test to say."""
    return [variant for variant in VARIANTS if variant.values[0].name not in names]


@pytest.mark.parametrize("holes", CASES)
@pytest.mark.parametrize(("painter", "settings"), VARIANTS)
def test_any_shape_is_filled(painter, settings, holes):
    # Shape and finiteness are the protocol's to check, and a view cannot be written.
    answer = paint(painter, view_of(photo(*holes.shape), holes), **settings)
    assert 0 <= answer.min() <= answer.max() <= 1


@pytest.mark.parametrize(("painter", "settings"), VARIANTS)
def test_threads_do_not_change_a_byte(painter, settings):
    holes = outside(50, 64, 12, 16, 36, 48)  # high enough for three stripes
    holes[20:24, 25:30] = True
    answers = set()
    for threads in "1", "2", "3":
        with mock.patch.dict(os.environ, OUTPAINT_THREADS=threads):
            answers.add(paint(painter, view_of(photo(50, 64), holes), 5, **settings).tobytes())
    assert len(answers) == 1


# Some of its modes read the seed; its own test says which.
@pytest.mark.parametrize(("painter", "settings"), but("infinity-init"))
def test_the_seed_matters_exactly_where_it_is_read(painter, settings):
    view = view_of(photo(40, 50), outside(40, 50, 10, 10, 30, 30))
    same = np.array_equal(paint(painter, view, 1, **settings), paint(painter, view, 2, **settings))
    assert same == ("seed" not in painter.reads)


# These paint colours of their own, the last in some of its modes.
@pytest.mark.parametrize(("painter", "settings"), but("noise", "perlin", "fake", "infinity-init"))
def test_a_flat_photo_is_continued_flat(painter, settings):
    view = view_of(np.full((50, 70, 3), [0.2, 0.5, 0.9]), outside(50, 70, 20, 30, 30, 50))
    np.testing.assert_allclose(paint(painter, view, **settings)[view.holes], [[0.2, 0.5, 0.9]] * 3300, atol=1e-5)


@pytest.mark.parametrize("painter", PAINTERS)
def test_it_is_described(painter):
    assert painter.about and (painter.source or painter.name == "fake")
    for setting in painter.settings:
        assert setting.about
        assert setting.choices or isinstance(setting.default, bool) or None not in (setting.low, setting.high)


def test_knowing_the_painters_loads_nothing_heavy():
    """Pillow and numba take longer to import than everything else together; painters load them when they paint."""
    script = """
import sys
from outpaint.registry import builtin_registry
assert len(builtin_registry().painters) > 10
assert not {"PIL", "numba"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})
