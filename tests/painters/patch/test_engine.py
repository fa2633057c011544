"""The engine as a painter: any size, any hole, same bytes, and plain pictures continued perfectly."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from outpaint.events import Notice, Progress
from outpaint.geometry import Frame
from outpaint.nearest import distance_to
from outpaint.painters.patch import PAINTER, engine
from outpaint.painters.patch.compose import BEYOND
from outpaint.painters.patch.labelling import cuts
from outpaint.painters.protocol import Pixels, View


def painted(view: View, seed: int = 0) -> Pixels:
    steps = PAINTER.paint(view, PAINTER.brief("", "", seed, {}))
    while True:
        try:
            assert isinstance(next(steps), Progress | Notice)
        except StopIteration as end:
            assert isinstance(end.value, np.ndarray)
            return end.value


def extended(photo: Pixels, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> View:
    height, width = photo.shape[:2]
    pixels = np.zeros((height + top + bottom, width + left + right, 3), np.float32)
    unknown = np.ones(pixels.shape[:2], np.float32)
    pixels[top : top + height, left : left + width] = photo
    unknown[top : top + height, left : left + width] = 0
    return View(pixels, unknown, Frame(-left, -top, pixels.shape[1], pixels.shape[0]))


def photo(height: int, width: int, seed: int = 0) -> Pixels:
    """Blobs of colour on a vertical gradient."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    chance = np.random.default_rng(seed)
    pixels = np.repeat((y / max(1, height))[..., None], 3, axis=2) * 0.5
    for _ in range(12):
        cy, cx, size = chance.uniform(0, height), chance.uniform(0, width), chance.uniform(2, 12)
        blob = np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / size**2)
        pixels += blob[..., None] * chance.uniform(-0.4, 0.5, 3)
    return np.clip(pixels, 0, 1).astype(np.float32)


@contextmanager
def threads(number: int) -> Iterator[None]:
    with mock.patch.dict(os.environ, OUTPAINT_THREADS=str(number)):
        yield


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.tuples(*[st.integers(0, 30)] * 4), st.integers(0, 2**64))
def test_every_size_is_answered_with_finite_pixels_and_the_photo_kept(
    height: int, width: int, sides: tuple[int, int, int, int], seed: int
) -> None:
    view = extended(photo(height, width), *sides)
    before = view.pixels.copy()
    answer = painted(view, seed)
    assert answer.shape == view.pixels.shape and answer.dtype == np.float32
    assert np.isfinite(answer).all()
    np.testing.assert_array_equal(answer[~view.holes], before[~view.holes])
    np.testing.assert_array_equal(view.pixels, before)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 1000), st.floats(0.02, 0.9))
def test_any_hole_with_one_known_pixel(height: int, width: int, seed: int, share: float) -> None:
    chance = np.random.default_rng(seed)
    unknown = (chance.random((height, width)) < share).astype(np.float32)
    unknown[chance.integers(height), chance.integers(width)] = 0
    pixels = photo(height, width) * (1 - unknown[..., None])
    answer = painted(View(pixels, unknown, Frame(0, 0, width, height)))
    known = pixels[unknown == 0]
    slack = BEYOND * (known.max(0) - known.min(0)) + 1e-5
    assert (answer >= known.min(0) - slack).all() and (answer <= known.max(0) + slack).all()


def test_nothing_to_do_and_nothing_to_go_by() -> None:
    pixels = photo(9, 7)
    nothing = View(pixels, np.zeros((9, 7), np.float32), Frame(0, 0, 7, 9))
    np.testing.assert_array_equal(painted(nothing), pixels)
    everything = View(pixels, np.ones((9, 7), np.float32), Frame(0, 0, 7, 9))
    assert np.isfinite(painted(everything)).all()


