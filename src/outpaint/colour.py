"""From a file's samples to the pixels painters see, and back.

RGB keeps its own encoding. A photo with an Adobe RGB or Display P3 profile is *not* converted to sRGB for
painting: that would clip its strongest colours and so draw the old border into the picture. New pixels are
continued in the same numbers as their neighbours and mean the same under the same profile.
CMYK is separated ink, so it has to be converted: by its embedded profile if it has one, else by the plain
formula with full black replacement.
"""

from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from outpaint.pixels import Pixels, Samples

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of ITU-R BT.601, as Pillow's grey conversion has them; they sum to 1, so grey stays grey."""


def to_pixels(samples: Samples, space: str, icc: bytes | None) -> Pixels:
    """Samples H x W x C as H x W x 3 floats in 0..1."""
    if space == "cmyk":
        return _from_cmyk(samples, icc)
    pixels = samples.astype(np.float32) / np.float32(np.iinfo(samples.dtype).max)
    return np.repeat(pixels, 3, axis=-1) if space == "grey" else pixels


def to_samples(pixels: Pixels, space: str, icc: bytes | None, dtype: Any) -> Samples:
    """N pixels (N x 3, 0..1) as N x C samples, rounded to nearest; the inverse of `to_pixels`."""
    if space == "cmyk":
        return _to_cmyk(pixels, icc)
    if space == "grey":
        pixels = (pixels @ LUMA)[:, None]
    white = np.iinfo(dtype).max
    return np.asarray(np.rint(np.clip(pixels, 0, 1) * np.float32(white)), dtype)


def _from_cmyk(samples: Samples, icc: bytes | None) -> Pixels:
    transform = to_srgb(icc, "CMYK")
    if transform is None:
        ink = samples.astype(np.float32) / np.float32(255)
        return np.asarray((1 - ink[..., :3]) * (1 - ink[..., 3:]), np.float32)
    from PIL import Image

    image = transform.apply(Image.fromarray(np.ascontiguousarray(samples), "CMYK"))
    return np.asarray(image, np.float32) / np.float32(255)


def _to_cmyk(pixels: Pixels, icc: bytes | None) -> npt.NDArray[np.uint8]:
    transform = to_srgb(icc, "CMYK", inverse=True)
    if transform is None:
        black = 1 - pixels.max(-1, keepdims=True)
        ink = (1 - pixels - black) / np.maximum(1 - black, 1e-6)
        return np.asarray(np.rint(np.clip(np.concatenate([ink, black], -1), 0, 1) * 255), np.uint8)
    from PIL import Image

    line = to_samples(pixels, "rgb", None, np.uint8)[None]
    inks = np.asarray(transform.apply(Image.fromarray(line)), np.uint8)
    return inks.reshape(-1, 4)


@lru_cache(maxsize=8)
def to_srgb(icc: bytes | None, mode: str, inverse: bool = False) -> Any:
    """Pillow's transform from a profile of images of this mode to sRGB; None where there is no usable profile."""
    if icc is None:
        return None
    from PIL import ImageCms

    try:
        own, srgb = ImageCms.ImageCmsProfile(BytesIO(icc)), ImageCms.createProfile("sRGB")
        how = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
        if inverse:
            return ImageCms.buildTransform(srgb, own, "RGB", mode, how[0], how[1])
        return ImageCms.buildTransform(own, srgb, mode, "RGB", how[0], how[1])
    except (OSError, ImageCms.PyCMSError):
        return None
