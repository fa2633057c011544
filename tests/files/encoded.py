"""Real encoded files for the tests, made in memory by Pillow."""

import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image


def noise(height: int, width: int, channels: int = 1, dtype: Any = np.uint8, seed: int = 0) -> Any:
    """Random samples with a flat part, so that every row filter and run length has something to do."""
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, np.iinfo(dtype).max + 1, (height, width, channels)).astype(dtype)
    samples[: height // 3, : width // 2] = np.iinfo(dtype).max // 3
    return samples[..., 0] if channels == 1 else samples


def smooth(height: int = 48, width: int = 64) -> Any:
    """A colourful gradient that lossy formats keep well."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)], -1).astype(np.uint8)


def image(mode: str, height: int = 13, width: int = 21, seed: int = 0) -> Image.Image:
    """A Pillow image of this mode."""
    if mode == "1":
        return Image.fromarray(noise(height, width, seed=seed) > 127)
    if mode == "P":
        return Image.fromarray(noise(height, width, 3, seed=seed)).quantize(40)
    if mode == "I;16":
        return Image.fromarray(noise(height, width, 1, np.uint16, seed))
    return Image.fromarray(noise(height, width, len(Image.new(mode, (1, 1)).getbands()), seed=seed), mode)


def saved(picture: Image.Image, format: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **how)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Pillow's answer, fully loaded."""
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


@lru_cache
def profile(space: str = "sRGB") -> bytes:
    """An ICC profile; "Odd" is an RGB profile that is not sRGB in any way."""
    from PIL import ImageCms

    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if space == "sRGB":
        return data
    return data.replace("sRGB".encode("utf-16-be"), "Oddy".encode("utf-16-be")).replace(b"sRGB", b"Oddy")
