"""Kernels compile where they can be cached and where they cannot; threads cover all rows once."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint import RequestError
from outpaint.compiled import compiled
from outpaint.parallel import at_once, over_rows, thread_count


def test_a_kernel_without_a_place_for_its_cache_still_runs() -> None:
    """numba keeps no cache for code that is in no file, as for a read-only installation without a home."""
    room: dict = {}
    exec("def double(x):\n    return 2 * x\n", room)
    kernel = compiled(room["double"])
    assert kernel(21) == 42 and kernel.nopython_signatures


@given(rows=st.integers(0, 300), threads=st.integers(1, 9), at_least=st.integers(1, 64))
def test_every_row_is_done_once(rows: int, threads: int, at_least: int) -> None:
    done = np.zeros(rows, int)

    def kernel(start: int, stop: int, out: np.ndarray) -> None:
        out[start:stop] += 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTPAINT_THREADS", str(threads))
        over_rows(kernel, rows, done, at_least=at_least)
    assert (done == 1).all()


@pytest.mark.parametrize("given_", ["0", "-1", "two", "1.5", "99999"])
def test_a_wrong_number_of_threads_is_refused(monkeypatch, given_: str) -> None:
    monkeypatch.setenv("OUTPAINT_THREADS", given_)
    with pytest.raises(RequestError, match="OUTPAINT_THREADS=2"):
        thread_count()


def test_without_a_number_there_are_as_many_threads_as_processors(monkeypatch) -> None:
    monkeypatch.delenv("OUTPAINT_THREADS", raising=False)
    assert thread_count() >= 1
    monkeypatch.setenv("OUTPAINT_THREADS", "")
    assert thread_count() >= 1


def test_an_error_in_a_thread_is_raised() -> None:
    def kernel(start: int, stop: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        over_rows(kernel, 100, at_least=1)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_jobs_answer_in_their_order_and_may_use_threads_themselves(monkeypatch, threads: int) -> None:
    monkeypatch.setenv("OUTPAINT_THREADS", str(threads))

    def job(value: int) -> int:
        done = np.zeros(64, int)

        def kernel(start: int, stop: int) -> None:
            done[start:stop] += value

        over_rows(kernel, 64, at_least=1)
        return int(done.sum())

    assert at_once(*(partial(job, value) for value in range(9))) == [64 * value for value in range(9)]


def test_an_error_in_a_job_is_raised() -> None:
    def job() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        at_once(job, lambda: None)
