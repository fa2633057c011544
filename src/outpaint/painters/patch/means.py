"""The picture as seen from afar: means over a patch, of everything or of what is known."""

import numpy as np
import numpy.typing as npt

from outpaint.painters.patch.pyramid import MARGIN, Bools, Level, box_sum
from outpaint.painters.patch.smooth import Floats
from outpaint.parallel import over_rows


def known_means(values: Floats, known: Bools, radius: int) -> Floats:
    """H x W x C: the mean of the known values in the square of this radius; 0 where there are none."""
    from outpaint.painters.patch import mean_kernels

    out = np.empty_like(values)
    over_rows(mean_kernels.known_means, len(values), values, known, radius, out)
    return out


def mean_colours(pixels: npt.NDArray[np.uint8], radius: int) -> Floats:
    """H x W x 3: the mean over the patch around every pixel."""
    planes = [box_sum(pixels[..., c].astype(np.int32), radius) for c in range(3)]
    return np.stack(planes, axis=2).astype(np.float32) / np.float32((2 * radius + 1) ** 2)


def softened(level: Level) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Canvas and source sheets as seen from afar: means over a patch of what is known, rows flattened.

    The first colours are smooth. Were they compared with the picture itself, smooth places would win
    everywhere; compared with its means, a rough place of the right colour is as good.
    """
    mask = level.known.astype(np.int32)
    count = np.maximum(box_sum(mask, level.radius), 1)
    planes = [box_sum(level.pixels[..., c] * mask, level.radius) // count for c in range(4)]
    means = (np.stack(planes, axis=2) * mask[..., None]).astype(np.uint8)
    canvas = level.canvas.copy()
    inner = canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]
    inner[level.known] = means[level.known]
    source = np.concatenate([means, means[:, ::-1]], axis=1)
    return canvas.reshape(canvas.shape[0], -1), source.reshape(source.shape[0], -1)
