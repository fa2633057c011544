"""Smooth fields: the colours to start from."""

import numpy as np
import numpy.typing as npt

from outpaint.nearest import nearest_known
from outpaint.painters.patch.pyramid import box_sum, copyable

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


def continued(values: Floats, known: Bools, window: int = 6) -> Floats:
    """Colours beyond the border as a plane fitted to the known ones near it would have them.

    Moving least squares: around the nearest known pixel a plane is fitted to what is known within `window`;
    the outermost pixel is left out, for many photos have a line of another colour there. The slope counts by
    the share of the variance that it explains, and fades with the distance, so that a sky goes on getting
    darker for a while and a wall does not.
    values: H x W x C.
    """
    inside = copyable(known, 1)
    y = np.indices(known.shape, np.float64)[0]
    x = np.indices(known.shape, np.float64)[1]
    mask = (inside if inside.any() else known).astype(np.float64)

    def near(plane: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return box_sum(plane * mask, window)

    count = np.maximum(near(np.ones_like(mask)), 1)
    my, mx = near(y) / count, near(x) / count
    yy = near(y * y) / count - my * my + 0.05
    xx = near(x * x) / count - mx * mx + 0.05
    xy = near(x * y) / count - mx * my
    rows, columns = nearest_known(known)
    far = np.hypot(rows - y, columns - x)
    result = values.copy()
    for channel in range(values.shape[2]):
        plane = values[..., channel].astype(np.float64)
        mean = near(plane) / count
        variance = near(plane * plane) / count - mean * mean
        cy, cx = near(plane * y) / count - mean * my, near(plane * x) / count - mean * mx
        det = yy * xx - xy * xy
        slope_y, slope_x = (cy * xx - cx * xy) / det, (cx * yy - cy * xy) / det
        explained = np.clip((slope_y * cy + slope_x * cx) / (variance + 0.25), 0, 1) ** 2
        at = rows, columns
        reach = window * (1 + 8 * explained[at] ** 8)
        step = np.where(far > 0, reach * (1 - np.exp(-far / reach)) / np.maximum(far, 1e-9), 0)
        here_y, here_x = rows + (y - rows) * step, columns + (x - columns) * step
        guess = mean[at] + explained[at] * (slope_y[at] * (here_y - my[at]) + slope_x[at] * (here_x - mx[at]))
        result[..., channel] = np.where(known, plane, guess)
    return np.clip(result, 0, 255)
