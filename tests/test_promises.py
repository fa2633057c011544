"""The promises of the house, for every painter, blend and method there is: a new one is covered by being there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outpaint import CandidateDone, Extent, Finished, Frame, Picture, Ratio, Request
from outpaint.nearest import distance_to
from outpaint.plan import extent_for_ratio
from outpaint.registry import builtin_registry
from outpaint.road import road

REGISTRY = builtin_registry()
# What needs a model has tests of its own, with models.
PAINTERS = sorted(name for name, painter in REGISTRY.painters.items() if not painter.needs)
METHODS = sorted(name for name, method in REGISTRY.methods.items() if not REGISTRY.parts(method).needs)
BLENDS = sorted(REGISTRY.blends)


@st.composite
def pictures(draw, max_side: int = 24) -> Picture:
    """Any small picture: 8 or 16 bit, grey, RGB or CMYK, with or without alpha (some of it fully transparent)."""
    height, width = draw(st.integers(1, max_side)), draw(st.integers(1, max_side))
    dtype = draw(st.sampled_from([np.uint8, np.uint16]))
    channels = draw(st.sampled_from([1, 3] if dtype is np.uint16 else [1, 3, 4]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    white = np.iinfo(dtype).max
    kind = draw(st.sampled_from(["noise", "flat", "ramp"]))
    samples = rng.integers(0, white, (height, width, channels), dtype, endpoint=True)
    if kind == "flat":
        samples[:] = samples[0, 0]
    if kind == "ramp":
        samples[:] = np.linspace(0, white, width)[None, :, None]
    alpha = None
    if channels < 4 and draw(st.booleans()):
        alpha = rng.choice(np.array([0, white // 3, white, white], dtype), (height, width))
        alpha[rng.integers(height), rng.integers(width)] = white
    return Picture.of(samples, alpha)


amounts = st.fixed_dictionaries({side: st.integers(0, 20) for side in ("left", "top", "right", "bottom")})


def extended(picture: Picture, request: Request) -> Picture:
    """The first candidate."""
    *_, last, end = road(picture, request, REGISTRY)
    assert isinstance(last, CandidateDone) and isinstance(end, Finished)
    done = last.result
    both = done.picture.frame & picture.frame
    same = ~done.painted[both.inside(done.picture.frame)]
    old, new = picture.samples[both.inside(picture.frame)], done.picture.samples[both.inside(done.picture.frame)]
    assert np.array_equal(old[same], new[same]), "the record of what was painted is not true"
    return done.picture


def check_promises(picture: Picture, request: Request) -> None:
    """Exact size; known samples and alpha byte for byte; all painted, opaque and finite; input not changed."""
    before = picture.samples.copy(), picture.known.copy(), None if picture.alpha is None else picture.alpha.copy()
    result = extended(picture, request)
    sides = [getattr(request, side) for side in ("left", "top", "right", "bottom")]
    left, top, right, bottom = (amount.of(0) for amount in sides)
    frame = picture.frame.grown(left, top, right, bottom)
    assert result.frame == frame and result.samples.shape == (*frame.extent.shape, picture.samples.shape[2])
    assert result.samples.dtype == picture.samples.dtype
    unknown = np.ones(frame.extent.shape, bool)
    unknown[picture.frame.inside(frame)] = ~picture.known
    kept = (distance_to(unknown) > request.overlap)[picture.frame.inside(frame)]
    old, new = picture.samples[kept], result.samples[picture.frame.inside(frame)][kept]
    assert np.array_equal(old, new)
    assert result.known.all()
    if picture.alpha is not None:
        assert np.array_equal(picture.alpha[kept], result.alpha[picture.frame.inside(frame)][kept])
        assert (result.alpha[unknown] == picture.white).all()
    assert np.array_equal(picture.samples, before[0]) and np.array_equal(picture.known, before[1])
    assert picture.alpha is None or np.array_equal(picture.alpha, before[2])


def something_to_paint(picture: Picture, sides: dict[str, int]) -> bool:
    return any(sides.values()) or not picture.known.all()


@pytest.mark.parametrize("painter", PAINTERS)
@settings(max_examples=25)
@given(picture=pictures(), sides=amounts, seed=st.integers(0, 99))
def test_every_painter_keeps_known_pixels_and_gives_the_exact_size(painter, picture, sides, seed) -> None:
    if something_to_paint(picture, sides):
        check_promises(picture, Request.of(painters=[painter], blend="paste", seed=seed, **sides))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15)
@given(picture=pictures(), sides=amounts, overlap=st.sampled_from([0, 0, 1, 5]))
def test_every_method_keeps_known_pixels_outside_the_overlap_asked_for(method, picture, sides, overlap) -> None:
    if something_to_paint(picture, sides):
        check_promises(picture, Request.of(method=method, overlap=overlap, **sides))


@pytest.mark.parametrize("blend", [*BLENDS, "+".join(BLENDS), "colour+poisson+grain+feather"])
@pytest.mark.parametrize("painter", ["fake", "mirror"])
@settings(max_examples=15)
@given(picture=pictures(), sides=amounts, overlap=st.sampled_from([0, 3, 40]))
def test_every_blend_keeps_known_pixels_outside_the_overlap(blend, painter, picture, sides, overlap) -> None:
    if something_to_paint(picture, sides):
        check_promises(picture, Request.of(painters=[painter], blend=blend, overlap=overlap, **sides))


ODD = [
    (1, 1, ("9:16", "16:9")),
    (7, 513, ("1:100", "1:8")),
    (4001, 3, ("200:1", "2000:1")),
    (33, 18, ("1:1", "32:9")),
]
"""Width, height, a ratio narrower and one wider than that."""


@pytest.mark.parametrize("painter", PAINTERS)
@pytest.mark.parametrize(("width", "height", "ratios"), ODD)
def test_odd_sizes_come_out_exactly(painter: str, width: int, height: int, ratios: tuple[str, str]) -> None:
    samples = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    picture = Picture.of(samples)
    ways = {
        Extent(width + 8, height + 6): {"left": 5, "top": 4, "right": 3, "bottom": 2},
        Extent(width + 33, height): {"right": 33},
        Extent(width, height + 1): {"top": 1},
        **{extent_for_ratio(Extent(width, height), Ratio.parse(ratio)): {"ratio": ratio} for ratio in ratios},
    }
    for extent, way in ways.items():
        result = extended(picture, Request.of(painters=[painter], blend="paste", **way))
        assert result.extent == extent
        assert np.array_equal(result.samples[picture.frame.inside(result.frame)], samples)


@pytest.mark.parametrize("painter", PAINTERS)
def test_a_hole_inside_the_photo_is_painted_and_the_rest_is_kept(painter: str, photo: np.ndarray) -> None:
    hole = np.zeros(photo.shape[:2], bool)
    hole[20:30, 25:41] = hole[0:3, 60:64] = True
    hole[5:9, 5:9] = np.eye(4, dtype=bool)
    picture = Picture.of(photo).without(hole)
    result = extended(picture, Request.of(painters=[painter], blend="paste"))
    assert np.array_equal(result.samples[~hole], photo[~hole])
    assert result.known.all()


@pytest.mark.parametrize("method", METHODS)
def test_the_same_request_gives_the_same_bytes_and_another_seed_other_ones(method: str, photo: np.ndarray) -> None:
    picture = Picture.of(photo)
    request = Request.of(method=method, all="30%", seed=3)
    first, again = extended(picture, request), extended(picture, request)
    assert first.samples.tobytes() == again.samples.tobytes()
    reads = {word for name in REGISTRY.methods[method].painters for word in REGISTRY.painters[name].reads}
    if "seed" in reads:
        other = extended(picture, Request.of(method=method, all="30%", seed=4))
        assert other.samples.tobytes() != first.samples.tobytes()


def test_painters_see_only_what_is_known(photo: np.ndarray) -> None:
    """What lies under a transparent pixel must not leak into the result."""
    hidden = photo.copy()
    alpha = np.full(photo.shape[:2], 255, np.uint8)
    alpha[10:30, 10:30] = 0
    hidden[10:30, 10:30] = [255, 0, 255]
    for painter in PAINTERS:
        request = Request.of(painters=[painter], right=10)
        one = extended(Picture.of(photo.copy(), alpha.copy()), request)
        two = extended(Picture.of(hidden.copy(), alpha.copy()), request)
        assert one.samples.tobytes() == two.samples.tobytes(), painter


def test_frames_are_the_only_thing_that_moves() -> None:
    """Extending on the left puts the photo at x = amount, not anywhere else."""
    picture = Picture.of(np.arange(12, dtype=np.uint8).reshape(3, 4, 1))
    result = extended(picture, Request.of(method="edge", left=2))
    assert result.frame == Frame(-2, 0, 6, 3) and result.extent == Extent(6, 3)
    assert result.samples[:, :, 0].tolist() == [[0, 0, 0, 1, 2, 3], [4, 4, 4, 5, 6, 7], [8, 8, 8, 9, 10, 11]]
