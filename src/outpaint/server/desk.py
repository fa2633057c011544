"""What all routes work with."""

from dataclasses import dataclass, field

from outpaint.canvas import Document
from outpaint.errors import RequestError
from outpaint.geometry import Frame
from outpaint.registry import Registry
from outpaint.server.feed import Feed
from outpaint.server.job_queue import JobQueue
from outpaint.server.limits import Limits
from outpaint.server.turns import Turns


@dataclass(frozen=True, eq=False)
class Desk:
    """One canvas, its queue, and everybody who looks at it.

    large: held while a whole picture is decoded or encoded, so that many at a time do not fill the memory.
    """

    document: Document
    registry: Registry
    queue: JobQueue
    feed: Feed
    limits: Limits
    large: Turns = field(default_factory=lambda: Turns(2, 8))

    def changed(self, revision: int) -> None:
        """Tell all pages."""
        self.feed.tell("canvas", "", {"revision": revision})

    def small_enough(self, frame: Frame) -> Frame:
        """The frame itself; RequestError if it is larger than anything that is worked on here."""
        if frame.extent.area > self.limits.pixels:
            raise RequestError(
                f"{frame.extent} is more than the {self.limits.pixels} pixels allowed; choose a smaller frame"
            )
        return frame
