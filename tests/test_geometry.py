"""Value types: arithmetic against sets of points, reading of what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint import Amount, Anchor, Extent, Frame, Ratio, RequestError
from outpaint.geometry import Unit

small = st.integers(-6, 6)
sides = st.integers(0, 6)
frames = st.builds(Frame, small, small, sides, sides)


def points(frame: Frame) -> set[tuple[int, int]]:
    """The oracle: a frame as the set of its pixels."""
    return {(x, y) for x in range(frame.left, frame.right) for y in range(frame.top, frame.bottom)}


@given(frames, frames)
def test_intersection_is_the_intersection_of_pixels(a: Frame, b: Frame) -> None:
    assert points(a & b) == points(a) & points(b)


@given(frames, frames)
def test_union_is_the_smallest_frame_around_both(a: Frame, b: Frame) -> None:
    both = points(a) | points(b)
    assert points(a | b) >= both
    if both:
        xs, ys = {x for x, _ in both}, {y for _, y in both}
        assert a | b == Frame.between(min(xs), min(ys), max(xs) + 1, max(ys) + 1)


@given(frames, frames)
def test_contains_agrees_with_pixels_for_frames_that_have_any(a: Frame, b: Frame) -> None:
    if not b.empty:
        assert a.contains(b) == (points(b) <= points(a))


@given(frames, small, small)
def test_moving_moves_every_pixel(frame: Frame, dx: int, dy: int) -> None:
    assert points(frame.moved(dx, dy)) == {(x + dx, y + dy) for x, y in points(frame)}


@given(frames, sides, sides, sides, sides)
def test_growing_there_and_back_is_the_same_frame(frame: Frame, a: int, b: int, c: int, d: int) -> None:
    assert frame.grown(a, b, c, d).grown(-a, -b, -c, -d) == frame


@given(frames, frames)
def test_slices_cut_the_frame_out_of_its_outer_one(outer: Frame, wish: Frame) -> None:
    inner = outer & wish
    if inner.empty:
        return
    pixels = [[(x, y) for x in range(outer.left, outer.right)] for y in range(outer.top, outer.bottom)]
    rows, columns = inner.inside(outer)
    assert {point for row in pixels[rows] for point in row[columns]} == points(inner)


def test_a_frame_outside_cannot_be_cut_out() -> None:
    with pytest.raises(ValueError, match="does not lie inside"):
        Frame(0, 0, 5, 5).inside(Frame(1, 0, 5, 5))


@pytest.mark.parametrize("kind", [lambda: Extent(-1, 2), lambda: Frame(0, 0, 1, -2)])
def test_negative_sizes_do_not_exist(kind) -> None:
    with pytest.raises(ValueError, match="negative"):
        kind()


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 300))
def test_rounding_up_is_the_least_multiple_that_covers(width: int, height: int, multiple: int) -> None:
    rounded = Extent(width, height).round_up(multiple)
    assert rounded.width % multiple == 0 == rounded.height % multiple
    assert 0 <= rounded.width - width < multiple and 0 <= rounded.height - height < multiple


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("1920x1080", Extent(1920, 1080)),
        (" 7 X 513 ", Extent(7, 513)),
        ("1\u00d71", Extent(1, 1)),
        ("8*9px", Extent(8, 9)),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, extent: Extent) -> None:
    assert Extent.parse(text) == extent
    assert Extent.parse(str(extent)) == extent


@pytest.mark.parametrize(
    "text", ["", "1920", "1920x", "0x5", "5x0", "-5x5", "axb", "1.5x2", "nanxnan", "9" * 12 + "x1"]
)
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RequestError, match="1920x1080"):
        Extent.parse(text)


@pytest.mark.parametrize(
    ("given_", "amount"),
    [
        (256, Amount(256)),
        (256.0, Amount(256)),
        ("256", Amount(256)),
        ("256px", Amount(256)),
        (" 25 % ", Amount(25, Unit.PERCENT)),
        ("12.5%", Amount(12.5, Unit.PERCENT)),
        (".5%", Amount(0.5, Unit.PERCENT)),
        ("0", Amount(0)),
        ("1e2%", Amount(100, Unit.PERCENT)),
        (Amount(3), Amount(3)),
    ],
)
def test_amounts_are_read_as_people_write_them(given_: object, amount: Amount) -> None:
    assert Amount.parse(given_) == amount
    assert Amount.parse(str(amount)) == amount


@pytest.mark.parametrize(
    "given_",
    ["", "px", "%", "-5", "-5%", "1.5", "0.5px", "nan", "inf", "1e99", "1e9999", "10%%", "5 cm", "ten", True,
     float("nan"), float("inf"), -1, 0.5, "99999999%"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_an_example(given_: object) -> None:
    with pytest.raises(RequestError, match="25%"):
        Amount.parse(given_)


@given(st.integers(1, 100_000), st.integers(0, 1000))
def test_percent_of_a_length_rounds_halves_up(length: int, percent: int) -> None:
    pixels = Amount(percent, Unit.PERCENT).of(length)
    assert abs(pixels * 100 - length * percent) <= 50
    assert (length * percent) % 100 != 50 or pixels * 100 - length * percent == 50


@pytest.mark.parametrize(
    ("text", "value"),
    [("16:9", 16 / 9), ("2.39:1", 2.39), ("4/3", 4 / 3), (" 1 : 2 ", 0.5), ("1.78", 1.78), (1.5, 1.5)],
)
def test_ratios_are_read_as_people_write_them(text: str, value: float) -> None:
    assert Ratio.parse(text).value == pytest.approx(value)
    assert Ratio.parse(str(Ratio.parse(text))) == Ratio.parse(text)


@pytest.mark.parametrize("text", ["", "16", "16:", "0:1", "1:0", "-1:2", "a:b", "nan:1", "1:2:3"])
def test_what_is_no_ratio_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RequestError, match="16:9"):
        Ratio.parse(text)


@pytest.mark.parametrize("anchor", Anchor)
@given(outer=st.builds(Extent, st.integers(0, 99), st.integers(0, 99)), inner=st.builds(Extent, sides, sides))
def test_an_anchored_extent_stays_inside(anchor: Anchor, outer: Extent, inner: Extent) -> None:
    if outer.covers(inner):
        x, y = anchor.place(outer, inner)
        assert Frame.of(outer).contains(Frame.of(inner, x, y))
        assert (x == 0) == (anchor.value[0] == 0 or outer.width - inner.width < 1 / max(anchor.value[0], 1e-9))


@pytest.mark.parametrize(
    ("name", "place"),
    [("top-left", (0, 0)), ("top", (5, 0)), ("top-right", (10, 0)), ("left", (0, 10)), ("centre", (5, 10)),
     ("right", (10, 10)), ("bottom-left", (0, 20)), ("Bottom", (5, 20)), ("bottom_right", (10, 20))],
)  # fmt: skip
def test_the_nine_anchors(name: str, place: tuple[int, int]) -> None:
    anchor = Anchor.parse(name)
    assert anchor.place(Extent(20, 30), Extent(10, 10)) == place
    assert Anchor.parse(str(anchor)) is anchor


def test_an_unknown_anchor_names_the_nine() -> None:
    with pytest.raises(RequestError, match="top-left, top, top-right, left, center"):
        Anchor.parse("middle")
