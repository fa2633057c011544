"""Threads for compiled kernels: rows are cut into stripes, and each stripe is somebody's alone.

Kernels are compiled with `nogil` and read what they do not write, so one thread or many give the same bytes.
(Threads of our own instead of numba's `prange`: its default threading layer may not be entered from two
Python threads at once, which a server does.)
"""

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from outpaint.errors import RequestError


def thread_count() -> int:
    """The environment variable OUTPAINT_THREADS, or the number of processors this process may use."""
    given = os.environ.get("OUTPAINT_THREADS")
    if not given:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not given.isdecimal() or not 1 <= int(given) <= 1024:
        raise RequestError(f"OUTPAINT_THREADS={given!r} is not a number of threads; try OUTPAINT_THREADS=2")
    return int(given)


@lru_cache(maxsize=4)
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="outpaint")


def over_rows(kernel: Callable[..., None], rows: int, *arguments: Any, at_least: int = 16) -> None:
    """Call `kernel(start, stop, *arguments)` so that the stripes [start, stop) cover 0..rows once.

    Stripes hold `at_least` rows each, because starting a thread costs more than a few rows do.
    """
    stripes = max(1, min(thread_count(), rows // at_least))
    edges = [rows * i // stripes for i in range(stripes + 1)]
    if stripes == 1:
        kernel(0, rows, *arguments)
        return
    pool = _pool(thread_count(), os.getpid())
    jobs = [pool.submit(kernel, a, b, *arguments) for a, b in itertools.pairwise(edges)]
    for job in jobs:
        job.result()


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job answers; they run at the same time, unless only one thread is wanted.

    Jobs may call `over_rows`: they have threads of their own. None may change what another one reads.
    """
    if thread_count() == 1 or len(jobs) < 2:
        return [job() for job in jobs]
    with ThreadPoolExecutor(min(len(jobs), thread_count()), thread_name_prefix="outpaint-job") as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]
