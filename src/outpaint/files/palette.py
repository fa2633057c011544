"""A picture back into its palette: known pixels keep their index, new colours take free entries, else the nearest."""

import numpy as np
from PIL import Image

from outpaint.files.codec import Array, Bytes, options_of
from outpaint.geometry import Frame
from outpaint.picture import Picture

_OPACITY_WEIGHT = 16
"""Opacity counts this much more than a colour: an opaque pixel never takes a clear entry if there is another."""


def indexed(picture: Picture, most: int) -> tuple[Bytes, Bytes]:
    """Indices H x W and entries N x 3 or N x 4, N <= most; the file's own entries come first, unchanged.

    If there are more new colours than free entries, these go to their medians (Heckbert 1982).
    """
    own = picture.origin.palette
    assert own is not None
    entries = _rgba(own)
    alpha = picture.alpha if picture.alpha is not None else np.full(picture.extent.shape, 255, np.uint8)
    colours = np.concatenate([picture.samples, alpha[..., None]], 2)
    index = _kept(picture, colours, entries)
    fresh = index < 0
    if fresh.any():
        packed = np.ascontiguousarray(colours[fresh].astype(np.uint8)).view(np.uint32)[:, 0]
        unique, which = np.unique(packed, return_inverse=True)
        new = unique.view(np.uint8).reshape(-1, 4)
        used = entries[: _padding(entries, int(index.max()))]
        unseen = ~np.isin(unique, np.ascontiguousarray(used).view(np.uint32)[:, 0])
        added = _representatives(new[unseen], np.bincount(which)[unseen], most - len(used))
        entries = np.concatenate([used, added, entries[len(used) + len(added) :]])
        index[fresh] = _nearest(new, entries)[which]
    return index.astype(np.uint8), entries if (entries[:, 3] < 255).any() else entries[:, :3]


def _rgba(palette: Bytes) -> Bytes:
    if palette.shape[1] == 4:
        return palette
    return np.concatenate([palette, np.full((len(palette), 1), 255, np.uint8)], 1)


def _padding(entries: Bytes, last: int) -> int:
    """Where the unused opaque black begins with a table is filled up; `last` is the last index used."""
    end = len(entries)
    while end > last + 1 and entries[end - 1].tolist() == [0, 0, 0, 255]:
        end -= 1
    return end


def _kept(picture: Picture, colours: Array, entries: Bytes) -> Array:
    """The file's index wherever the pixel still has that entry's colour, -1 elsewhere."""
    index = np.full(picture.extent.shape, -1, np.int16)
    old = options_of(picture).get("indices")
    if old is None:
        return index
    photo = Frame(0, 0, old.shape[1], old.shape[0])
    both = photo & picture.frame
    if both.empty:
        return index
    there, here = both.inside(picture.frame), both.inside(photo)
    index[there] = old[here]
    index[there][(entries[old[here]] != colours[there]).any(-1)] = -1
    return index


def _representatives(colours: Bytes, counts: Array, free: int) -> Bytes:
    """At most `free` colours that stand for these: themselves if they are few, else their medians."""
    if len(colours) <= free or not free:
        return colours[:free]
    shares = np.maximum(1, np.rint(counts * min(1.0, 2**20 / counts.sum()))).astype(np.intp)
    strip = np.repeat(colours[:, :3], shares, 0)[None]
    image = Image.fromarray(strip).quantize(free, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    medians = np.array(image.getpalette(), np.uint8).reshape(-1, 3)[:free]
    return _rgba(medians)


def _nearest(colours: Bytes, entries: Bytes) -> Array:
    """For every colour the entry at the smallest squared distance; the first of equals."""
    weight = np.array([1, 1, 1, _OPACITY_WEIGHT], np.float64)  # whole numbers above 2^24 have to stay exact
    goal = entries * weight
    found = np.empty(len(colours), np.int16)
    for start in range(0, len(colours), 1 << 14):
        here = colours[start : start + (1 << 14)] * weight
        distance = (goal**2).sum(1) - 2 * here @ goal.T
        found[start : start + (1 << 14)] = distance.argmin(1)
    return found
