"""The planner: tables for what people ask, properties for everything else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outpaint import Amount, Anchor, Extent, Frame, Ratio, RequestError, plan

lengths = st.integers(1, 5000)
extents = st.builds(Extent, lengths, lengths)
anchors = st.sampled_from(list(Anchor))
multiples = st.sampled_from([1, 2, 8, 64])
PHOTO = Extent(512, 384)
NO_HOLE = Frame(0, 0, 0, 0)


def amounts(**sides: str | int) -> dict[str, Amount]:
    return {side: Amount.parse(amount) for side, amount in sides.items()}


# --- the frame ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("photo", "sides", "frame"),
    [
        (PHOTO, {"right": 128}, Frame(0, 0, 640, 384)),
        (PHOTO, {"left": "25%"}, Frame(-128, 0, 640, 384)),
        (PHOTO, {"top": "25%"}, Frame(0, -96, 512, 480)),
        (PHOTO, {"left": 1, "top": 2, "right": 3, "bottom": 4}, Frame(-1, -2, 516, 390)),
        (Extent(1, 1), {"left": "50%", "right": "50%"}, Frame(-1, 0, 3, 1)),
        (Extent(7, 513), {"right": "25%", "bottom": "25%"}, Frame(0, 0, 9, 641)),
        (Extent(4001, 3), {"top": 100, "right": "0.01%"}, Frame(0, -100, 4001, 103)),
        (PHOTO, {}, Frame(0, 0, 512, 384)),
    ],
)
def test_amounts_move_sides(photo: Extent, sides: dict[str, str | int], frame: Frame) -> None:
    assert plan.frame_for_amounts(Frame.of(photo), amounts(**sides), 1, Anchor.CENTER) == frame


@pytest.mark.parametrize(
    ("sides", "frame"),
    [
        ({"right": 130}, Frame(0, 0, 704, 384)),  # 642 -> 704: all of it on the side that grows
        ({"left": 130}, Frame(-192, 0, 704, 384)),
        ({"left": 65, "right": 65}, Frame(-96, 0, 704, 384)),
        ({"top": 1}, Frame(0, -64, 512, 448)),
    ],
)
def test_rounding_to_a_multiple_goes_to_the_growing_sides(sides: dict[str, str | int], frame: Frame) -> None:
    assert plan.frame_for_amounts(Frame.of(PHOTO), amounts(**sides), 64, Anchor.CENTER) == frame


@given(extents, st.tuples(*[st.integers(0, 3000)] * 4), multiples, anchors)
def test_amounts_give_the_exact_size_around_the_photo(photo, pixels, multiple, anchor) -> None:
    left, top, right, bottom = pixels
    sides = amounts(left=left, top=top, right=right, bottom=bottom)
    frame = plan.frame_for_amounts(Frame.of(photo), sides, multiple, anchor)
    asked = Extent(photo.width + left + right, photo.height + top + bottom)
    assert frame.extent == asked.round_up(multiple)
    assert frame.contains(Frame.of(photo).grown(left, top, right, bottom))


@given(extents, extents, multiples, anchors)
def test_a_target_comes_out_exactly_and_holds_the_photo(photo, target, multiple, anchor) -> None:
    target = target.union(photo)
    frame = plan.frame_for_extent(Frame.of(photo), target, multiple, anchor, crop=False)
    assert frame.extent == target.round_up(multiple)
    assert frame.contains(Frame.of(photo))


@pytest.mark.parametrize(
    ("anchor", "left", "top"),
    [
        (Anchor.TOP_LEFT, 0, 0),
        (Anchor.CENTER, -200, -100),
        (Anchor.BOTTOM_RIGHT, -400, -200),
        (Anchor.RIGHT, -400, -100),
    ],
)
def test_the_anchor_places_the_photo(anchor: Anchor, left: int, top: int) -> None:
    frame = plan.frame_for_extent(Frame(0, 0, 600, 400), Extent(1000, 600), 1, anchor, crop=False)
    assert frame == Frame(left, top, 1000, 600)


def test_a_smaller_target_is_refused_with_both_ways_out() -> None:
    with pytest.raises(RequestError, match=r"at least 512x500.*--force-crop"):
        plan.frame_for_extent(Frame.of(PHOTO), Extent(400, 500), 1, Anchor.CENTER, crop=False)


def test_a_forced_crop_keeps_the_anchored_part() -> None:
    frame = plan.frame_for_extent(Frame.of(PHOTO), Extent(412, 484), 1, Anchor.RIGHT, crop=True)
    assert frame == Frame(100, -50, 412, 484)


@pytest.mark.parametrize(
    ("photo", "ratio", "extent"),
    [
        (PHOTO, "16:9", Extent(683, 384)),
        (PHOTO, "9:16", Extent(512, 910)),
        (PHOTO, "4:3", Extent(512, 384)),
        (PHOTO, "1:1", Extent(512, 512)),
        (Extent(1, 1), "1000:1", Extent(1000, 1)),
        (Extent(7, 513), "1:2", Extent(257, 513)),
        (Extent(4001, 3), "2:1", Extent(4001, 2001)),
    ],
)
def test_a_ratio_grows_one_axis(photo: Extent, ratio: str, extent: Extent) -> None:
    assert plan.extent_for_ratio(photo, Ratio.parse(ratio)) == extent


@given(extents, st.integers(1, 50), st.integers(1, 50))
def test_a_ratio_is_met_to_half_a_pixel_and_never_shrinks(photo: Extent, w: int, h: int) -> None:
    extent = plan.extent_for_ratio(photo, Ratio(w, h))
    assert extent.covers(photo)
    assert extent.width == photo.width or extent.height == photo.height
    exact = extent.height * w / h, extent.width * h / w
    assert abs(extent.width - exact[0]) <= 0.5 + 1e-6 or abs(extent.height - exact[1]) <= 0.5 + 1e-6


def test_the_pixel_limit_says_how_to_raise_it() -> None:
    plan.check_area(Extent(20_000, 10_000), 200_000_000)
    with pytest.raises(RequestError, match=r"200 megapixels\).*--max-pixels"):
        plan.check_area(Extent(20_000, 10_001), 200_000_000)


# --- growth in steps ---------------------------------------------------------------------------------------

known_frames = st.builds(Frame, st.just(0), st.just(0), st.integers(1, 300), st.integers(1, 300))


@given(known_frames, st.tuples(*[st.integers(0, 2000)] * 4), st.sampled_from([0.25, 0.5, 1.0, 2.0]))
def test_steps_grow_from_the_photo_to_the_target_within_their_bound(known, far, growth) -> None:
    target = known.grown(*far)
    steps = plan.growth_steps(known, target, growth)
    assert steps[-1] == target
    slack = 1 + growth  # a step of whole pixels, after one that was rounded down
    thin = [max(0, plan.SHORT - length) for length in known.extent]
    before = known
    for step in steps:
        assert step.contains(before)
        assert (before.left - step.left) <= growth * (before.width + thin[0]) + slack
        assert (step.right - before.right) <= growth * (before.width + thin[0]) + slack
        assert (before.top - step.top) <= growth * (before.height + thin[1]) + slack
        assert (step.bottom - before.bottom) <= growth * (before.height + thin[1]) + slack
        before = step


@pytest.mark.parametrize(
    ("far", "growth", "widths"),
    [
        (128, 1.0, [640]),
        (512, 1.0, [1024]),
        (513, 1.0, [683, 1025]),  # a third and two thirds, not a full step and one leftover column
        (1536, 1.0, [1024, 2048]),
        (1536, None, [2048]),
    ],
)
def test_the_fewest_even_steps(far: int, growth: float | None, widths: list[int]) -> None:
    steps = plan.growth_steps(Frame.of(PHOTO), Frame.of(PHOTO).grown(right=far), growth)
    assert [step.width for step in steps] == widths


# --- windows -----------------------------------------------------------------------------------------------


def paint(windows, known: Frame, target: Frame, hole: Frame) -> tuple[np.ndarray, bool]:
    """The oracle: really paint on a grid; returns what is still unknown and whether all saw something known."""
    unknown = np.ones(target.extent.shape, bool)
    unknown[known.inside(target)] = False
    if not hole.empty:
        unknown[hole.inside(target)] = True
    saw = True
    for window in windows:
        cut = window.inside(target)
        saw &= not unknown[cut].all()
        unknown[cut] = False
    return unknown, saw


@settings(max_examples=100)
@given(
    known=st.builds(Frame, st.just(0), st.just(0), st.integers(1, 40), st.integers(1, 40)),
    far=st.tuples(*[st.integers(0, 40)] * 4),
    hole=st.builds(Frame, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
    growth=st.sampled_from([None, 0.5, 1.0]),
    context=st.sampled_from([None, 4, 16]),
    side=st.sampled_from([None, 8, 32]),
)
def test_windows_cover_all_that_is_unknown_and_continue_what_is_known(known, far, hole, growth, context, side):
    target, hole = known.grown(*far), known & hole
    largest = None if side is None else Extent(side, side)
    windows = plan.windows(known, target, hole, growth=growth, context=context, largest=largest)
    assert all(target.contains(window) for window in windows)
    if largest:
        assert all(largest.covers(window.extent) for window in windows)
    unknown, saw = paint(windows, known, target, hole)
    assert not unknown.any()
    if context is not None and hole.extent.area < known.extent.area and hole.empty:
        assert saw


def test_one_whole_window_where_a_painter_has_no_limits() -> None:
    target = Frame.of(PHOTO).grown(right=128)
    assert plan.windows(Frame.of(PHOTO), target, NO_HOLE) == (target,)


def test_context_cuts_away_what_is_far() -> None:
    windows = plan.windows(Frame.of(PHOTO), Frame.of(PHOTO).grown(right=128), NO_HOLE, context=100)
    assert windows == (Frame(412, 0, 228, 384),)


def test_a_hole_is_one_window_with_its_context() -> None:
    windows = plan.windows(Frame.of(PHOTO), Frame.of(PHOTO), Frame(100, 50, 40, 30), context=20)
    assert windows == (Frame(80, 30, 80, 70),)


def test_nothing_unknown_needs_no_window() -> None:
    assert plan.windows(Frame.of(PHOTO), Frame.of(PHOTO), NO_HOLE) == ()


def test_tiles_start_where_most_is_known_and_walk_outwards() -> None:
    known, target = Frame(0, 0, 100, 100), Frame(0, 0, 400, 100)
    windows = plan.windows(known, target, NO_HOLE, context=50, largest=Extent(150, 100))
    lefts = [window.left for window in windows]
    assert lefts == [50, 150, 250]  # 50..400 in tiles of 150 that share 50


@pytest.mark.parametrize("context", [None, 64, 500])
def test_tiles_share_at_most_half_whatever_context_is_asked_for(context: int | None) -> None:
    largest = Extent(64, 64)
    windows = plan.windows(Frame(0, 0, 64, 64), Frame(0, 0, 364, 300), NO_HOLE, context=context, largest=largest)
    assert len(windows) <= 12 * 10
    unknown, saw = paint(windows, Frame(0, 0, 64, 64), Frame(0, 0, 364, 300), NO_HOLE)
    assert saw and not unknown.any()


def test_thousands_of_tiles_are_planned_in_linear_time() -> None:
    target = Frame(0, 0, 16_000, 16_000)
    windows = plan.windows(Frame(0, 0, 400, 400), target, NO_HOLE, context=16, largest=Extent(256, 256))
    assert 4000 < len(windows) < 5000


def test_a_photo_may_lie_anywhere_on_the_plane() -> None:
    photo = Frame(-16, 5, 80, 48)
    assert plan.frame_for_amounts(photo, amounts(right=8), 1, Anchor.CENTER) == Frame(-16, 5, 88, 48)
    assert plan.frame_for_extent(photo, Extent(100, 48), 1, Anchor.RIGHT, crop=False) == Frame(-36, 5, 100, 48)
