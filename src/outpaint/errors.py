"""Every error this package raises on purpose; each message says what to do next."""

import difflib
from collections.abc import Iterable


class OutpaintError(Exception):
    """Root of all errors. `str(error)` is one line that a person can act on."""


class RequestError(OutpaintError):
    """What was asked for cannot be done: sizes, names, options or their combination."""


class FileError(OutpaintError):
    """A file cannot be read or written the way it was asked."""


class PainterError(OutpaintError):
    """A painter broke its contract or could not finish."""


class MissingExtra(OutpaintError):
    """An optional dependency is not installed; the message holds the pip line."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs an optional package; install it with: pip install "outpaint[{extra}]"')


def unknown_name(kind: str, name: str, known: Iterable[str]) -> RequestError:
    """The error for a name that nobody registered; it suggests the nearest ones."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names)}"
    return RequestError(f"unknown {kind} {name!r}; {hint}")
