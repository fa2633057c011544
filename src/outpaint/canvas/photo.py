"""A photo as a canvas shows it: RGBA in 8 bits and sRGB, which is what every tile and every screen has."""

import numpy as np

from outpaint import colour
from outpaint.canvas.compositing import cleared
from outpaint.canvas.packing import Samples8
from outpaint.picture import Picture
from outpaint.pixels import Samples


def open_photo(data: bytes, max_pixels: int) -> Samples8:
    """H x W x 4 from a file's bytes, upright; FileError if it cannot be opened."""
    from outpaint.files import open_picture

    return to_rgba(open_picture(data, max_pixels))


def to_rgba(picture: Picture) -> Samples8:
    """Converted through the picture's own profile; what is unknown is transparent."""
    out = np.empty((*picture.extent.shape, 4), np.uint8)
    out[..., :3] = _rgb(picture)
    out[..., 3] = 255 if picture.alpha is None else _bytes(picture.alpha)
    out[~picture.known] = 0
    return cleared(out)


def _rgb(picture: Picture) -> Samples8:
    """H x W x 3 or H x W x 1."""
    if picture.space == "cmyk":
        return np.asarray(np.rint(colour.to_pixels(picture.samples, "cmyk", picture.icc) * 255), np.uint8)
    samples = _bytes(picture.samples)
    return samples if picture.icc is None else _converted(samples, picture.icc)


def _bytes(samples: Samples) -> Samples8:
    """Sixteen bits rounded to eight; 257 is 65535 / 255."""
    if samples.dtype == np.uint8:
        return np.asarray(samples, np.uint8)
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _converted(samples: Samples8, icc: bytes) -> Samples8:
    """From the profile to sRGB; as it is if the profile is broken or for another kind of colour."""
    from PIL import Image

    image = Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)
    transform = colour.to_srgb(icc, image.mode)
    return samples if transform is None else np.asarray(transform.apply(image))
