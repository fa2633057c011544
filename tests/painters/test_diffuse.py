import pytest

from outpaint.errors import PainterError
from outpaint.painters.diffuse import PAINTER
from painters.painting import outside, paint, photo, view_of


def test_each_kind_is_reached_and_only_telea_has_a_radius():
    view = view_of(photo(30, 40), outside(30, 40, 0, 0, 30, 20))
    answers = {
        (kind, radius): paint(PAINTER, view, kind=kind, radius=radius).tobytes()
        for kind in ("telea", "laplace")
        for radius in (2, 8)
    }
    assert answers["laplace", 2] == answers["laplace", 8]
    assert len(set(answers.values())) == 3


def test_nothing_known_is_an_error():
    with pytest.raises(PainterError, match="no pixel is known"):
        paint(PAINTER, view_of(photo(4, 4), outside(4, 4, 0, 0, 0, 0)))
