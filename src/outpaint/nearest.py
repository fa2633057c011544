"""Where a mask lies: its bounding box, and for every pixel the nearest one in it, exactly (Euclidean)."""

import numpy as np
import numpy.typing as npt

from outpaint.geometry import Frame
from outpaint.parallel import over_rows
from outpaint.pixels import Bools

Index = npt.NDArray[np.intp]
Distance = npt.NDArray[np.float32]


def bounds(mask: Bools, frame: Frame | None = None) -> Frame:
    """The smallest frame around every True; empty, at the mask's corner, if there is none.

    frame: where the mask lies on the plane, and so does the answer; without it both count from (0, 0).
    """
    left, top = (frame.left, frame.top) if frame else (0, 0)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return Frame(left, top, 0, 0)
    inside = Frame.between(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return inside.moved(left, top)


def rectangle(mask: Bools) -> Frame | None:
    """The bounds of a mask that is one filled rectangle; None for any other, also an empty one."""
    box = bounds(mask)
    return box if box.extent.area and mask[box.inside(_whole(mask))].all() else None


def nearest_known(known: Bools) -> tuple[Index, Index]:
    """Row and column (each H x W) of the known pixel nearest to every pixel; ValueError if nothing is known.

    A known rectangle, the case of every outpainting, is a clamp of coordinates. Any other shape takes the
    lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012), which is exact.
    """
    if not known.any():
        raise ValueError("no pixel is known")
    if box := rectangle(known):
        y = np.clip(np.arange(known.shape[0]), box.top, box.bottom - 1)
        x = np.clip(np.arange(known.shape[1]), box.left, box.right - 1)
        return np.broadcast_to(y[:, None], known.shape), np.broadcast_to(x[None, :], known.shape)
    from outpaint.nearest_kernels import nearest_in_column, nearest_in_plane

    in_column = np.empty(known.shape, np.int32)
    row, column = np.empty(known.shape, np.intp), np.empty(known.shape, np.intp)
    over_rows(nearest_in_column, known.shape[1], known, in_column)
    over_rows(nearest_in_plane, known.shape[0], in_column, row, column)
    return row, column


def distance_to(known: Bools) -> Distance:
    """Euclidean distance in pixels from every pixel to the nearest known one (0 on known pixels).

    ValueError if nothing is known. A rectangle in which all or nothing is known, which outpainting asks about
    again and again, needs no search.
    """
    height, width = known.shape
    if box := rectangle(known):
        down, across = _beyond(height, box.top, box.bottom), _beyond(width, box.left, box.right)
        distance: Distance = np.sqrt(np.square(down)[:, None] + np.square(across))
        return distance
    if (box := rectangle(~known)) and box.extent.area < known.size:
        distance = np.zeros(known.shape, np.float32)
        nearest = np.minimum.outer(_within(height, box.top, box.bottom), _within(width, box.left, box.right))
        distance[box.inside(_whole(known))] = nearest
        return distance
    rows, columns = nearest_known(known)
    squared = (rows - np.arange(height)[:, None]) ** 2 + (columns - np.arange(width)) ** 2
    return np.sqrt(squared.astype(np.float32))


def _beyond(length: int, start: int, stop: int) -> Distance:
    """For each place of an axis, how far it is to the part start..stop."""
    place = np.arange(length, dtype=np.float32)
    return np.maximum(np.maximum(start - place, place - (stop - 1)), 0)


def _within(length: int, start: int, stop: int) -> Distance:
    """For each place in start..stop, how far it is to the nearest one on the axis outside; inf if there is none."""
    place = np.arange(start, stop, dtype=np.float32)
    before = place - (start - 1) if start > 0 else np.full_like(place, np.inf)
    return np.minimum(before, stop - place) if stop < length else before


def _whole(mask: Bools) -> Frame:
    return Frame(0, 0, mask.shape[1], mask.shape[0])
