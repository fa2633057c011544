import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.exposure import match_histograms

from outpaint.painters.matched_noise import PAINTER, match_histogram
from painters.painting import outside, paint, photo, view_of


def fft(x):
    return np.fft.ifftshift(np.fft.fft2(np.fft.fftshift(x, (0, 1)), axes=(0, 1), norm="ortho"), (0, 1))


def ifft(x):
    return np.fft.ifftshift(np.fft.ifft2(np.fft.fftshift(x, (0, 1)), axes=(0, 1), norm="ortho"), (0, 1))


def matched_noise_of_mk2(src, mask, noise_q, color_variation):
    """The original, step by step, with complex transforms of everything."""
    height, width = mask.shape
    mask = np.repeat(mask[..., None], 3, -1)
    windowed = src * (1 - mask)
    windowed /= windowed.max()
    windowed += src.mean() * mask
    spectrum = fft(windowed)
    distribution = np.abs(spectrum)
    phase = spectrum / distribution
    noise = np.random.default_rng(0).random((height, width, 3))
    noise = color_variation * noise + (1 - color_variation) * noise.mean(-1, keepdims=True)
    y = (2 * np.arange(height) / height - 1) * height / min(height, width)
    x = (2 * np.arange(width) / width - 1) * width / min(height, width)
    window = 1 / ((y[:, None] ** 2 + 1) * (x**2 + 1))
    noise = np.real(ifft(fft(noise) * window[..., None]))
    shaped = np.real(ifft(np.abs(fft(noise)) ** 2 * distribution**noise_q * phase))
    shaped -= shaped.min()
    shaped /= shaped.max()
    hole = mask[..., 0] > 1e-6
    shaped[hole] = match_histograms(shaped[hole], src[mask[..., 0] < 1e-3], channel_axis=1)
    return np.clip(src * (1 - mask) + shaped * mask, 0, 1)


@pytest.mark.parametrize("shape", [(64, 96), (63, 96), (64, 95), (61, 45)])
@pytest.mark.parametrize(("noise_q", "variation"), [(1.0, 0.05), (0.0, 1.0), (2.5, 0.0)])
def test_it_is_that_of_outpainting_mk2(shape, noise_q, variation):
    view = view_of(photo(*shape), outside(*shape, 5, 10, 50, 40))
    expected = matched_noise_of_mk2(view.pixels.astype(float), view.unknown, noise_q, variation)
    answer = paint(PAINTER, view, noise_q=noise_q, color_variation=variation)
    # Numbers that hardly differ may change ranks, so a pixel may take its neighbour's place.
    np.testing.assert_allclose(answer, expected, atol=5e-3)
    assert np.abs(answer - expected).mean() < 1e-5


@given(arrays(float, st.integers(1, 50), elements=st.integers(0, 9)), arrays(float, 30, elements=st.floats(0, 1)))
def test_histogram_matching_is_that_of_scikit_image(source, reference):
    np.testing.assert_allclose(match_histogram(source, reference), match_histograms(source, reference), atol=1e-6)


def test_new_pixels_have_the_photos_colours():
    view = view_of(photo(80, 120), outside(80, 120, 0, 0, 80, 60))
    answer = paint(PAINTER, view)
    for channel in range(3):
        new, old = np.sort(answer[:, 60:, channel].ravel()), np.sort(answer[:, :60, channel].ravel())
        np.testing.assert_allclose(new, old, atol=0.02)


@pytest.mark.parametrize("level", [0, 0.5, 1])
@pytest.mark.parametrize("noise_q", [0, 1, 4])
def test_black_and_flat_photos_stay_what_they_are(level, noise_q):
    view = view_of(np.full((32, 48, 3), level), outside(32, 48, 0, 0, 32, 24))
    np.testing.assert_allclose(paint(PAINTER, view, noise_q=noise_q), level, atol=1e-6)


def test_without_matching_the_noise_is_almost_flat():
    """The constant dominates the shaped spectrum; stretched to 0..1 the hole varies by thousandths: ranks matter."""
    view = view_of(photo(128, 160), outside(128, 160, 0, 0, 128, 96))
    mask, src = np.repeat(view.unknown[..., None], 3, -1), view.pixels.astype(float)
    windowed = src * (1 - mask) / src.max() + src.mean() * mask
    spectrum = fft(windowed)
    noise = np.random.default_rng(0).random(src.shape).mean(-1, keepdims=True)
    y, x = 2 * np.arange(128) / 128 - 1, (2 * np.arange(160) / 160 - 1) * 160 / 128
    noise = np.real(ifft(fft(noise) / ((y[:, None] ** 2 + 1) * (x**2 + 1))[..., None]))
    shaped = np.real(ifft(np.abs(fft(noise)) ** 2 * np.abs(spectrum) * spectrum / np.abs(spectrum)))
    shaped = (shaped - shaped.min()) / np.ptp(shaped)
    assert 0 < shaped[view.holes].std(0).max() < 1e-3  # of each channel; between them lie their means
    answer = paint(PAINTER, view)
    np.testing.assert_allclose(answer[view.holes].std(0), view.pixels[~view.holes].std(0), rtol=0.02)
    np.testing.assert_allclose(answer[view.holes].mean(0), view.pixels[~view.holes].mean(0), atol=0.005)


def test_a_higher_exponent_means_broader_noise_and_variation_means_colour():
    """noise_q is a fall-off: neighbours agree more as it grows. color_variation mixes grey with coloured noise."""
    grey = np.repeat(photo(96, 128)[..., :1], 3, -1)
    view = view_of(grey, outside(96, 128, 0, 0, 96, 64))

    def roughness(noise_q):
        new = paint(PAINTER, view, noise_q=noise_q)[:, 66:, 0]
        return np.abs(np.diff(new, axis=1)).mean() / new.std()

    assert roughness(0.0) > 1.2 * roughness(1.0) > 1.2 * roughness(2.0)

    def colour(variation):
        new = paint(PAINTER, view, color_variation=variation)[:, 66:]
        return (new - new.mean(-1, keepdims=True)).std()

    assert colour(0.0) < 1e-6 < colour(0.05) < colour(1.0)
