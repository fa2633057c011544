"""Leaving when a signal asks for it: by an exception, so that temporary files are removed on the way.

A function that C calls (ctypes does, and numba while it compiles) cannot pass an exception on: Python says that it
was ignored, and goes on. So the signal is also written down, and looked at again where events come.
"""

import signal
import sys
from types import FrameType
from typing import NoReturn

_asked: list[int] = []


def on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP end the program in order; those that the caller ignores stay ignored."""
    _asked.clear()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)
    if sys.unraisablehook is not _ignored:
        sys.unraisablehook = _ignored


def if_asked() -> None:
    """Leave now, if the exception has been swallowed."""
    if _asked:
        _go(_asked[0])


def _leave(number: int, frame: FrameType | None) -> None:
    _asked.append(number)
    _go(number)


def _go(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def _ignored(told: "sys.UnraisableHookArgs") -> None:
    """Nothing is said of an exception of ours that comes again."""
    if not (_asked and issubclass(told.exc_type, KeyboardInterrupt | SystemExit)):
        _before(told)


_before = sys.unraisablehook
