"""What comes back: the larger picture, which of it is new, and the request that made it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from outpaint.picture import Picture
from outpaint.pixels import Bools
from outpaint.recipe import write_recipe
from outpaint.resolve import ResolvedRequest

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, eq=False)
class Result:
    """One extended picture.

    picture: it has its place on the plane, so that it can be extended again.
    painted: H x W, True where it was written to; everything else is the photo's own.
    request: how it was made; it repeats this candidate alone.
    others: the other candidates, if several were asked for.
    """

    picture: Picture
    painted: Bools = field(repr=False)
    request: ResolvedRequest
    others: tuple["Result", ...] = ()

    @property
    def candidates(self) -> tuple["Result", ...]:
        """This one and the others."""
        return (self, *self.others)

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
    def mask(self) -> npt.NDArray[np.uint8]:
        """H x W, 255 where pixels were painted (an overlap too), 0 where they are the photo's own."""
        return np.where(self.painted, 255, 0).astype(np.uint8)

    @property
    def recipe(self) -> str:
        """JSON that repeats this picture: `outpaint extend PHOTO --recipe FILE`; a mask has to be given again."""
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
