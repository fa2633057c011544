"""`grain`: known noise is measured and matched, grainy answers and clean pictures are left alone."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from blend.seams import seam_of
from outpaint.blend.grain import BLEND
from outpaint.blend.grain_level import SHARES, gain, level, observe
from outpaint.blend.grain_noise import grain
from outpaint.blend.protocol import Seam
from outpaint.geometry import Frame

SIZE = 192


def scene() -> np.ndarray:
    """Smooth shades, and stripes that must not count as noise."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    shades = np.stack([0.3 + 0.4 * y, 0.5 + 0.2 * x, 0.6 - 0.2 * x * y], -1)
    shades[100:130] += 0.1 * np.sign(np.sin(40 * x[100:130]))[..., None]
    return shades.astype(np.float32)


def noise(deviation: float, blur: float = 0, grey: bool = False) -> np.ndarray:
    white = np.random.default_rng(5).normal(size=(SIZE, SIZE, 1 if grey else 3))
    white = gaussian_filter(white, (blur, blur, 0)) if blur else white
    return (np.broadcast_to(white, (SIZE, SIZE, 3)) * deviation / white.std()).astype(np.float32)


def seam(pixels: np.ndarray, answer: np.ndarray, seed: int = 3, left: int = 0) -> Seam:
    known = np.zeros((SIZE, SIZE), bool)
    known[:, :110] = True
    old = np.where(known[..., None], pixels, np.float32(0))
    return seam_of(old, known, ~known, answer.astype(np.float32), left, seed=seed)


@pytest.mark.parametrize("deviation", [0.01, 0.03])
@pytest.mark.parametrize(("blur", "neighbours"), [(0, 0.0), (0.6, 0.5)])
def test_lacking_noise_is_added_in_its_own_strength_and_softness(deviation, blur, neighbours):
    clean = scene()
    before = seam(clean + noise(deviation, blur), clean)
    added = (BLEND.work(before).answer - clean)[:, 116:]
    assert added.std((0, 1)) == pytest.approx(deviation, rel=0.2)
    assert abs(added.mean()) < deviation / 20
    beside = (added[:, 1:] * added[:, :-1]).mean() / (added**2).mean()
    assert beside == pytest.approx(neighbours, abs=0.15)


def test_channels_have_noise_of_their_own():
    clean = scene()
    added = (BLEND.work(seam(clean + noise(0.02), clean)).answer - clean)[:, 116:].reshape(-1, 3)
    assert np.abs(np.corrcoef(added.T)[np.triu_indices(3, 1)]).max() < 0.15


def test_a_grey_picture_stays_grey():
    clean = np.broadcast_to(scene()[..., :1], (SIZE, SIZE, 3))
    mended = BLEND.work(seam(clean + noise(0.02, grey=True), clean)).answer
    assert np.ptp(mended, -1).max() < 1e-6 and (mended - clean)[:, 116:].std() > 0.015


def test_an_answer_as_grainy_as_the_picture_is_left_alone():
    photo = scene() + noise(0.02)
    before = seam(photo, photo)
    added = (BLEND.work(before).answer - photo)[:, 110:]
    assert added.std() < 0.003


def test_only_the_missing_part_is_added():
    photo, half = scene() + noise(0.03), scene() + noise(0.018)[::-1]
    mended = BLEND.work(seam(photo, half)).answer - scene()
    assert mended[:100, 116:].std() == pytest.approx(0.03, rel=0.2)


def test_a_picture_without_noise_gets_none():
    clean = scene()
    assert np.array_equal(BLEND.work(seam(clean, clean * 0.8)).answer, (clean * 0.8).astype(np.float32))
    flat = np.full_like(clean, 0.4)
    before = seam(flat, flat)
    assert BLEND.work(before) is before


def test_tones_have_their_own_noise():
    y = np.linspace(0.1, 0.9, SIZE, dtype=np.float32)[:, None, None]
    clean = np.broadcast_to(y, (SIZE, SIZE, 3))
    # Only twofold: what is more than twice the picture's quiet level counts as texture.
    photo = clean + noise(1) * (0.012 + 0.012 * y)
    added = BLEND.work(seam(photo, clean)).answer - clean
    dark, light = added[8:56, 116:].std(), added[-56:-8, 116:].std()
    assert light / dark == pytest.approx(0.0218 / 0.0146, rel=0.2)


