"""What of the photo an original repaints in one window, and how it lays its answer over it.

    m = 1 outside a rectangle in the photo,   weight = clip(2 blur(m), 0, 1)

The Stable Diffusion webui's overlay: the model's picture, the photo in it decoded from latents too, lies wholly over
the outer part of the rim and fades over two and a half sigmas. Nobody gets this without asking to be `faithful`.
"""

from dataclasses import dataclass

import numpy as np

from outpaint.gaussian import blurred, boxed
from outpaint.geometry import Frame
from outpaint.pixels import Bools, Mask

NOWHERE = Frame(0, 0, 0, 0)
"""All of the photo lies outside it."""


@dataclass(frozen=True)
class Rim:
    """Frames on the plane: what lies outside one is taken as unknown.

    guess: by the painters that make the start.   paint: by the last one.   bare: the overlay is solid outside it.
    sigma: of the overlay's blur.   feather: pixels of a box blur before that.
    """

    guess: Frame
    paint: Frame
    bare: Frame
    sigma: float = 0.0
    feather: int = 0

    def weight(self, known: Bools, window: Frame) -> Mask:
        """How much of the answer is laid over the photo, H x W of the window, 1 where nothing is known."""
        solid = (~known | outside(self.bare, window)).astype(np.float32)
        soft = blurred(boxed(solid, self.feather), self.sigma)
        over: Mask = np.where(known, np.clip(2 * soft, 0, 1), np.float32(1))
        return over


def outside(frame: Frame, window: Frame) -> Bools:
    """H x W of the window, True where a pixel is not in the frame."""
    beyond, both = np.ones(window.extent.shape, bool), frame & window
    if not both.empty:
        beyond[both.inside(window)] = False
    return beyond
