"""The queue: one job after the other, on one thread, whatever the pages and the process do meanwhile."""

import secrets
import time
from dataclasses import replace
from threading import Condition, Event, Thread

import numpy as np

from outpaint.canvas import Accept, Document, Done
from outpaint.canvas.commands import layer_name
from outpaint.canvas.photo import to_rgba
from outpaint.errors import OutpaintError, RequestError
from outpaint.events import CandidateDone, Progress
from outpaint.geometry import Frame
from outpaint.picture import Picture
from outpaint.pixels import Pixels
from outpaint.recipe import write_recipe
from outpaint.registry import Registry
from outpaint.request import Request
from outpaint.resolve import check
from outpaint.road import road
from outpaint.server.answers import Busy, NotNow, png_of
from outpaint.server.easel import Easel
from outpaint.server.feed import Feed
from outpaint.server.job import OPEN, Job, State
from outpaint.server.job_store import Candidate, JobStore
from outpaint.server.limits import Limits
from outpaint.server.progress import advanced, begun, crept

ATTEMPTS = 2
"""A job that was running twice when the server died is not begun a third time."""
_PAUSE = 0.1
"""Seconds between two reports of progress."""
_TICK = 0.5
"""Seconds until a painter that says nothing is spoken for, and between two looks at an easel that nobody uses."""


