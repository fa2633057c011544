"""How far a job is: what its events say, and an estimate between two of them, far apart on large pictures."""

import math
from dataclasses import replace

from outpaint.events import CandidateDone, Event, Notice, Progress, WindowStarted
from outpaint.server.job import Job

FIRST = 0.1
"""Of a window: as far as the estimate goes before the painter said anything."""
_MEGAPIXEL = 1e6


def begun(job: Job, now: float) -> Job:
    """The job as its picture is being read; now: seconds on any clock that only goes forward."""
    count = job.request.count
    return replace(job, progress=0.0, text="", since=now, base=0.0, goal=FIRST / count)


def advanced(job: Job, event: Event, now: float) -> Job:
    """The job after an event: candidates are equal shares, and windows are equal shares of those."""
    count = job.request.count
    if isinstance(event, WindowStarted):
        share = 1 / (count * event.total)
        begin = event.candidate / count + (event.number - 1) * share
        return _reported(replace(job, begin=begin, share=share, text=""), begin, begin + FIRST * share, now)
    if isinstance(event, Progress) and event.total > 0:
        # Several painters share a window, and each begins at 0; the bar only ever goes forward.
        done, next_one = (
            job.begin + job.share * min(step / event.total, 1.0) for step in (event.step, event.step + 1)
        )
        whole = event.preview is not None and event.preview.shape[:2] == (job.frame.height, job.frame.width)
        job = replace(job, text=event.label or job.text, preview=job.preview + whole)
        return _reported(job, done, next_one, now)
    if isinstance(event, Notice):
        return replace(job, text=event.text)
    if isinstance(event, CandidateDone):
        done = (event.number + 1) / count
        return replace(_reported(job, done, done, now), progress=done, candidates=event.number + 1)
    return job


def crept(job: Job, now: float) -> Job:
    """The job some time after the last report: on its way to the next one, slower and slower, never past it."""
    patience = 2 + job.frame.extent.area / _MEGAPIXEL
    part = 1 - math.exp(-max(0.0, now - job.since) / patience)
    return replace(job, progress=max(job.progress, job.base + (job.goal - job.base) * part))


def _reported(job: Job, done: float, goal: float, now: float) -> Job:
    progress = max(job.progress, done)
    return replace(job, progress=progress, since=now, base=progress, goal=max(progress, goal))
