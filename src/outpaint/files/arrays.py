"""Between `Picture` and what other programs hold pixels in: numpy arrays and Pillow images."""

from typing import Any

import numpy as np
from PIL import Image

from outpaint.errors import FileError
from outpaint.files import exif
from outpaint.files.codec import Array, Stored, Unsupported
from outpaint.geometry import Extent
from outpaint.picture import Picture

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def from_array(array: Array) -> Picture:
    """H x W, or H x W x 1, 2, 3, 4 of uint8, uint16, bool or floats in 0..1 (kept as 16 bits); else FileError."""
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in _MODES) or not array.size:
        raise FileError(
            f"an array of shape {array.shape} is not a picture; give H x W, or H x W x 1, 2, 3 or 4 channels"
        )
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    if array.dtype == np.bool_:
        array = np.where(array, np.uint8(255), np.uint8(0))
    elif array.dtype.kind == "f":
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise FileError("a float array must lie between 0 and 1; divide it by its white first")
        array = np.rint(array.astype(np.float64) * 65535).astype(np.uint16)
    elif array.dtype not in (np.uint8, np.uint16):
        raise FileError(f"an array of {array.dtype} is not a picture; give uint8, uint16 or floats in 0..1")
    array = np.ascontiguousarray(array)
    if array.ndim == 3 and array.shape[2] in (2, 4):
        return Picture.of(array[..., :-1].copy(), array[..., -1].copy())
    return Picture.of(array.copy())


def to_array(picture: Picture) -> Array:
    """Samples uint8 or uint16, H x W for grey, H x W x C otherwise, alpha as the last channel; a copy."""
    parts = [picture.samples] if picture.alpha is None else [picture.samples, picture.alpha[..., None]]
    array = np.concatenate(parts, -1)
    return array[..., 0] if array.shape[2] == 1 else array


def to_image(picture: Picture) -> Image.Image:
    """A Pillow image of 8 bits (L, LA, RGB, RGBA or CMYK); 16 bits are rounded to the nearest of 8."""
    array = to_array(picture)
    if array.dtype == np.uint16:
        array = ((array.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    image = Image.fromarray(array, "CMYK" if picture.space == "cmyk" else None)
    if picture.icc is not None:
        image.info["icc_profile"] = picture.icc
    if picture.origin.exif is not None:
        image.info["exif"] = b"Exif\0\0" + picture.origin.exif
    return image


def from_image(image: Image.Image) -> Stored:
    """What a Pillow image holds: its mode, profile, EXIF, XMP, resolution; Unsupported for modes without a white."""
    if getattr(image, "n_frames", 1) > 1:
        raise Unsupported("has several frames; give a copy of the one you want: image.copy()")
    mode, palette, key = image.mode, None, None
    image.load()
    if mode in ("LAB", "YCbCr", "HSV", "RGBX", "RGBa", "La", "PA"):
        image = to_plain(image)
        mode = image.mode
    names = {"I;16": "L;16", "I;16L": "L;16", "I;16B": "L;16", "I;16N": "L;16"}
    if mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", *names):
        raise Unsupported(f"has mode {mode}, which has no fixed white; convert it to 8 or 16 bits first")
    array = np.asarray(image)
    if mode == "1":
        array = np.where(array, np.uint8(255), np.uint8(0))
    elif mode in names:
        array = array.astype(np.uint16)
    if mode == "P":
        palette = palette_of(image)
    elif mode in ("1", "L", "RGB", *names) and "transparency" in image.info:
        given = image.info["transparency"]
        key = (given,) if isinstance(given, int) else tuple(given)
    block = exif.sound(image.info.get("exif") or image.getexif().tobytes())
    return Stored(
        "",
        Extent(*image.size),
        names.get(mode, mode),
        lambda: array,
        bits=16 if mode in names else 8,
        palette=palette,
        key=key,
        icc=image.info.get("icc_profile") or None,
        exif=block,
        xmp=_bytes(image.info.get("xmp")),
        dpi=_dpi(image.info.get("dpi")),
    )


def palette_of(image: Image.Image) -> Array:
    """N x 3 or, with transparency, N x 4 entries of a palette image, as many as its pixels and its palette need."""
    colours = np.array(image.getpalette("RGB") or [0, 0, 0], np.uint8).reshape(-1, 3)
    most = int(np.asarray(image).max()) + 1
    if most > len(colours):
        colours = np.concatenate([colours, np.zeros((most - len(colours), 3), np.uint8)])
    given = image.info.get("transparency")
    if given is None:
        if image.palette is None or image.palette.mode != "RGBA":
            return colours
        opacity = np.array(image.getpalette("RGBA"), np.uint8).reshape(-1, 4)[:, 3]
        return np.concatenate([colours, np.resize(opacity, len(colours))[:, None]], 1)
    opacity = np.full(len(colours), 255, np.uint8)
    if isinstance(given, int):
        if given < len(opacity):
            opacity[given] = 0
    else:
        opacity[: len(given)] = np.frombuffer(bytes(given), np.uint8)[: len(opacity)]
    return np.concatenate([colours, opacity[:, None]], 1)


def to_plain(image: Image.Image) -> Image.Image:
    """RGB, RGBA or LA of a mode that no painter knows: LAB by its white point, the others by their formula."""
    if image.mode == "LAB":
        from PIL import ImageCms

        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.applyTransform(image, ImageCms.buildTransform(lab, srgb, "LAB", "RGB"))
        assert converted is not None  # it would be None if the picture were changed in place
        return converted
    return image.convert({"RGBa": "RGBA", "PA": "RGBA", "La": "LA"}.get(image.mode, "RGB"))


def _bytes(value: Any) -> bytes | None:
    return value.encode() if isinstance(value, str) else bytes(value) if value else None


def _dpi(value: Any) -> tuple[float, float] | None:
    return (float(value[0]), float(value[1])) if value and value[0] and value[1] else None
