"""What makes an extended photo look wrong, in numbers: seam, sharpness, colour step, duplicates.

All take `answer` and `truth` (H x W x 3, 0..1) and `known` (H x W). They are measured in grey unless said.
"""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

STRIP = 8
"""Width in pixels of the known strip beside the old border."""


def grey(pixels: Pixels) -> Pixels:
    return np.asarray(pixels @ np.float32([0.299, 0.587, 0.114]), np.float32)


def _sides(known: Bools) -> list[tuple[int, bool]]:
    """(quarter turns that bring a side of the known rectangle to the right, ...) where there are new pixels."""
    return [turn for turn in range(4) if not np.rot90(known, turn)[:, -1].any()]  # type: ignore[misc]


def _strips(values: npt.NDArray[np.float32], known: Bools, inner: int, outer: int) -> list[npt.NDArray[np.float32]]:
    """Around each old border, turned so that the new part lies right: N x (inner + outer) lines across it."""
    strips = []
    for turn in _sides(known):
        turned, mask = np.rot90(values, turn), np.rot90(known, turn)
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        edge = columns[-1] + 1
        strips.append(turned[rows[0] : rows[-1] + 1, edge - inner : edge + outer])
    return strips


def seam_ratio(answer: Pixels, known: Bools) -> float:
    """Mean gradient across the old border over that inside the known strip next to it; 1 is ideal."""
    across, inside = [], []
    for strip in _strips(grey(answer), known, STRIP + 1, 1):
        step = np.abs(np.diff(strip, axis=1))
        across.append(step[:, -1])
        inside.append(step[:, :-1].ravel())
    return float((np.concatenate(across).mean() + 5e-4) / (np.concatenate(inside).mean() + 5e-4))


def sharpness_ratio(answer: Pixels, known: Bools) -> float:
    """High frequencies of the new pixels over those of the known strip as wide as the extension; 1 is ideal."""
    plane = grey(answer)
    smooth = sum(np.roll(np.roll(plane, dy, 0), dx, 1) for dy in (-1, 0, 1) for dx in (-1, 0, 1)) / 9
    detail = np.abs(plane - smooth)
    detail[[0, -1]] = np.nan
    detail[:, [0, -1]] = np.nan
    new, old = [], []
    for turn in _sides(known):
        mask = np.rot90(known, turn)
        columns = np.flatnonzero(mask.any(0))
        wide = mask.shape[1] - columns[-1] - 1
        wide = min(wide, len(columns))
        strip = next(iter(_strips(np.rot90(detail, turn), mask, wide, wide)))
        old.append(strip[:, :wide].ravel())
        new.append(strip[:, wide + 1 :].ravel())
    return float((np.nanmean(np.concatenate(new)) + 1e-3) / (np.nanmean(np.concatenate(old)) + 1e-3))


def colour_step(answer: Pixels, known: Bools) -> float:
    """Mean change of colour from 8 pixels inside to 8 outside, in windows of 16 along the border, in levels."""
    steps = []
    for channel in range(3):
        for strip in _strips(np.ascontiguousarray(answer[..., channel]), known, STRIP, STRIP):
            count = max(1, len(strip) // 16)
            for part in np.array_split(strip, count):
                steps.append(abs(part[:, :STRIP].mean() - part[:, STRIP:].mean()) * 255)
    return float(np.mean(steps))


def saliency(photo: Pixels) -> npt.NDArray[np.float32]:
    """How unlike the rest every pixel is: spectral residual of a small grey copy (Hou and Zhang 2007)."""
    import cv2

    small = cv2.resize(photo, (64, 64), interpolation=cv2.INTER_AREA)
    total = np.zeros((64, 64), np.float32)
    for channel in range(3):
        spectrum = np.fft.fft2(small[..., channel])
        size = np.log(np.abs(spectrum) + 1e-6)
        residual = size - cv2.blur(size.astype(np.float32), (3, 3))
        total += np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))).astype(np.float32) ** 2
    total = cv2.GaussianBlur(total, (0, 0), 2.5)
    return np.asarray(cv2.resize(total, photo.shape[1::-1]), np.float32)


def duplication(answer: Pixels, known: Bools) -> float:
    """Share of new 16 x 16 patches that are copies of patches centred in the most salient tenth of the photo."""
    import cv2

    rows, columns = np.flatnonzero(known.any(1)), np.flatnonzero(known.any(0))
    photo = answer[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    salient = saliency(photo)
    salient = salient >= np.quantile(salient, 0.9)

    def descriptors(pixels: Pixels, wanted: Bools, stride: int) -> npt.NDArray[np.float32]:
        small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        wanted = wanted[: small.shape[0] * 2 : 2, : small.shape[1] * 2 : 2]
        views = np.lib.stride_tricks.sliding_window_view(small, (8, 8), axis=(0, 1))[::stride, ::stride]
        centre = wanted[4 : 4 + views.shape[0] * stride : stride, 4 : 4 + views.shape[1] * stride : stride]
        return views[: centre.shape[0], : centre.shape[1]][centre].reshape(-1, 192).astype(np.float32)

    new = cv2.erode((~known).astype(np.uint8), np.ones((16, 16), np.uint8)) > 0
    looked = descriptors(answer, new, 4)
    unique = descriptors(photo, salient, 1)
    unique = np.concatenate([unique, unique.reshape(-1, 3, 8, 8)[..., ::-1].reshape(-1, 192)])
    if not len(looked) or not len(unique):
        return 0.0
    nearest = np.full(len(looked), np.inf, np.float32)
    for part in np.array_split(unique, max(1, len(unique) // 2000)):
        far = (looked**2).sum(1)[:, None] + (part**2).sum(1)[None] - 2 * looked @ part.T
        nearest = np.minimum(nearest, far.min(1))
    planes = looked.reshape(-1, 3, 64)
    contrast = ((planes - planes.mean(2, keepdims=True)) ** 2).sum((1, 2))
    return float(((nearest < 0.15 * contrast) & (contrast > 192 * 0.03**2)).mean())


def psnr(answer: Pixels, truth: Pixels, known: Bools) -> float:
    error = ((answer - truth)[~known] ** 2).mean()
    return float(-10 * np.log10(max(error, 1e-9)))
