"""How much one server takes before it says no."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """upload, body: bytes of a request with a file in it, and of any other.   pixels: of one picture, in or out.

    patience: seconds without a byte after which a body that is not complete is given up.
    waiting: jobs in the queue.   undecided: finished jobs whose candidates nobody has accepted or rejected.
    extending: calls of `/extend` at a time, of which one is worked on.   listeners: open event streams.
    """

    upload: int = 256 * 2**20
    body: int = 2**20
    patience: float = 30
    pixels: int = 100_000_000
    waiting: int = 32
    undecided: int = 200
    extending: int = 4
    listeners: int = 64
