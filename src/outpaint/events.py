"""What long work yields: small frozen records. Closing the generator that yields them cancels the work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

    from outpaint.resolve import ResolvedRequest
    from outpaint.result import Result


@dataclass(frozen=True)
class Started:
    """The request is resolved; nothing in it is optional from here on."""

    request: "ResolvedRequest"


@dataclass(frozen=True)
class Progress:
    """A painter is at `step` of `total`; `preview` may show the window so far (H x W x 3, 0..1)."""

    step: int
    total: int
    label: str = ""
    preview: "np.ndarray | None" = None


@dataclass(frozen=True)
class Notice:
    """Something worth telling a person once, for example that code is being compiled."""

    text: str
    level: Literal["info", "warning"] = "info"


@dataclass(frozen=True)
class WindowStarted:
    """Window `number` of `total` (from 1) of candidate `candidate` (from 0) is about to be painted."""

    candidate: int
    number: int
    total: int


@dataclass(frozen=True)
class CandidateDone:
    """Candidate `number` (from 0) is complete."""

    number: int
    result: "Result"


@dataclass(frozen=True)
class Finished:
    """All candidates are done."""


Event = Started | Progress | Notice | WindowStarted | CandidateDone | Finished
