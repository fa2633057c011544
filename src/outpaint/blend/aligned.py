"""`aligned`: a picture that a model has moved and tinted as a whole is laid back onto the photo.

    answer'(p) = gain * answer(p - shift) + offset,   by channel

Edit models paint everything anew, known pixels too, and nobody uses those; but they tell how the model sees the rest.
The shift comes from phase correlation on the largest rectangle of kept pixels; gain and offset are those of least
squares there, without the tenth that fits worst, in three rounds. Where the answer does not resemble the photo, or
repeats it exactly, nothing is done. Shift and light are the same everywhere: `colour` and `poisson` mend what is not.
"""

import numpy as np
import numpy.typing as npt

from outpaint.blend.protocol import Blend, Seam
from outpaint.blend.registration import moved, shift_between, tapered
from outpaint.colour import LUMA
from outpaint.geometry import Frame
from outpaint.nearest import bounds
from outpaint.pixels import Bools, Pixels

SMALLEST, LARGEST = 16, 1024
"""Sides in pixels of the rectangle that is compared."""

FARTHEST = 0.125
"""Shift as a share of the rectangle's sides; what lies further off is not the same picture."""

LIKENESS = 0.5
"""Correlation with the photo from which an answer counts as the photo, moved and tinted."""

GAINS = 0.5, 2.0


def mend(seam: Seam) -> Seam:
    """Only the answer changes; clipped to 0..1 once, at the end."""
    box = rectangle_in(_told(seam))
    if min(box.extent) < SMALLEST:
        return seam
    cut = np.s_[box.top : box.bottom, box.left : box.right]
    photo, answer = seam.pixels[cut], seam.answer[cut]
    if not np.isfinite(answer).all() or np.abs(photo - answer).max() < 1e-3:  # nothing, or rounding
        return seam
    dy, dx = shift_between(tapered((photo @ LUMA).astype(float)), tapered((answer @ LUMA).astype(float)))
    candidates = [(0.0, 0.0)]
    if abs(dy) <= FARTHEST * box.height and abs(dx) <= FARTHEST * box.width and (dy, dx) != (0, 0):
        candidates.append((dy, dx))
    shifted = {place: moved(answer, *place) for place in candidates}
    inside = _inside(box, max(abs(dy), abs(dx)) if len(candidates) > 1 else 0)
    likeness = {place: _likeness(photo[inside], picture[inside]) for place, picture in shifted.items()}
    best = max(likeness, key=lambda place: likeness[place])
    if likeness[best] < LIKENESS:
        return seam
    fits = [_fit(photo[inside][..., c].ravel(), shifted[best][inside][..., c].ravel()) for c in range(3)]
    gain, offset = np.array(fits, np.float32).T
    whole = moved(seam.answer, *best) if best != (0, 0) else seam.answer
    return seam.with_answer(np.clip(whole * gain + offset, 0, 1))


def _told(seam: Seam) -> Bools:
    """Kept pixels for which the painter has an answer of its own: it may have looked at a part of the window only."""
    kept = seam.known & ~seam.painted
    told: Bools = kept & (seam.answer != seam.pixels).any(-1)
    window = Frame(0, 0, kept.shape[1], kept.shape[0])
    cut = bounds(told).inside(window)
    told[cut] = kept[cut]
    return told


def rectangle_in(kept: Bools) -> Frame:
    """A large rectangle of kept pixels: all of them, or the largest side of what is not; at most LARGEST long."""
    box = bounds(kept)
    inner = kept[box.top : box.bottom, box.left : box.right]
    if not inner.all():
        hole = bounds(~inner, box)
        sides = (
            Frame.between(box.left, box.top, box.right, hole.top),
            Frame.between(box.left, hole.bottom, box.right, box.bottom),
            Frame.between(box.left, box.top, hole.left, box.bottom),
            Frame.between(hole.right, box.top, box.right, box.bottom),
        )
        box = max(sides, key=lambda side: side.extent.area)
    width, height = min(box.width, LARGEST), min(box.height, LARGEST)
    return Frame(box.left + (box.width - width) // 2, box.top + (box.height - height) // 2, width, height)


def _inside(box: Frame, far: float) -> tuple[slice, slice]:
    """What a move of the rectangle's own pixels does not draw in from its border."""
    rim = min(int(np.ceil(far)) + 2, (min(box.extent) - 1) // 2)
    return np.s_[rim : box.height - rim, rim : box.width - rim]


def _likeness(a: Pixels, b: Pixels) -> float:
    """Correlation of light, -1..1; 0 if either is flat."""
    a, b = (a @ LUMA).ravel().astype(float), (b @ LUMA).ravel().astype(float)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 1e-9 else 0.0


def _fit(photo: npt.NDArray[np.float32], answer: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Gain and offset of one channel; where the answer is flat, or the gain is beyond GAINS, an offset alone."""
    x, y = answer.astype(float), photo.astype(float)
    keep = np.ones(x.shape, bool)
    gain, offset = 1.0, 0.0
    for _ in range(3):
        mean_x, mean_y = x[keep].mean(), y[keep].mean()
        spread = ((x[keep] - mean_x) ** 2).mean()
        gain = ((x[keep] - mean_x) * (y[keep] - mean_y)).mean() / spread if spread > 1e-6 else 1.0
        gain = gain if GAINS[0] <= gain <= GAINS[1] else 1.0
        offset = mean_y - gain * mean_x
        off = np.abs(gain * x + offset - y)
        keep = off <= np.quantile(off, 0.9)
    return float(gain), float(offset)


BLEND = Blend(
    name="aligned",
    about="Lays an answer that was moved or tinted as a whole back onto the photo.",
    work=mend,
    source="phase correlation, Kuglin and Hines 1975; Guizar-Sicairos 2008",
)