def test_the_seed_decides_and_threads_do_not(monkeypatch):
    photo, clean = scene() + noise(0.02), scene()
    answers = []
    for threads, seed in (("1", 3), ("2", 3), ("2", 4), ("2", -(2**40))):
        monkeypatch.setenv("OUTPAINT_THREADS", threads)
        answers.append(BLEND.work(seam(photo, clean, seed)).answer.tobytes())
    assert answers[0] == answers[1]
    assert len(set(answers)) == 3


def test_hashed_noise_is_white_and_normal():
    white, other = grain(Frame(0, -7, 512, 512), 1, 99, 0.0)
    assert abs(white.mean()) < 0.01 and white.std() == pytest.approx(1, abs=0.01)
    assert (white**4).mean() == pytest.approx(3 - 0.3, abs=0.1)  # four uniform parts: excess -1.2 / 4
    spectrum = np.abs(np.fft.fft2(white)) ** 2 / white.size
    rings = spectrum.reshape(8, 64, 8, 64).mean((1, 3))
    assert np.abs(rings - 1).max() < 0.1
    for stranger in (other, *grain(Frame(0, -7, 512, 512), 0, 99, 0.0)):
        assert abs((white * stranger).mean()) < 0.01


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_windows_of_one_plane_agree(share):
    whole = grain(Frame(-50, -40, 200, 150), 0, 7, share)
    part = grain(Frame(-11, 3, 90, 60), 0, 7, share)
    for large, small in zip(whole, part, strict=True):
        assert np.array_equal(large[43:103, 39:129], small)


def test_overlapping_windows_get_the_same_grain_and_others_another():
    """The same pixels at two places of the plane, 40 columns apart."""
    photo, clean = scene() + noise(0.02), scene()
    first, second = (BLEND.work(seam(photo, clean, left=left)).answer - clean for left in (0, 40))

    def alike(a, b):
        return np.corrcoef(a[:90].ravel(), b[:90].ravel())[0, 1]

    # Only the strength may differ, for each window measures it on its own.
    assert alike(first[:, 152:], second[:, 112:152]) > 0.97
    assert abs(alike(first[:, 112:], second[:, 112:])) < 0.05


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25])
def test_gain_is_that_of_the_filters(share):
    """The closed form against the autocorrelation of the taps, written out."""
    soft = np.array([share, 1 - 2 * share, share])
    for taps in (1, 2):
        second = np.zeros(2 * taps + 1)
        second[[0, taps, -1]] = 1, -2, 1
        assert gain(share, taps) == pytest.approx((np.convolve(soft, second) ** 2).sum())
    assert (np.diff(gain(SHARES, 2) / gain(SHARES, 1)) > 0).all()


@pytest.mark.parametrize("shape", [(1, 1), (5, 97), (96, 48), (61, 50)])
def test_blocks_that_are_not_wanted_change_nothing_for_the_others(shape):
    random = np.random.default_rng(4)
    known = np.zeros(shape, bool)
    known[: shape[0] // 2, 7:] = True
    pixels, answer = random.random((2, *shape, 3)).astype(np.float32)
    pixels[~known] = np.nan
    before = seam_of(pixels, known, ~known, answer)
    wanted = random.random((-(-shape[0] // 16), -(-shape[1] // 16))) < 0.5
    for every, some in zip(observe(before, 16), observe(before, 16, wanted), strict=True):
        for name, values in vars(every).items():
            np.testing.assert_allclose(getattr(some, name)[wanted], values[wanted], rtol=1e-5, err_msg=name)
            assert not getattr(some, name)[~wanted].any()


def test_a_hole_takes_its_grain_from_around_it():
    """Twice the noise far away, at equal brightness, does not count."""
    clean = np.full((SIZE, 2 * SIZE, 3), 0.5, np.float32)
    known = np.ones(clean.shape[:2], bool)
    known[80:112, 30:62] = False
    photo = clean + np.concatenate([noise(0.01), noise(0.02)], 1)
    added = BLEND.work(seam_of(photo, known, ~known, clean)).answer[~known] - clean[~known]
    assert added.std() == pytest.approx(0.01, rel=0.2)


@pytest.mark.parametrize("deviation", [0.005, 0.02])
def test_the_level_of_pure_noise(deviation):
    photo = 0.5 + noise(deviation)
    kept, _ = observe(seam(photo, photo), 16)
    found = level(kept, kept.count > 100)
    assert found is not None
    expected = deviation * 6 * np.sqrt(2 / np.pi)
    assert found.fine[4] == pytest.approx(expected * 0.92, rel=0.05)  # a low quantile lies low
    assert found.common < 0.1 and found.share < 0.04
