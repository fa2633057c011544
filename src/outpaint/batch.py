"""Many photos: which result goes where, and the same road for each, in this process or in several.

A photo that fails is reported and the others go on.
"""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from outpaint.errors import FileError, OutpaintError
from outpaint.events import Event, Finished, Started
from outpaint.geometry import Extent
from outpaint.picture import Picture
from outpaint.registry import Registry, default_registry
from outpaint.request import Request
from outpaint.result import Result, results
from outpaint.road import road

STANDARD = Path("-")
"""Stands for standard input or output."""

_EARLIER = re.compile(r".*-extended(-\d+)?")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One photo, what to do with it and where the result goes.

    output: the file, before candidates are numbered. make_folder: create its folder if it is not there.
    content: the photo's bytes if it came through standard input.
    """

    photo: Path
    output: Path
    request: Request
    mask: Path | None = None
    mask_out: Path | None = None
    format: str | None = None
    quality: int | None = None
    force: bool = False
    make_folder: bool = False
    content: bytes | None = None

    def numbered(self, path: Path, number: int) -> Path:
        """The file of candidate `number` (from 0): NAME-1.EXT, NAME-2.EXT if there are several."""
        if self.request.count == 1 or path == STANDARD:
            return path
        return path.with_name(f"{path.stem}-{number + 1}{path.suffix}")

    def outputs(self) -> list[Path]:
        """Every file this job will write."""
        bases = [self.output] if self.mask_out is None else [self.output, self.mask_out]
        return [self.numbered(base, n) for base in bases for n in range(self.request.count)]


@dataclass(frozen=True)
class Done:
    """What became of a job: one record per picture, or the error line; `image` is set for standard output."""

    job: Job
    records: tuple[dict[str, Any], ...] = ()
    error: str | None = None
    image: bytes | None = None


def find_photos(places: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The photos named, folders opened (not the folders inside them), and the earlier results left out.

    FileError for a place that does not exist or a folder without pictures.
    """
    from outpaint.files import PICTURE_SUFFIXES

    photos: list[Path] = []
    left_out: list[Path] = []
    for place in places:
        if not place.is_dir():
            photos.append(place)
            continue
        inside = sorted(p for p in place.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file())
        earlier = [p for p in inside if _EARLIER.fullmatch(p.stem)]
        if len(inside) == len(earlier):
            raise FileError(f"folder {place} has no pictures to extend in it; name a folder with photos")
        photos += [p for p in inside if p not in earlier]
        left_out += earlier
    return list(dict.fromkeys(photos)), left_out


def place_output(photo: Path, target: Path | None, suffix: str | None, folder: bool) -> Path:
    """Where the result of a photo goes: NAME-extended.EXT beside it or in `target`, or `target` itself."""
    if photo == STANDARD:
        if target is None:
            return STANDARD
        return target / f"stdin-extended{suffix or '.png'}" if folder else target
    name = f"{photo.stem}-extended{suffix or photo.suffix}"
    if target is None:
        return photo.with_name(name)
    return target / name if folder else target


def run(job: Job, registry: Registry | None = None, watch: Callable[[Event], None] | None = None) -> Done:
    """Do one job; an OutpaintError becomes the `error` line of the answer."""
    try:
        return _run(job, registry or default_registry(), watch or (lambda event: None))
    except OutpaintError as error:
        return Done(job, error=str(error))
    except MemoryError:
        return Done(job, error=f"not enough memory for {job.photo}; ask for a smaller result")


def run_all(jobs: Sequence[Job], workers: int, watch: Callable[[Event], None] | None = None) -> Iterator[Done]:
    """All jobs, in this process or in several; answers come in the order of the jobs."""
    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield run(job, watch=watch)
        return
    import multiprocessing
    import os
    from concurrent.futures import ProcessPoolExecutor

    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    pool = ProcessPoolExecutor(min(workers, len(jobs)), spawn, _enter_worker, (stop,))
    try:
        with _interrupts_ignored():  # inherited: an interrupt does not hit a worker that is still starting
            answers = pool.map(_run_in_worker, jobs)
        yield from answers
    except BaseException:
        stop.set()
        for child in multiprocessing.active_children():  # let each remove what it has half written
            if child.pid:
                os.kill(child.pid, signal.SIGINT)
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


def _run_in_worker(job: Job) -> Done:
    """A job that an interrupt stops in order, so that no half file stays behind."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return Done(job, error="interrupted") if _stop.is_set() else run(job)
    except KeyboardInterrupt:
        return Done(job, error="interrupted")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(job: Job, registry: Registry, watch: Callable[[Event], None]) -> Done:
    from outpaint.files import encode_picture, open_mask, open_picture

    begun = time.perf_counter()
    photo = open_picture(job.content if job.content is not None else job.photo, max_pixels=job.request.max_pixels)
    to_stdout = job.output == STANDARD
    picture = photo.without(open_mask(job.mask, photo.extent)) if job.mask else photo
    result: Result | None = None
    for event in road(picture, job.request, registry):
        if isinstance(event, Started):
            _check_outputs(job, photo, event.request.frame.extent)
        watch(event)
        if isinstance(event, Finished):
            result = results(event)
    assert result is not None
    seconds = time.perf_counter() - begun
    for number, each in enumerate(result.candidates):
        if not to_stdout:
            each.save(job.numbered(job.output, number), format=job.format, quality=job.quality, force=job.force)
        if job.mask_out:
            each.save_mask(job.numbered(job.mask_out, number), force=job.force)
    image = None
    if to_stdout:
        image = encode_picture(result.picture, job.format, job.quality, result.recipe)
    records = tuple(_record(job, number, each, seconds) for number, each in enumerate(result.candidates))
    return Done(job, records, image=image)


def _check_outputs(job: Job, photo: Picture, extent: Extent) -> None:
    """FileError before anything is painted if one of the files could not be written afterwards."""
    from outpaint.files import check_writable

    if job.make_folder:
        for path in job.outputs():
            path.parent.mkdir(exist_ok=True)
    for number in range(job.request.count):
        target = None if job.output == STANDARD else job.numbered(job.output, number)
        check_writable(photo, target, extent=extent, format=job.format, quality=job.quality, overwrite=job.force)
        if job.mask_out:
            grey = Picture.of(np.zeros((1, 1), np.uint8))
            check_writable(grey, job.numbered(job.mask_out, number), extent=extent, overwrite=job.force)


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
