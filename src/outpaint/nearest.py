"""For every pixel, which known pixel is nearest: an exact Euclidean distance transform with indices."""

import numpy as np
import numpy.typing as npt

from outpaint.parallel import over_rows

Index = npt.NDArray[np.intp]


def nearest_known(known: npt.NDArray[np.bool_]) -> tuple[Index, Index]:
    """Row and column (each H x W) of the known pixel nearest to every pixel; ValueError if nothing is known.

    A known rectangle, the case of every outpainting, is a clamp of coordinates. Any other shape takes the
    lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012), which is exact.
    """
    rows, columns = np.flatnonzero(known.any(1)), np.flatnonzero(known.any(0))
    if not len(rows):
        raise ValueError("no pixel is known")
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    if known[top : bottom + 1, left : right + 1].all():
        y = np.clip(np.arange(known.shape[0]), top, bottom)
        x = np.clip(np.arange(known.shape[1]), left, right)
        return np.broadcast_to(y[:, None], known.shape), np.broadcast_to(x[None, :], known.shape)
    from outpaint.nearest_kernels import nearest_in_column, nearest_in_plane

    in_column = np.empty(known.shape, np.int32)
    row, column = np.empty(known.shape, np.intp), np.empty(known.shape, np.intp)
    over_rows(nearest_in_column, known.shape[1], known, in_column)
    over_rows(nearest_in_plane, known.shape[0], in_column, row, column)
    return row, column


def distance_to(known: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Euclidean distance in pixels from every pixel to the nearest known one (0 on known pixels)."""
    rows, columns = nearest_known(known)
    down = rows - np.arange(known.shape[0])[:, None]
    across = columns - np.arange(known.shape[1])
    return np.sqrt((down * down + across * across).astype(np.float32))
