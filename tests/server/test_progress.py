"""Progress: forward only, something at once, and never past what the painter said next."""

import pytest

from outpaint.events import Event, Notice, Progress, WindowStarted
from outpaint.geometry import Frame
from outpaint.request import Request
from outpaint.server.job import Job
from outpaint.server.progress import advanced, begun, crept

LARGE = Job("a", Frame(0, 0, 6000, 4000), Request(count=2))


def test_something_moves_every_other_second_of_a_large_job() -> None:
    job = begun(LARGE, 0.0)
    seen = []
    for second in range(1, 60):
        if second == 3:
            job = advanced(job, WindowStarted(0, 1, 1), second)
        if second == 20:
            job = advanced(job, Progress(0, 7), second)
        if second == 40:
            job = advanced(job, Progress(1, 7), second)
        job = crept(job, second)
        seen.append(round(job.progress, 4))
    assert seen[0] > 0
    assert all(a < b for a, b in zip(seen[:40], seen[2:42], strict=True))
    assert seen[-1] <= 0.5 * 2 / 7


@pytest.mark.parametrize("event", [Progress(3, 7), WindowStarted(1, 1, 1), Notice("compiling")])
def test_no_event_takes_anything_back(event: Event) -> None:
    job = crept(advanced(begun(LARGE, 0), Progress(6, 7), 1), 1000)
    assert advanced(job, event, 1001).progress >= job.progress


def test_however_long_it_takes_it_is_not_past_the_next_report() -> None:
    job = advanced(begun(LARGE, 0), WindowStarted(0, 1, 1), 0)
    job = advanced(job, Progress(1, 4), 0)
    assert crept(job, 1e9).progress == pytest.approx(0.5 * 2 / 4)


def test_the_text_is_what_the_painter_says_now() -> None:
    job = advanced(begun(LARGE, 0), WindowStarted(0, 1, 1), 0)
    assert job.text == ""  # which candidate it is, a page can see
    job = advanced(job, Progress(1, 4, "dreaming"), 1)
    assert job.text == "dreaming"
    assert advanced(job, WindowStarted(1, 1, 1), 2).text == ""
