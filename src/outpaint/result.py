"""What comes back from `outpaint.extend`: the larger picture, which of it is new, and how it was made."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from outpaint.events import CandidateDone, Finished
from outpaint.picture import Picture
from outpaint.recipe import write_recipe
from outpaint.request import ResolvedRequest

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Result:
    """One extended picture. `candidates` holds a result for each that was asked for, this one first.

    mask: H x W, uint8, 255 where pixels were painted (an overlap too), 0 where they are the photo's own.
    """

    picture: Picture
    mask: npt.NDArray[np.uint8]
    request: ResolvedRequest
    candidates: tuple["Result", ...] = ()

    @property
    def image(self) -> "Image":
        """As a Pillow image in 8 bits per channel; `array` keeps 16."""
        from outpaint.files import to_image

        return to_image(self.picture)

    @property
    def array(self) -> npt.NDArray[Any]:
        """Samples H x W or H x W x C in the depth of the photo, alpha last if it has one."""
        from outpaint.files import to_array

        return to_array(self.picture)

    @property
    def recipe(self) -> str:
        """JSON that repeats this picture: `outpaint extend PHOTO --recipe FILE`."""
        return write_recipe(self.request.asked)

    def save(
        self, path: str | Path, *, format: str | None = None, quality: int | None = None, force: bool = False
    ) -> Path:
        """Write the picture, its recipe inside; FileError if the file exists (unless `force`) or cannot hold it."""
        from outpaint.files import save_picture

        return save_picture(
            self.picture, Path(path), format=format, quality=quality, overwrite=force, recipe=self.recipe
        )

    def save_mask(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the mask as a grey picture: white is new, black is the photo."""
        from outpaint.files import save_picture

        return save_picture(Picture.of(self.mask), Path(path), overwrite=force)


def results(finished: Finished) -> Result:
    """All candidates as results; the first holds them all."""
    every = tuple(_result(done) for done in finished.candidates)
    return replace(every[0], candidates=every)


def _result(done: CandidateDone) -> Result:
    return Result(done.picture, np.where(done.painted, 255, 0).astype(np.uint8), done.request)
