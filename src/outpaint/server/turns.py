"""Work that is too large for everybody to do at a time."""

from threading import BoundedSemaphore
from types import TracebackType

from outpaint.server.answers import Busy


class Turns:
    """A context for any thread: `at_a_time` are inside, `waiting` more wait, and whoever comes then is told Busy.

    Threads are few: if all of them waited here, nobody would be left to answer what takes no time.
    """

    def __init__(self, at_a_time: int, waiting: int) -> None:
        self._seats = BoundedSemaphore(at_a_time + waiting)
        self._turn = BoundedSemaphore(at_a_time)

    def __enter__(self) -> None:
        if not self._seats.acquire(blocking=False):
            raise Busy("too many pictures are being read and written; try again in a moment")
        self._turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turn.release()
        self._seats.release()
