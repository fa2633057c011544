"""The road: its events, its order, what painters may do wrong, and stopping half-way."""

from dataclasses import replace

import numpy as np
import pytest

from outpaint import (
    Blend,
    CandidateDone,
    Extent,
    Finished,
    Frame,
    Limits,
    Painter,
    PainterError,
    Picture,
    Progress,
    Request,
    Result,
    Started,
    WindowStarted,
)
from outpaint.registry import builtin_registry
from outpaint.road import road

REGISTRY = builtin_registry()
WHOLE = Limits()


def painter(work, **more) -> Painter:
    return Painter("test", "", work, **more)


def run(picture: Picture, work=None, registry=REGISTRY, limits=WHOLE, **asked):
    if work:
        registry = registry.including(painter(work, limits=limits, reads=frozenset({"seed"})))
        asked.setdefault("painters", ["test"])
    return list(road(picture, Request.of(**asked), registry))


def last(events) -> Result:
    return events[-2].result


def test_events_come_in_order(photo) -> None:
    events = run(Picture.of(photo), painters=["fake"], right=8, count=2, settings={"steps": 2})
    one = [WindowStarted, Progress, Progress, CandidateDone]
    assert [type(event) for event in events] == [Started, *one, *one, Finished]
    assert [(e.step, e.total) for e in events if isinstance(e, Progress)] == [(1, 2), (2, 2)] * 2
    assert [event.result.request.seed for event in events if isinstance(event, CandidateDone)] == [0, 1]


def test_closing_stops_the_painter_at_once(photo) -> None:
    steps = []

    def work(view, brief):
        try:
            for step in range(100):
                yield Progress(step, 100)
                steps.append(step)
        finally:
            steps.append("closed")
        return view.pixels

    registry = REGISTRY.including(painter(work))
    events = road(Picture.of(photo), Request.of(right=8, painters=["test"]), registry)
    while not isinstance(event := next(events), Progress) or event.step < 3:
        pass
    events.close()
    assert steps == [0, 1, 2, "closed"]


def test_each_painter_refines_the_answer_of_the_one_before(photo) -> None:
    seen = []

    def work(view, brief):
        seen.append(view)
        return view.pixels / 2

    run(Picture.of(photo), work, right=8, painters=["edge", "test"])
    (view,) = seen
    assert np.array_equal(view.pixels[:, 64:], np.repeat(view.pixels[:, 63:64], 8, 1))
    assert np.array_equal(view.pixels[:, :64], Picture.of(photo).pixels())
    assert view.unknown[:, :64].max() == 0 and view.unknown[:, 64:].min() == 1


def test_a_later_window_sees_what_an_earlier_one_painted(photo) -> None:
    seen = []

    def work(view, brief):
        seen.append(view.frame)
        return np.where(view.holes[..., None], view.pixels[~view.holes].max(), view.pixels)

    limits = Limits(largest=Extent(32, 32), context=4)
    done = run(Picture.of(photo), work, right=100, limits=limits)
    result = last(done).picture
    assert len(seen) > 4 and all(frame.width <= 32 and frame.height <= 32 for frame in seen)
    assert result.known.all() and (result.samples[:, 64:].max(-1) >= photo.max() // 4).all()


def test_a_window_inside_a_large_hole_waits_for_its_neighbours() -> None:
    """The hole's bounding box covers all of the photo, so the planner cannot know where the known pixels are."""
    picture = Picture.of(np.full((64, 64, 3), 9, np.uint8))
    hole = np.ones((64, 64), bool)
    hole[60:, 60:] = False

    def work(view, brief):
        assert not view.holes.all()
        return np.broadcast_to(view.pixels[~view.holes].mean(0), view.pixels.shape)

    limits = Limits(largest=Extent(16, 16), context=2)
    done = run(picture.without(hole), work, limits=limits)
    assert (last(done).picture.samples == 9).all()


def test_overlap_gives_the_rim_to_the_painter_and_the_blend_decides(photo) -> None:
    def half(seam):
        return seam.with_weight(np.where(seam.painted & seam.known, 0.5, seam.weight).astype(np.float32))

    registry = REGISTRY.including(Blend("half", "", half))
    done = run(
        Picture.of(photo),
        right=8,
        overlap=4,
        painters=["fake"],
        blend="half",
        settings={"level": 0},
        registry=registry,
    )
    result = last(done).picture.samples
    assert np.array_equal(result[:, :60], photo[:, :60])
    assert np.array_equal(result[:, 60:64], np.rint(photo[:, 60:64] / 2).astype(np.uint8))
    assert (result[:, 64:] == 0).all()
    assert last(done).painted.sum() == 12 * 48


def test_a_blend_cannot_hold_back_what_is_unknown_nor_reach_what_is_known(photo) -> None:
    registry = REGISTRY.including(
        Blend("rude", "", lambda seam: replace(seam, weight=1 - seam.weight, answer=np.ones_like(seam.answer)))
    )
    done = run(Picture.of(photo), right=8, painters=["fake"], blend="rude", registry=registry)
    result = last(done).picture.samples
    assert np.array_equal(result[:, :64], photo) and (result[:, 64:] == 255).all()


def test_a_painter_that_fails_is_named(photo) -> None:
    def work(view, brief):
        raise RuntimeError("CUDA out of memory")

    with pytest.raises(PainterError, match="painter test failed: RuntimeError: CUDA out of memory"):
        run(Picture.of(photo), work, right=8)


def test_a_result_can_be_extended_again(photo) -> None:
    once = last(run(Picture.of(photo), painters=["edge"], left=16, top=3))
    twice = last(run(once.picture, painters=["mirror"], right=8, bottom=50, ratio=None))
    assert twice.picture.frame == Frame(-16, -3, 88, 101)
    assert np.array_equal(twice.array[:51, :80], once.array)
    assert twice.request.photo == Frame(-16, -3, 80, 51)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda view: view.pixels[:, :-1], "expected"),
        (lambda view: view.pixels[..., :1], "expected"),
        (lambda view: None, "NoneType"),
        (lambda view: np.full_like(view.pixels, np.nan), "not finite"),
    ],
)
def test_a_painter_that_breaks_its_contract_is_named(photo, answer, message) -> None:
    with pytest.raises(PainterError, match=f"painter test.*{message}"):
        run(Picture.of(photo), lambda view, brief: answer(view), right=8)


def test_answers_are_clipped(photo) -> None:
    done = run(Picture.of(photo), lambda view, brief: view.pixels + 7, right=8)
    assert (last(done).picture.samples[:, 64:] == 255).all()


def test_a_crop_can_be_forced(photo) -> None:
    done = run(Picture.of(photo), painters=["edge"], to="32x60", force_crop=True, anchor="top-left")
    result = last(done).picture
    assert result.frame == Frame(0, 0, 32, 60)
    assert np.array_equal(result.samples[:48], photo[:, :32])


def test_very_wide_extensions_grow_in_steps(photo) -> None:
    seen = []

    def work(view, brief):
        seen.append(view.frame.width)
        return view.pixels

    run(Picture.of(photo), work, right=64 * 7, limits=Limits(growth=1.0))
    assert seen == [128, 256, 512]
