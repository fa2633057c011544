"""Pictures with an obvious continuation need no search: bars of one colour, patterns that repeat, even gradients.

Bars: rows (columns) of one colour along a whole side of a photo, as of a letterboxed film, a page or a
cut-out, run on to both ends and outwards.
Patterns: the mean squared difference of the picture and itself moved by d, over twice its variance, is 1 for
unrelated places and 0 for a repetition; d is a period where it falls to nearly 0 after having been large.
Gradients: every colour lies on a plane over the picture, to within what rounding to 8 bits does.
"""

import numpy as np
import numpy.typing as npt

from outpaint.painters.protocol import Pixels

Bools = npt.NDArray[np.bool_]

EVEN = 2 / 255
"""How far a bar's samples may lie from its colour."""

REPEATS = 0.01
"""The largest normalised difference that counts as a repetition."""


def rectangle(known: Bools) -> tuple[slice, slice] | None:
    """Where the photo lies, if what is known is one full rectangle."""
    rows, columns = np.flatnonzero(known.any(1)), np.flatnonzero(known.any(0))
    cut = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return cut if known[cut].all() else None


def with_bars(pixels: Pixels, known: Bools) -> tuple[Pixels, tuple[slice, slice]]:
    """The window with every bar run on to its border, and the part of it that is left to paint."""
    everything = slice(0, known.shape[0]), slice(0, known.shape[1])
    cut = rectangle(known)
    if cut is None:
        return pixels, everything
    photo, hole = pixels[cut], ~known
    ends = []
    filled = pixels
    for axis in (0, 1):
        first, last = cut[axis].start, cut[axis].stop
        lines = np.moveaxis(photo, axis, 0)
        before, after = _bar(lines), _bar(lines[::-1])
        if before + after >= len(lines):
            before = after = 0
        start, stop = first + before if before else 0, last - after if after else known.shape[axis]
        left = [0, known.shape[axis]]
        for end, (thick, side, line) in enumerate(((before, slice(0, start), 0), (after, slice(stop, None), -1))):
            beyond = np.moveaxis(hole, axis, 0)[side]
            if thick and beyond.any():  # a bar that ends with the window is left as something to copy
                filled = pixels.copy() if filled is pixels else filled
                np.moveaxis(filled, axis, 0)[side][beyond] = np.median(lines[line], axis=0)
                left[end] = (start, stop)[end]
        ends.append(slice(*left))
    return filled, (ends[0], ends[1])


def _bar(lines: Pixels) -> int:
    """How many lines from the first form a bar: of one colour, and thick or with a clear end."""
    colour = np.median(lines[0], axis=0)
    if (np.abs(lines[0] - colour).max(1) <= EVEN).mean() < 0.995:
        return 0
    apart = np.abs(lines - colour).max(2)
    even = (apart <= EVEN).mean(1) >= 0.995
    thick = len(even) if even.all() else int(np.argmin(even))
    ended = thick < len(lines) and apart[min(thick + 1, len(lines) - 1)].mean() > 4 * EVEN
    same = np.abs(lines[: max(1, thick)].mean((1, 2)) - colour.mean()).max() < EVEN / 4
    return thick if same and (thick >= len(lines) / 30 or ended) and thick >= 3 else 0


def repeated(pixels: Pixels, known: Bools) -> Pixels | None:
    """The whole window, if the photo is a pattern along every axis that has to be continued."""
    cut = rectangle(known)
    if cut is None:
        return None
    photo = pixels[cut]
    index = []
    for axis in (0, 1):
        size, first = photo.shape[axis], cut[axis].start
        at = np.arange(known.shape[axis]) - first
        if len(at) > size:
            period = _period(photo, axis)
            if period is None:
                return None
            after = size - period + (at - size) % period
            at = np.where(at < 0, at % period, np.where(at >= size, after, at))
        index.append(at)
    return np.asarray(photo[np.ix_(index[0], index[1])], np.float32)


def sloped(pixels: Pixels, known: Bools) -> Pixels | None:
    """The whole window, if what is known is an even gradient; it ends at black and white."""
    y, x = np.nonzero(known)
    some = slice(None, None, max(1, len(y) // 10_000))
    y, x = y[some], x[some]
    place = np.stack([np.ones(len(y)), y, x], axis=1)
    planes, *_ = np.linalg.lstsq(place, pixels[y, x].astype(np.float64), rcond=None)
    if np.abs(place @ planes - pixels[y, x]).max() >= EVEN / 2:
        return None
    rows, columns = np.ogrid[: known.shape[0], : known.shape[1]]
    even = planes[:1] + rows[..., None] * planes[1:2] + columns[..., None] * planes[2:]
    even = np.clip(even, 0, 1).astype(np.float32)
    off = np.abs(even - pixels).max(2)[known].max()
    return np.where(known[..., None], pixels, even) if off < EVEN / 2 else None


def _period(photo: Pixels, axis: int) -> int | None:
    """The smallest shift along an axis after which the photo repeats; None if it does not."""
    grey = np.moveaxis(photo.mean(2), axis, 0)
    lines = grey[:, :: max(1, grey.shape[1] // 64)]
    size = len(lines)
    variance = lines.var()
    if variance < 1e-8:
        return 1
    limit = min(size // 2, 1024)
    far = np.array([((lines[d:] - lines[:-d]) ** 2).mean() / (2 * variance) for d in range(1, limit + 1)])
    if not len(far):
        return None
    if far.max() < 1e-4:
        return 1
    for d in np.flatnonzero(far < REPEATS):
        if far[:d].max(initial=0) > 0.2:
            return int(d) + 1
    return None
