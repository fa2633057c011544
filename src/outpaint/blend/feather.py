"""`feather`: a cross-fade over the overlap, for a seam that nobody sees because it is nowhere.

    t = a / (a + b)             a, b: Euclidean distance to the nearest kept and to the nearest unknown pixel
    weight = t * t * (3 - 2 t)  the smoothstep of graphics: no slope at either end

In a straight overlap t is the plain linear ramp; round corners and in crooked holes it stays continuous,
because both distances do. Feathered outpainting: AUTOMATIC1111's mask blur, the peers' "feather" fields.
"""

import numpy as np
import numpy.typing as npt

from outpaint.blend.protocol import Blend, Bools, Seam
from outpaint.nearest import nearest_known

Index = npt.NDArray[np.intp]
Distance = npt.NDArray[np.float64]


def mend(seam: Seam) -> Seam:
    """Replace the weight in the overlap by the ramp; without an overlap nothing changes.

    Where nothing is kept the deepest place of the overlap counts as the inner rim, and where nothing is unknown
    the deepest place counts as the old border, so that a ramp is always a ramp.
    """
    overlap = seam.known & seam.painted
    if not overlap.any():
        return seam
    rows, columns = np.nonzero(overlap)
    from_kept = _distance(seam.known & ~seam.painted, rows, columns)
    from_unknown = _distance(~seam.known, rows, columns)
    if from_kept is None and from_unknown is None:
        return seam
    if from_kept is None:
        from_kept = _opposite(from_unknown)
    if from_unknown is None:
        from_unknown = _opposite(from_kept)
    ramp = from_kept / (from_kept + from_unknown)
    weight = seam.weight.copy()
    weight[rows, columns] = ramp * ramp * (3 - 2 * ramp)
    return seam.with_weight(weight)


def _opposite(distance: Distance | None) -> Distance:
    """The distance from the place that lies deepest, if distance from it grows as the other one falls."""
    assert distance is not None
    opposite: Distance = distance.max() + 1 - distance
    return opposite


def _distance(mask: Bools, rows: Index, columns: Index) -> Distance | None:
    """Pixels from each place to the nearest one in `mask`; None if the mask is empty."""
    if not mask.any():
        return None
    outside = _rectangle(~mask)
    if outside is not None:
        return _to_edge(outside, mask.shape, rows, columns)
    y, x = nearest_known(mask)
    distance: Distance = np.hypot(y[rows, columns] - rows, x[rows, columns] - columns)
    return distance


def _rectangle(mask: Bools) -> tuple[int, int, int, int] | None:
    """Top, bottom, left, right (exclusive) if the mask is one filled rectangle."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return (top, bottom, left, right) if mask[top:bottom, left:right].all() else None


def _to_edge(
    rectangle: tuple[int, int, int, int],
    shape: tuple[int, ...],
    rows: Index,
    columns: Index,
) -> Distance:
    """Distance from places inside a rectangle to the nearest one outside it that still lies in the frame."""
    top, bottom, left, right = rectangle
    nearest = np.full(len(rows), np.inf)
    if top > 0:
        nearest = np.minimum(nearest, rows - (top - 1))
    if bottom < shape[0]:
        nearest = np.minimum(nearest, bottom - rows)
    if left > 0:
        nearest = np.minimum(nearest, columns - (left - 1))
    if right < shape[1]:
        nearest = np.minimum(nearest, right - columns)
    return nearest


BLEND = Blend(
    name="feather",
    about="Cross-fades old and new over the overlap.",
    work=mend,
    source="smoothstep over exact distances; mask blur of the Stable Diffusion webui",
)