class JobQueue:
    """Jobs on one canvas. Any thread may call any method.

    easel: held while the road is being walked, by this queue or by whoever else does.
    """

    def __init__(self, document: Document, registry: Registry, feed: Feed, limits: Limits, easel: Easel) -> None:
        """FileError if another server has this canvas open."""
        self.easel = easel
        self._document = document
        self._registry = registry
        self._feed = feed
        self._limits = limits
        self._store = JobStore(document.path.with_name(document.path.name + "-jobs"))
        self._changed = Condition()
        self._stopping = False
        self._running: Job | None = None  # None as soon as nobody wants it any more
        self._preview: tuple[str, Pixels] | None = None
        self._thread = Thread(target=self._work, name="outpaint jobs", daemon=True)
        self._over = Event()
        self._ticking = Thread(target=self._tick, name="outpaint progress", daemon=True)

    def start(self) -> None:
        """Take up what was waiting; what was running when the last server died begins again, once.

        A candidate that the canvas has, although its job does not know of it, was accepted when that server died.
        """
        accepted = self._document.accepted()
        for job in self._store.jobs():
            if job.state in ("running", "done") and job.id in accepted:
                self._store.move(job.id, "accepted")
            elif job.state == "running" and job.attempts >= ATTEMPTS:
                error = f"the server stopped {job.attempts} times while at it; try a smaller frame"
                self._store.move(job.id, "failed", error)
            elif job.state == "running":
                self._store.move(job.id, "waiting")
        self._thread.start()
        self._ticking.start()

    def stop(self, patience: float = 5) -> None:
        """Put back what is running and close; it begins again with the next start."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(patience)
        if not self._thread.is_alive():
            self._store.close()

    def add(self, frame: Frame, request: Request) -> Job:
        """RequestError if it cannot be done, Busy if there is too much to do already.

        What waits already is not put in twice: whoever asks for the same hears of the same job.
        """
        check(request, self._registry)
        with self._changed:
            if (same := self._store.waiting(frame, request)) is not None:
                return same
            if self._store.count(*OPEN) >= self._limits.waiting:
                raise Busy(f"{self._limits.waiting} jobs are waiting already; try again when some are done")
            if self._store.count("done") >= self._limits.undecided:
                raise Busy("too many jobs wait for a decision; accept or reject some first", 30)
            job = Job(secrets.token_urlsafe(9), frame, request)
            self._store.add(job)
            self._tell(job)  # before it can be begun
            self._changed.notify_all()
        return job

    def jobs(self) -> list[Job]:
        """The oldest first."""
        running = self._running
        return [_newer(job, running) for job in self._store.jobs()]

    def job(self, id: str) -> Job:
        return _newer(self._store.job(id), self._running)

    def drop(self, id: str) -> Job:
        """Cancel a job that is not done, reject one that is; any other stays what it is."""
        with self._changed:
            job = self.job(id)
            if job.state == "running":
                self._running = None
            if job.state in OPEN:
                self._store.move(id, "cancelled")
            elif job.state == "done":
                self._store.move(id, "rejected")
            job = self._store.job(id)
            self._tell(job)
        return job

    def png(self, id: str, number: int) -> bytes:
        """A candidate's picture, as large as the job's frame."""
        self._store.job(id)
        return self._store.png(id, number)

    def preview(self, id: str) -> bytes | None:
        """The latest rough picture of a running job, as PNG; None if there is none, or none any more."""
        shown = self._preview
        if self.job(id).state != "running" or shown is None or shown[0] != id:
            return None
        opaque = np.ones((*shown[1].shape[:2], 1), np.float32)
        return png_of((np.concatenate([shown[1], opaque], -1) * 255 + 0.5).astype(np.uint8))

    def accept(self, id: str, number: int) -> Done:
        """Lay a candidate on the canvas; those that are not painted yet are not painted any more.

        NotNow if it was decided already or is not begun, NotThere if there is no such candidate yet.
        """
        with self._changed:
            job = self._store.job(id)
            if job.state not in ("running", "done"):
                raise NotNow(f"the job is {job.state}; only what is painted can be accepted")
            if id in self._document.accepted():  # only the mark was missing
                done = Done(self._document.revision, False)
            else:
                done = self._document.do(_acceptance(job, number, self._store.candidate(job, number)))
            self._store.move(id, "accepted")
            if job.state == "running":
                self._running = None
            self._tell(self._store.job(id))
        return done

    def _work(self) -> None:
        while not self._stopping:
            try:
                job = self._next()
                if job is not None:
                    self._try(job)
            except OutpaintError:  # the list of jobs cannot be written: a full disk, perhaps, that will be emptied
                with self._changed:
                    self._changed.wait(5)
            finally:
                self._running = self._preview = None

    def _try(self, job: Job) -> None:
        end: State = "failed"
        error = ""
        try:
            end = self._paint(job)
        except OutpaintError as problem:
            error = str(problem)
        except MemoryError:
            error = "there is not enough memory for this; try a smaller frame"
        except Exception as problem:  # a plug-in may raise anything, and the next job has a right to its turn
            error = f"{type(problem).__name__}: {problem}"
        self._settle(job, end, " ".join(error.split()) or None)

    def _next(self) -> Job | None:
        """Waits for a job and marks it as running; None when the queue is to stop.

        One that is running already is one whose end could not be written down.
        """
        with self._changed:
            while not self._stopping:
                job = next((each for each in self._store.jobs() if each.state in OPEN), None)
                if job is not None:
                    job = replace(job, state="running", attempts=job.attempts + 1, candidates=0)
                    job = begun(job, time.monotonic())
                    self._store.drop_candidates(job.id)
                    self._store.move(job.id, "running", attempts=job.attempts)
                    self._running = job
                    self._tell(job)
                    return job
                self._changed.wait()
        return None

    def _paint(self, job: Job) -> State:
        """Walk the road to its end; back to waiting if it is left off before."""
        with self.easel:
            events = road(starting_point(self._document, job.frame), job.request, self._registry)
            told = 0.0
            try:
                for event in events:
                    if isinstance(event, CandidateDone):
                        done = event.result  # larger than the frame where a faithful method rounds its size up
                        inside = job.frame.inside(done.picture.frame)
                        found = Candidate(to_rgba(done.picture.within(job.frame)), done.painted[inside])
                        self._store.add_candidate(job.id, event.number, found)
                    with self._changed:
                        if self._stopping or self._running is None:
                            return "waiting"
                        before, now = self._running, time.monotonic()
                        self._running = job = advanced(before, event, now)
                        if job.preview > before.preview and isinstance(event, Progress) and event.preview is not None:
                            self._preview = job.id, event.preview
                        other = (job.candidates, job.text) != (before.candidates, before.text)
                        if other or now - told > _PAUSE:
                            told = now
                            self._tell(job)
            finally:
                events.close()
        return "done"

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            with self._changed:
                if self._running is not None and not self._stopping:
                    self._running = crept(self._running, time.monotonic())
                    self._tell(self._running)
            self.easel.tidy()

    def _settle(self, job: Job, end: State, error: str | None) -> None:
        """Write down what became of the job in hand, unless it was cancelled or accepted meanwhile."""
        with self._changed:
            if self._running is None:
                self._store.drop_candidates(job.id)  # what was found after that
            else:
                self._running = None
                attempts = job.attempts - 1 if end == "waiting" else job.attempts
                self._store.move(job.id, end, error, attempts)
            self._tell(self._store.job(job.id))

    def _tell(self, job: Job) -> None:
        """Only while `_changed` is held: what is told last is what listeners believe."""
        self._feed.tell("job", job.id, job.to_json())


def starting_point(document: Document, frame: Frame) -> Picture:
    """The picture that a frame shows; RequestError if nothing in it is missing, or everything."""
    picture = document.picture(frame)
    if picture.known.all():
        raise RequestError("nothing is missing in the frame; move it over the border, or mask what to repaint")
    if not picture.known.any():
        raise RequestError("the frame is empty; let it overlap the picture, which is what the painter continues")
    return picture


def _newer(stored: Job, running: Job | None) -> Job:
    """What is said of a running job is newer than what is written of it."""
    fresh = running is not None and running.id == stored.id and stored.state == "running"
    return replace(running, candidates=stored.candidates) if fresh and running is not None else stored


def _acceptance(job: Job, number: int, candidate: Candidate) -> Accept:
    """The recipe is that of this candidate alone, as `ResolvedRequest` makes it."""
    recipe = write_recipe(replace(job.request, seed=(job.request.seed + number) % 2**63, count=1))
    return Accept(
        job.frame,
        candidate.pixels,
        candidate.painted.astype(np.uint8),
        name=layer_name(job.request.prompt, job.request.method),
        job=job.id,
        candidate=number,
        recipe=recipe,
    )
