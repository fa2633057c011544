"""How far one picture lies beside another, to a fraction of a pixel, by phase correlation.

    R = F(a) conj(F(b)) / |F(a) conj(F(b))|,   the shift is where the inverse transform of R is largest

(Kuglin and Hines 1975; blind to gain and offset), found on whole pixels, then on a grid UPSAMPLE times as fine around
it by multiplying with a matrix instead of a padded transform (Guizar-Sicairos, Thurman and Fienup 2008).
"""

import numpy as np
import numpy.typing as npt

from outpaint.pixels import Pixels

Plane = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex128]

UPSAMPLE = 32
"""Parts of a pixel."""


def shift_between(a: Plane, b: Plane) -> tuple[float, float]:
    """(dy, dx) by which b has to be moved to lie on a; both H x W, and as if they went on periodically."""
    cross = np.fft.fft2(a) * np.conj(np.fft.fft2(b))
    cross /= np.maximum(np.abs(cross), 1e-12 * np.abs(cross).max() + 1e-300)
    peak = np.unravel_index(np.abs(np.fft.ifft2(cross)).argmax(), a.shape)
    whole = [float(p if p <= n // 2 else p - n) for p, n in zip(peak, a.shape, strict=True)]
    # One and a half pixels around the peak, of which `centre` is the middle.
    side = int(np.ceil(UPSAMPLE * 1.5))
    centre = side // 2
    rows, columns = ((np.arange(side) - centre) / UPSAMPLE + place for place in whole)
    finer = np.abs(_kernel(rows, a.shape[0]) @ cross @ _kernel(columns, a.shape[1]).T)
    best = np.unravel_index(finer.argmax(), finer.shape)
    return float(rows[best[0]]), float(columns[best[1]])


def _kernel(places: Plane, length: int) -> Spectrum:
    """Rows of an inverse transform at places between pixels."""
    waves: Spectrum = np.exp(2j * np.pi * places[:, None] * np.fft.fftfreq(length)[None, :])
    return waves


def tapered(plane: Plane) -> Plane:
    """Without its mean, falling to 0 at all four sides (Hann), so that what is not periodic does not show."""
    down, across = (np.hanning(length + 2)[1:-1] for length in plane.shape)
    window = down[:, None] * across
    mean = (plane * window).sum() / window.sum()
    smooth: Plane = (plane - mean) * window
    return smooth


def moved(pixels: Pixels, dy: float, dx: float) -> Pixels:
    """H x W x C moved down and to the right, cubic between pixels (Keys 1981), its border repeated."""
    for axis, far in ((0, dy), (1, dx)):
        length = pixels.shape[axis]
        first = int(np.floor(-far))
        t = -far - first
        weights = (
            ((-0.5 * t + 1) * t - 0.5) * t,
            (1.5 * t - 2.5) * t * t + 1,
            ((-1.5 * t + 2) * t + 0.5) * t,
            (0.5 * t - 0.5) * t * t,
        )
        total = np.zeros_like(pixels)
        for tap, weight in enumerate(weights):
            if weight:
                place = np.clip(np.arange(length) + first + tap - 1, 0, length - 1)
                total += np.float32(weight) * np.take(pixels, place, axis)
        pixels = total
    return pixels
