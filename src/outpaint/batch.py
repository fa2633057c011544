"""Many photos down the same road, in this process or in several. One that fails is reported and the others go on."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from outpaint.errors import FileError, OutpaintError
from outpaint.events import CandidateDone, Event, Started
from outpaint.geometry import Extent
from outpaint.jobs import STANDARD, Job
from outpaint.picture import Picture
from outpaint.registry import Registry, default_registry
from outpaint.result import Result
from outpaint.road import road


@dataclass(frozen=True)
class Done:
    """What became of a job: one record per picture, or the error line; `image` is set for standard output."""

    job: Job
    records: tuple[dict[str, Any], ...] = ()
    error: str | None = None
    image: bytes | None = None


def run(job: Job, registry: Registry | None = None, watch: Callable[[Event], None] | None = None) -> Done:
    """Do one job; an OutpaintError becomes the `error` line of the answer."""
    try:
        return _run(job, registry or default_registry(), watch or (lambda event: None))
    except OutpaintError as error:
        return Done(job, error=str(error))
    except MemoryError:
        return Done(job, error=f"not enough memory for {job.photo}; ask for a smaller result")


def run_all(jobs: Sequence[Job], workers: int, watch: Callable[[Event], None] | None = None) -> Iterator[Done]:
    """All jobs, in this process or in several; answers come in the order of the jobs.

    watch: sees the events of every job; in several processes there are none to see.
    """
    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield run(job, watch=watch)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    strangers = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(min(workers, len(jobs)), spawn, _enter_worker, (stop,))
    try:
        with _interrupts_ignored():  # inherited: an interrupt does not hit a worker that is still starting
            answers = [(job, pool.submit(_run_in_worker, job)) for job in jobs]
        for job, answer in answers:
            try:
                yield answer.result()
            except BrokenProcessPool:
                yield Done(job, error="a worker process died, perhaps for lack of memory; try fewer --workers")
    except BaseException:
        stop.set()
        for child in set(multiprocessing.active_children()) - strangers:
            if child.pid:
                os.kill(child.pid, signal.SIGINT)  # let each remove what it has half written
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Only the main thread may say so; elsewhere this does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_stop: Any = None


def _enter_worker(stop: Any) -> None:
    """A worker between two jobs has nothing to tidy up: an interrupt is its parent's business."""
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """A parent that is killed cannot say goodbye."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _run_in_worker(job: Job) -> Done:
    """A job that an interrupt stops in order, so that no half file stays behind."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return Done(job, error="interrupted") if _stop.is_set() else run(job, watch=_heed)
    except KeyboardInterrupt:
        return Done(job, error="interrupted")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _heed(event: Event) -> None:
    """An interrupt that arrives in a function which C calls is swallowed there."""
    if _stop.is_set():
        raise KeyboardInterrupt


def _run(job: Job, registry: Registry, watch: Callable[[Event], None]) -> Done:
    from outpaint.files import encode_picture, open_mask, open_picture

    begun = time.perf_counter()
    photo = open_picture(job.photo if job.content is None else job.content, max_pixels=job.request.max_pixels)
    picture = photo.without(open_mask(job.mask, photo.extent)) if job.mask else photo
    records: list[dict[str, Any]] = []
    image = None
    for event in road(picture, job.request, registry):
        watch(event)
        if isinstance(event, Started):
            _check_files(job, photo, event.request.frame.extent)
        if isinstance(event, CandidateDone) and job.output == STANDARD:
            result = event.result
            image = encode_picture(result.picture, job.format, job.quality, result.recipe)
        if isinstance(event, CandidateDone):
            _save(job, event)
            records.append(_record(job, event.number, event.result, time.perf_counter() - begun))
            begun = time.perf_counter()
    return Done(job, tuple(records), image=image)


def _check_files(job: Job, photo: Picture, extent: Extent) -> None:
    """FileError before anything is painted if one of the files could not be written afterwards."""
    from outpaint.files import check_writable

    mask = Picture.of(np.zeros((1, 1), np.uint8))
    for number in range(job.request.count):
        for picture, base, format in ((photo, job.output, job.format), (mask, job.mask_out, None)):
            if base is None:
                continue
            path = None if base == STANDARD else job.numbered(base, number)
            if path and job.make_folder and not path.parent.exists():
                format, path = format or path.suffix, None  # the folder will be made; the format is what to check
            check_writable(picture, path, extent=extent, format=format, quality=job.quality, overwrite=job.force)


def _save(job: Job, done: CandidateDone) -> None:
    if job.make_folder:
        for path in job.files():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise FileError(f"cannot create the folder {path.parent} ({error.strerror}); name another") from None
    if job.output != STANDARD:
        path = job.numbered(job.output, done.number)
        done.result.save(path, format=job.format, quality=job.quality, force=job.force)
    if job.mask_out:
        done.result.save_mask(job.numbered(job.mask_out, done.number), force=job.force)


def _record(job: Job, number: int, result: Result, seconds: float) -> dict[str, Any]:
    made = result.request.to_json()
    return {
        "input": str(job.photo),
        "output": str(job.numbered(job.output, number)),
        "width": result.picture.extent.width,
        "height": result.picture.extent.height,
        "method": made["method"],
        "painters": [painter["name"] for painter in made["painters"]],
        "blends": made["blends"],
        "seed": made["seed"],
        "seconds": round(seconds, 3),
        "frame": made["frame"],
        "windows": made["windows"],
        "mask": str(job.numbered(job.mask_out, number)) if job.mask_out else None,
    }
