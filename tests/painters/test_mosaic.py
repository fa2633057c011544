import numpy as np
import pytest
from PIL import Image

from outpaint.painters.mosaic import PAINTER
from painters.painting import outside, paint, photo, view_of


def cells(pixels, across, down):
    """Coarse cells by plain means, where both sides divide evenly."""
    height, width = pixels.shape[:2]
    blocks = pixels.reshape(down, height // down, across, width // across, 3).mean((1, 3))
    return blocks.repeat(height // down, 0).repeat(width // across, 1)


def test_kind_mirror_is_the_reflection_in_cells():
    inner = photo(48, 96)
    padded = np.pad(inner, ((24, 24), (24, 24), (0, 0)), "symmetric")
    settings = {"kind": "mirror", "cells_short": 4, "cells_long": 24}
    answer = paint(PAINTER, view_of(padded, outside(96, 144, 24, 24, 72, 120)), **settings)
    np.testing.assert_array_equal(answer[24:72, 24:120], inner)
    np.testing.assert_allclose(answer[:24, 24:120], cells(padded[:24, 24:120], 24, 4), atol=1e-5)
    np.testing.assert_allclose(answer[24:72, 120:], cells(padded[24:72, 120:], 4, 24), atol=1e-5)
    corner = cells(padded[:14, :14], 14, 14)
    assert corner.shape == (14, 14, 3)
    assert len(np.unique(answer[:24, :24].reshape(-1, 3), axis=0)) == 14 * 14


@pytest.mark.parametrize(("area", "scale"), [(0.5, 2.0), (0.75, 1.0), (0.25, 5.0)])
def test_the_stretch_is_pillows(area, scale):
    inner, depth = photo(24, 48), 48
    padded = np.pad(inner, ((0, 0), (0, depth), (0, 0)), "symmetric")
    strip = Image.fromarray(padded[:, 48 : 48 + int(depth * area), 0].copy())
    stretched = np.asarray(strip.resize((int(depth * scale), 24), Image.Resampling.BILINEAR))[:, :depth]
    settings = {"stretch_area": area, "stretch_scale": scale, "cells_short": 6, "cells_long": 12}
    answer = paint(PAINTER, view_of(padded, outside(24, 96, 0, 0, 24, 48)), **settings)
    expected = cells(np.repeat(stretched[..., None], 3, -1), 6, 12)
    np.testing.assert_allclose(answer[:, 48:, 0], expected[..., 0], atol=1e-5)


def test_a_hole_inside_is_cut_into_square_cells():
    holes = ~outside(96, 96, 20, 20, 60, 60)
    pixels = np.zeros((96, 96, 3))
    pixels[:, 40:] = 1
    view = view_of(pixels, holes)
    answer = paint(PAINTER, view, cells_long=12)
    np.testing.assert_array_equal(answer[~holes], view.pixels[~holes])
    blocks = answer[24:56, 24:56].reshape(4, 8, 4, 8, 3)
    assert np.ptp(blocks, axis=(1, 3)).max() == 0
    np.testing.assert_array_equal(answer[30, [24, 55], 0], [0, 1])


def test_extensions_wider_than_the_photo_have_no_black_cells():
    view = view_of(np.full((200, 300, 3), 0.8), outside(200, 300, 90, 130, 110, 160))
    np.testing.assert_allclose(paint(PAINTER, view), 0.8, atol=1e-5)