@pytest.mark.parametrize("size", [(90, 120), (600, 80)])
def test_one_thread_or_three_the_same_bytes(size: tuple[int, int]) -> None:
    """The second is tall enough for several blocks, which are cut at the same time."""
    view = extended(photo(*size), right=50, top=20)
    with threads(1):
        one = painted(view, 3)
    with threads(3):
        three = painted(view, 3)
    np.testing.assert_array_equal(one, three)


def test_the_seed_decides() -> None:
    view = extended(photo(64, 64), right=40)
    np.testing.assert_array_equal(painted(view, 5), painted(view, 5))
    assert (painted(view, 5) != painted(view, 6)).any()


def test_a_hole_inside_a_stripe_pattern_is_closed_exactly() -> None:
    pixels = np.zeros((80, 80, 3), np.float32)
    pixels[:, np.arange(80) % 8 < 4] = 1
    unknown = np.zeros((80, 80), np.float32)
    unknown[30:50, 30:50] = 1
    view = View(pixels * (1 - unknown[..., None]), unknown, Frame(0, 0, 80, 80))
    np.testing.assert_allclose(painted(view), pixels, atol=1 / 255)


@pytest.mark.parametrize("colour", [(0.2, 0.5, 0.8), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
def test_flat_stays_flat(colour: tuple[float, float, float]) -> None:
    flat = np.broadcast_to(np.float32(colour), (40, 60, 3)).copy()
    answer = painted(extended(flat, 30, 10, 30, 10))
    np.testing.assert_allclose(answer, np.broadcast_to(np.float32(colour), answer.shape), atol=1e-4)


def test_horizontal_stripes_run_on() -> None:
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[np.arange(64) % 8 < 4] = 1
    answer = painted(extended(stripes, right=64, left=32))
    np.testing.assert_allclose(answer, np.broadcast_to(answer[:, 40:41], answer.shape), atol=1 / 255)


def test_a_three_pixel_wide_photo_keeps_its_rows() -> None:
    thin = np.repeat(np.linspace(0, 1, 200, dtype=np.float32)[:, None, None], 3, axis=1).repeat(3, axis=2)
    answer = painted(extended(thin, right=60))
    np.testing.assert_allclose(answer, np.broadcast_to(answer[:, :1], answer.shape), atol=0.05)


def test_half_an_explosion_on_black_becomes_a_whole_one() -> None:
    """What this program was begun for: the burst is cut by the left edge; what is painted mirrors it."""
    chance = np.random.default_rng(0)
    y, x = np.mgrid[:96, :128].astype(np.float32)
    angle, far = np.arctan2(y - 48, x), np.hypot(y - 48, x)
    burst = np.exp(-((far / 14) ** 2))
    for _ in range(40):
        ray = np.exp(-(((angle - chance.uniform(-1.5, 1.5)) / 0.03) ** 2))
        burst += ray * np.clip(1 - far / chance.uniform(15, 45), 0, 1)
    photo = np.repeat(np.clip(burst, 0, 1)[..., None], 3, axis=2).astype(np.float32)
    answer = painted(extended(photo, left=64))
    at = np.arange(1, 64)
    mirrored = [photo[:, 64 - at], photo[:, 63 - at]]  # the last column said once, or twice
    assert min(np.abs(answer[:, at] - each).mean() for each in mirrored) < 0.02  # its pieces are bent a little


@pytest.mark.parametrize("seed", [3, 4])
def test_a_photo_that_is_doubled_has_no_stripe_at_the_far_border(seed: int) -> None:
    """Its reflection is a pixel short there, on the coarse copy eight."""
    chance = np.random.default_rng(seed)
    small = chance.integers(0, 256, (9, 11, 3)).astype(np.uint8)
    photo = np.asarray(Image.fromarray(small).resize((176, 144), Image.Resampling.BICUBIC), np.float32) / 255
    answer = painted(extended(photo, right=176))
    reflected = np.abs(answer[:, 176:-1] - photo[:, -2::-1]).mean((0, 2))
    assert reflected[:150].mean() < 0.02  # that is what was painted
    assert reflected[150:].max() < 0.04
    np.testing.assert_allclose(answer[:, -1], answer[:, -2], atol=0.05)


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_no_piece_shows_what_is_not_known(seed: int) -> None:
    """Where the photo ends, its last row would become a stripe. A reflection may be a pixel short."""
    spots = (np.random.default_rng(seed).random((25, 35, 3)) * 255).astype(np.uint8)
    spots = np.asarray(Image.fromarray(spots).resize((280, 200), Image.Resampling.BICUBIC), np.float32) / 255
    view = extended((photo(200, 280, seed) + spots) / 2, 60, 50, 60, 50)
    steps = engine.patched(view.pixels, ~view.holes, seed)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    v, u = end.value.value.places()
    short = end.value.value.shifts[:, 0][end.value.value.labels]
    outside = distance_to(np.pad(~view.holes, 400))[v + 400, u + 400][view.holes]
    assert (outside <= short[view.holes]).all()


def things(seed: int) -> Pixels:
    """Striped things of two colours on a rough ground, the last of them cut by the right border."""
    y, x = np.mgrid[:96, :192]
    pixels = np.random.default_rng(seed).normal(0.7, 0.06, (96, 192, 3)).astype(np.float32)
    for middle in (36, 114, 192):
        across, down = x - middle, y - 48
        tall = np.abs(down) < 26
        left = tall & (across <= 0) & (across > 0.3 * np.abs(down) - 24)
        right = tall & (across > 0) & (across < 30 - np.maximum(down, 0))
        pixels[left], pixels[right] = (0.1, 0.1, 0.5), (0.7, 0.1, 0.1)
        pixels[(left | right) & ((y + across // 2) // 5 % 2 == 0)] *= 0.3
    return np.clip(pixels, 0, 1)


def test_subjects_are_shown_again_only_where_that_saves_a_fifth_of_all_cuts() -> None:
    seen: list[bool] = []
    for seed in range(3):
        with mock.patch.object(engine, "chosen", side_effect=engine.chosen) as called:
            painted(extended(things(seed), right=60))
        rough, rules = called.call_args.args
        with mock.patch.object(engine, "AGAIN", 2):  # no saving is so large
            once, kept = engine.chosen(rough, rules)
        pieces, given_ = engine.chosen(rough, rules)
        assert kept is rules and rules.salience.any()
        if given_ is rules:
            np.testing.assert_array_equal(pieces.labels, once.labels)
        else:
            assert not given_.salience.any()
            assert cuts(rough.level, pieces) <= 0.8 * cuts(rough.level, once)
        seen.append(given_ is rules)
    assert set(seen) == {False, True}


def test_text_on_white_is_not_written_a_second_time() -> None:
    page = Image.new("RGB", (160, 90), "white")
    for line in range(4):
        ImageDraw.Draw(page).text((20, 12 + 16 * line), "the quick brown fox", fill="black")
    answer = painted(extended(np.asarray(page, np.float32) / 255, 40, 30, 40, 30))
    new = np.ones(answer.shape[:2], bool)
    new[30:120, 40:200] = False
    np.testing.assert_allclose(answer[new], 1, atol=1 / 255)


def test_a_checkerboard_runs_on() -> None:
    y, x = np.indices((120, 160))
    whole = np.repeat(((x // 10 + y // 10) % 2)[..., None], 3, axis=2).astype(np.float32)
    answer = painted(extended(whole[20:100, 30:130], 30, 20, 30, 20))
    np.testing.assert_allclose(answer, whole, atol=1 / 255)


def test_a_letterboxed_film_stays_one() -> None:
    frame = photo(60, 120)
    frame[:12], frame[-12:] = 0, 0
    answer = painted(extended(frame, 40, 20, 40, 20))
    assert answer[:32].max() < 1 / 255 and answer[-32:].max() < 1 / 255
    assert answer[40:60, :40].mean() > 0.05
