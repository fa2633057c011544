"""Where is painted: by one at a time, and with a model that is let go when nobody has come back for long."""

import time
from collections.abc import Callable
from threading import Lock
from types import TracebackType

REST = 15 * 60
"""Seconds."""


def _forget() -> None:
    from outpaint import forget_models

    forget_models()


class Easel:
    """A lock for whoever walks the road, which knows when it was used last. Any thread may call any method."""

    def __init__(
        self, rest: float = REST, forget: Callable[[], None] = _forget, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """rest: seconds without painting after which `tidy` calls `forget`, once; 0 for never.

        clock: seconds; it only goes forward.
        """
        self._rest = rest
        self._forget = forget
        self._clock = clock
        self._lock = Lock()
        self._left: float | None = None  # when somebody painted last, if nothing was let go since

    def acquire(self, timeout: float = -1) -> bool:
        """Whether it is the caller's now; timeout: seconds to wait, -1 for as long as it takes."""
        return self._lock.acquire(timeout=timeout)

    def release(self) -> None:
        self._left = self._clock()
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def tidy(self) -> None:
        """To be called now and then; does nothing while somebody paints."""
        if self._rest and self._lock.acquire(blocking=False):
            try:
                if self._left is not None and self._clock() - self._left >= self._rest:
                    self._left = None
                    self._forget()
            finally:
                self._lock.release()
