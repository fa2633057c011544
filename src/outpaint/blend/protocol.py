"""How new pixels meet old ones: a blend takes a seam and answers with a better one.

Blends chain: `colour+feather` first matches colours, then cross-fades. Only the road writes the outcome into
the picture, as `old * (1 - weight) + answer * weight`, and only where `painted` is true.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from outpaint.geometry import Frame
from outpaint.pixels import Bools, Mask, Pixels


@dataclass(frozen=True, eq=False)
class Seam:
    """Old and new pixels of one window, and how much of each is taken.

    pixels: H x W x 3, the picture before painting; meaningless where not `known`.
    known: H x W, True where the picture had a pixel.
    painted: H x W, True where the painter was asked; `known & painted` is the overlap the caller allowed
        (empty by default).
    answer: H x W x 3, what the painter answered; where not `painted` it may hold anything, the photo as a model
        sees it for example.
    weight: H x W, 0 = old, 1 = answer; 0 wherever not `painted`, 1 wherever not `known` but painted.
    frame: where the window lies on the plane, so that grain is the same in every window.
    seed: for blends that add grain.
    """

    pixels: Pixels
    known: Bools
    painted: Bools
    answer: Pixels
    weight: Mask
    frame: Frame
    seed: int = 0

    def with_answer(self, answer: Pixels) -> "Seam":
        return replace(self, answer=answer)

    def with_weight(self, weight: Mask) -> "Seam":
        return replace(self, weight=weight)


@dataclass(frozen=True)
class Blend:
    """A named way to mend a seam. `work` must not change its input and must be deterministic.

    reads: which fields of the request its answer depends on; "seed" or nothing.
    """

    name: str
    about: str
    work: Callable[[Seam], Seam]
    reads: frozenset[str] = frozenset()
    source: str = ""
