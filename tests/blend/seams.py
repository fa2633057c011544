"""A picture whose every seam is known, cut in two for the tests of `poisson` and `colour`."""

import numpy as np

from outpaint.blend.protocol import Seam
from outpaint.geometry import Frame


def seam_of(pixels, known, painted, answer, left: int = 0, top: int = 0, seed: int = 0) -> Seam:
    """A seam before the first blend: what is painted counts in full.

    Its arrays are copies that cannot be written, so a blend that changes its input fails every test.
    """
    arrays = [np.array(array) for array in (pixels, known, painted, answer, painted.astype(np.float32))]
    for array in arrays:
        array.setflags(write=False)
    return Seam(*arrays, Frame(left, top, known.shape[1], known.shape[0]), seed)


def scene(height: int = 160, width: int = 220) -> np.ndarray:
    """A sky that darkens, a textured ground, and an edge between them that crosses the seams."""
    y, x = np.mgrid[0:height, 0:width] / height
    random = np.random.default_rng(1)
    sky = np.stack([0.5 + 0.2 * y, 0.6 + 0.15 * y, 0.8 - 0.1 * x], -1)
    ground = 0.35 + 0.08 * random.normal(size=(height, width, 1)) + np.array([0.05, 0, -0.1])
    return np.clip(np.where((y > 0.55 + 0.1 * np.sin(4 * x))[..., None], ground, sky), 0, 1).astype(np.float32)


def cut(photo: np.ndarray, answer: np.ndarray, margin: int = 40, overlap: int = 0) -> Seam:
    known, kept = np.zeros(photo.shape[:2], bool), np.zeros(photo.shape[:2], bool)
    known[margin:-margin, margin:-margin] = True
    kept[margin + overlap : -margin - overlap, margin + overlap : -margin - overlap] = True
    old = np.where(known[..., None], photo, np.float32(0.77))
    return seam_of(old, known, ~kept, answer.astype(np.float32))


def beside(seam: Seam, width: int) -> np.ndarray:
    """Painted pixels within `width` of a known one, for rectangular cuts."""
    y, x = np.nonzero(seam.known)
    ring = np.zeros_like(seam.known)
    ring[y.min() - width : y.max() + width + 1, x.min() - width : x.max() + width + 1] = True
    return ring & ~seam.known
