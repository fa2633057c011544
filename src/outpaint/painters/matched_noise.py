"""`matched-noise`: noise with the spectrum, the phases and the colours of the photo.

    N = FFT(uniform noise) * W,   W(x, y) = 1 / ((1 + x^2) (1 + y^2))   (a soft low pass)
    S = FFT(photo, its mean in the holes),   noise = IFFT(|N|^2 * |S|^q * S / |S|)

then, channel by channel, the histogram of the noise in the holes becomes that of what is known.
It is get_matched_noise of outpainting mk2 in the Stable Diffusion webui, from parlance-zz/g-diffuser-bot; seed 0
is the original's only one, and the only one here where `faithful`. Mended: frequencies of no amplitude have no phase
instead of NaN, and a black photo is not divided by its brightest value. The original stretched the noise to 0..1
before matching, which ranks do not notice; and it shifted spectra to and fro, which cancels but for the window W.
"""

import numpy as np
import numpy.typing as npt

from outpaint.painters.protocol import FAITHFUL, Brief, Painter, Pixels, Setting, View
from outpaint.parallel import over_rows

Floats = npt.NDArray[np.float64]

BINS = 16 * 65535
"""Every level of 8 and of 16 bits falls on a bin."""


def paint(view: View, brief: Brief) -> Pixels:
    """In float64 and channel by channel, with real transforms: a fraction of the memory of the plain way."""
    noise_q, variation = float(brief.settings["noise_q"]), float(brief.settings["color_variation"])
    seed = 0 if brief.settings["faithful"] else brief.seed
    holes, known = view.holes, ~view.holes
    answer = view.pixels.copy()
    if not holes.any():
        return answer
    references = view.pixels[known]
    if not len(references):
        raise ValueError("no pixel is known")
    brightest = float(references.max()) or 1.0
    mean = references.sum(dtype=np.float64) / answer.size

    def fill(start: int, stop: int) -> None:
        for channel in range(start, stop):
            photo = np.where(known, view.pixels[..., channel] / np.float64(brightest), mean)
            noise = _shaped(_uniform(holes.shape, channel, variation, seed), photo, noise_q)
            answer[holes, channel] = match_histogram(noise[holes], references[:, channel])

    over_rows(fill, 3, at_least=1)  # a channel is a "row" here: one thread each
    return answer


def _uniform(shape: tuple[int, ...], channel: int, variation: float, seed: int) -> Floats:
    """One channel of the uniform noise H x W x 3 that the generator draws, mixed with the mean of all three."""
    generator = np.random.default_rng(seed % (1 << 64))
    plane = np.empty(shape)
    for first in range(0, shape[0], 64):
        colour = generator.random((min(64, shape[0] - first), shape[1], 3))
        plane[first : first + 64] = variation * colour[..., channel] + (1 - variation) * colour.mean(-1)
    return plane


def _shaped(noise: Floats, photo: Floats, noise_q: float) -> Floats:
    """Noise with the photo's spectrum to the power of `noise_q` and its phases."""
    height, width = noise.shape
    power = np.abs(np.fft.rfft2(noise) * _window(height, width)) ** 2
    spectrum = np.fft.rfft2(photo)
    amplitude = np.abs(spectrum)
    sounding = amplitude > 0
    np.divide(spectrum, amplitude, out=spectrum, where=sounding)
    spectrum *= power * amplitude**noise_q
    return np.fft.irfft2(spectrum, (height, width))


def _window(height: int, width: int) -> Floats:
    """The low pass for the half plane of frequencies that a real transform has.

    On an odd number of rows or columns the original's window lies half a step beside the frequencies; taking
    the real part, as it did, then means the average with its reflection.
    """
    shorter = min(height, width)

    def slope(length: int) -> Floats:
        x = (2 * np.arange(length) / length - 1) * length / shorter
        return np.fft.fftshift(1 / (x * x + 1))

    def reflected(line: Floats) -> Floats:
        return np.roll(line[::-1], 1)

    y, x = slope(height), slope(width)
    half = slice(width // 2 + 1)
    return (np.outer(y, x[half]) + np.outer(reflected(y), reflected(x)[half])) / 2


def match_histogram(source: Floats, reference: npt.NDArray[np.floating]) -> Floats:
    """`source` with its values replaced so that their distribution is that of `reference` (0..1); both 1-D.

    A value's share of smaller or equal ones is looked up in the reference, linearly between its values.
    Counted in BINS bins instead of sorted, so values closer than a millionth count as equal.
    """
    span = max(float(np.ptp(source)), 1e-290)
    place = ((source - source.min()) * (BINS / span)).astype(np.int32)
    shares = np.cumsum(np.bincount(place)) / source.size
    counts = np.bincount(np.rint(reference * BINS).astype(np.int32))
    levels = np.flatnonzero(counts)
    values = np.interp(shares, np.cumsum(counts[levels]) / reference.size, levels / BINS)
    matched: Floats = values[place]
    return matched


PAINTER = Painter(
    name="matched-noise",
    about="Noise with the frequencies and colours of the photo: a start that diffusion models like.",
    work=paint,
    reads=frozenset({"seed"}),
    settings=(
        Setting("noise_q", 1.0, "fall-off exponent; lower means finer detail", low=0, high=4),
        Setting("color_variation", 0.05, "how much the noise differs between red, green and blue", low=0, high=1),
        FAITHFUL,
    ),
    source="outpainting mk2 of the Stable Diffusion webui; parlance-zz/g-diffuser-bot",
)
