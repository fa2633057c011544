"""Levels, box sums, and that nothing unknown bleeds into a coarse colour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import uniform_filter

from outpaint.painters.patch.means import known_means
from outpaint.painters.patch.order import uprightness
from outpaint.painters.patch.pyramid import STEEPEST, Level, box_sum, copyable, patch_radius, shrink, sizes, textured


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 4))
def test_box_sums_are_those_of_a_uniform_filter(height: int, width: int, radius: int) -> None:
    values = np.random.default_rng(0).integers(0, 9, (height, width)).astype(np.int32)
    side = 2 * radius + 1
    expected = uniform_filter(np.pad(values.astype(float), radius), side)[
        radius : radius + height, radius : radius + width
    ]
    np.testing.assert_allclose(box_sum(values, radius), expected * side**2, atol=1e-6)


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_coarse_pixel_is_known_only_if_all_its_pixels_are(height: int, width: int) -> None:
    chance = np.random.default_rng(height * 31 + width)
    known = chance.random((height, width)) < 0.8
    pixels = np.where(known[..., None], 77, 255).astype(np.uint8).repeat(3, 2)
    small, mask = shrink(pixels, known)
    assert mask.shape == ((height + 1) // 2, (width + 1) // 2)
    for y, x in np.argwhere(mask):
        assert known[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].all()
    assert (small[mask] == 77).all() and (small[~mask] == 0).all()


def test_the_largest_patch_that_fits_is_taken() -> None:
    known = np.zeros((20, 20), bool)
    known[:, 3:6] = True
    assert patch_radius(known) == 1
    known[:, 3:10] = True
    assert patch_radius(known) == 3
    assert copyable(known, 3).sum() == 14


def test_a_deep_hole_gets_a_coarser_start() -> None:
    known = np.zeros((128, 512), bool)
    known[:, :128] = True
    near = np.zeros((128, 160), bool)
    near[:, :128] = True
    blank = np.zeros((128, 512, 4), np.uint8)
    assert len(sizes(blank, known, 3)) > len(sizes(blank[:, :160], near, 3))


def test_rows_tell_the_colour_of_a_sky_and_not_of_columns() -> None:
    sky = np.repeat(np.linspace(0, 255, 40).astype(np.uint8)[:, None, None], 60, 1).repeat(3, 2)
    known = np.ones((40, 60), bool)

    def upright(pixels: np.ndarray) -> float:
        return uprightness(Level(textured(np.ascontiguousarray(pixels), known), known, 3))

    assert upright(sky) == 1
    assert upright(np.random.default_rng(0).integers(0, 255, (40, 60, 3)).astype(np.uint8)) == 0
    columns = np.repeat(np.linspace(0, 255, 60).astype(np.uint8)[None, :, None], 40, 0).repeat(3, 2)
    assert upright(columns) == 0


@pytest.mark.parametrize("radius", [1, 2])
def test_means_are_those_of_what_is_known(radius: int) -> None:
    chance = np.random.default_rng(radius)
    values, known = chance.random((13, 17, 2), np.float32), chance.random((13, 17)) < 0.4
    known[:6, :6] = False
    found = known_means(values, known, radius)
    for y, x in np.ndindex(known.shape):
        there = slice(max(0, y - radius), y + radius + 1), slice(max(0, x - radius), x + radius + 1)
        some = values[there][known[there]]
        np.testing.assert_allclose(found[y, x], some.mean(0) if len(some) else 0, atol=1e-6)


def test_a_coarse_level_is_told_of_oblique_stalks_that_are_too_thin_for_it() -> None:
    known = np.ones((192, 192), bool)
    thin = np.zeros((192, 192, 3), np.uint8)
    for y in range(180):
        thin[y, 2 + y // 2] = 60
    levels = sizes(textured(thin, known), known, 1)
    coarse = levels[2]
    alone = Level(coarse.pixels, coarse.known, coarse.radius)
    assert coarse.oblique.mean() > 4 * alone.oblique.mean() > 0
    assert all(level.oblique.max() <= STEEPEST for level in levels)


@pytest.mark.parametrize("axis", (0, 1))
def test_an_edge_along_rows_or_columns_is_not_oblique_at_any_size(axis: int) -> None:
    known = np.ones((96, 96), bool)
    straight = np.repeat(np.random.default_rng(3).integers(0, 256, (96, 1, 3)).astype(np.uint8), 96, 1)
    levels = sizes(textured(np.ascontiguousarray(straight.swapaxes(0, axis)), known), known, 1)
    assert len(levels) > 1 and not any(level.oblique.any() for level in levels)
