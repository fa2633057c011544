"""Where pieces meet each other or the photo: the pixels on both sides of every joint, and what lies beyond each."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pieces import Labels, seams
from outpaint.painters.patch.pyramid import Bools
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import over_rows


@dataclass(frozen=True)
class Joints:
    """ys, xs: N unknown pixels beside a joint. index: H x W, the number of each, -1 elsewhere.

    other: N x 4, the label beyond in each direction, KNOWN, or NOTHING where there is no joint (`joint_kernels`).
    """

    ys: npt.NDArray[np.int32]
    xs: npt.NDArray[np.int32]
    index: npt.NDArray[np.int32]
    other: npt.NDArray[np.int32]

    @classmethod
    def of(cls, labels: Labels, known: Bools) -> Self:
        from outpaint.painters.patch.joint_kernels import beyond

        places = np.nonzero(seams(labels, ~known))
        ys, xs = (part.astype(np.int32) for part in places)
        index = np.full(known.shape, -1, np.int32)
        index[places] = np.arange(len(ys))
        other = np.zeros((len(ys), 4), np.int32)
        over_rows(beyond, len(ys), ys, xs, labels, known, other)
        return cls(ys, xs, index, other)

    def __len__(self) -> int:
        return len(self.ys)

    def flow(self, jump: Floats) -> Floats:
        """H x W x C: what flows into each pixel, so that across every joint a value jumps by `jump`, N x 4 x C."""
        from outpaint.painters.patch.joint_kernels import flowing

        out = np.zeros((*self.index.shape, jump.shape[2]), np.float32)
        over_rows(flowing, len(self), self.ys, self.xs, self.index, self.other, jump, out)
        return out
