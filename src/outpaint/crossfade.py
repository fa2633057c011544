"""How tiles of a grid share what they have in common: weights that sum to one, and each tile's part in turn.

    h_i(x) = u(x - x_i) (1 - u(x - x_{i+1})),   u(d) = clip((d - kept) / width, 0, 1),   w_ij(x, y) = h_i(x) h_j(y)

That is what poor man's outpainting of the Stable Diffusion webui does when it joins tiles to rows and rows to a
picture. Tiles come one at a time here, so tile k is laid over the ones before with w_k / (w_1 + ... + w_k): the
mean does not depend on the order.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.pixels import Bools, Mask

Line = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Crossfade:
    """A tile keeps the first `kept` pixels that it shares with an earlier one, then fades over `width` pixels."""

    kept: int
    width: int

    def weight(self, window: Frame, windows: Collection[Frame]) -> Mask:
        """H x W of this window, 0..1. windows: all of the grid."""
        columns = {other.left for other in windows}
        rows = {other.top for other in windows}
        across = self._along(window.width, window.left, columns)
        weight: Mask = self._along(window.height, window.top, rows)[:, None] * across
        return weight

    def _along(self, length: int, start: int, starts: set[int]) -> Line:
        place = np.arange(length, dtype=np.float32)
        weight = self._rise(place) if min(starts) < start else np.ones(length, np.float32)
        following = [each - start for each in starts if each > start]
        if following:
            weight = weight * (1 - self._rise(place - min(following)))
        return weight

    def _rise(self, distance: Line) -> Line:
        rise: Line = np.clip((distance - self.kept) / np.float32(max(self.width, 1)), 0, 1)
        return rise


def repainted(
    crossfade: Crossfade | None,
    window: Frame,
    windows: Collection[Frame],
    written: Bools,
    known: Bools,
    shares: Mask,
    alone: bool = False,
) -> tuple[Bools, Mask | np.float32]:
    """What of earlier windows this one paints again, and which share of it is this one's.

    Arrays are those of the window. Nothing without a cross-fade, nor where it would leave nothing to continue.
    alone: windows continue the photo only, so none paints again what another has painted, they only share.
    shares: the weight of earlier windows in sum; this one's is added in place.
    """
    nothing = np.zeros_like(known), np.float32(1)
    if crossfade is None:
        return nothing
    own = crossfade.weight(window, windows)
    again = written & (own > 0)
    if not alone and not (known & ~again).any():
        return nothing
    share = own / np.maximum(shares + own, np.float32(1e-9))
    np.add(shares, own, out=shares, where=True if alone else again | ~known)
    return nothing[0] if alone else again, share
