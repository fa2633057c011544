"""A job: what somebody wants painted in a frame, and what has become of it."""

from dataclasses import dataclass
from typing import Any, Literal

from outpaint.geometry import Frame
from outpaint.request import Request
from outpaint.server.spoken import box_of

State = Literal["waiting", "running", "done", "failed", "cancelled", "accepted", "rejected"]
OPEN: tuple[State, ...] = ("waiting", "running")
"""Still to be done."""


@dataclass(frozen=True)
class Job:
    """frame: what is painted, and all that the painter sees.   request: method, prompt, seed, count, settings.

    attempts: how often it was begun.   progress: 0..1.   candidates: that can be looked at.
    text: what the painter says of what it does, empty if nothing; which candidate that is, `candidates` says.
    error: one line, for a failed one.   begin, share: what of the progress the window in hand stands for.
    preview: how many pictures there have been of what is being painted; the latest can be looked at.
    since, base, goal: when the last report came, the progress then, and what the next one will say.
    """

    id: str
    frame: Frame
    request: Request
    state: State = "waiting"
    attempts: int = 0
    candidates: int = 0
    error: str | None = None
    progress: float = 0.0
    text: str = ""
    begin: float = 0.0
    share: float = 1.0
    preview: int = 0
    since: float = 0.0
    base: float = 0.0
    goal: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As pages see it."""
        return {
            "id": self.id,
            "state": self.state,
            "frame": box_of(self.frame),
            "method": self.request.method,
            "prompt": self.request.prompt,
            "negative": self.request.negative,
            "seed": self.request.seed,
            "count": self.request.count,
            "overlap": self.request.overlap,
            "settings": dict(self.request.settings),
            "progress": 1.0 if self.state in ("done", "accepted", "rejected") else round(self.progress, 4),
            "text": self.text,
            "candidates": self.candidates,
            "preview": self.preview if self.state == "running" else 0,
            "error": self.error,
        }
