"""Which of a format's modes a picture is written in, and its samples in that mode.

The mode the picture came in is tried first; then the narrowest that loses nothing. If there is none, the refusal
names the formats that would do.
"""

import numpy as np

from outpaint.errors import FileError
from outpaint.files.codec import Array, Bytes, Format, options_of
from outpaint.files.formats import alternatives, mode_in
from outpaint.files.palette import indexed
from outpaint.files.profile import is_srgb
from outpaint.geometry import Extent
from outpaint.picture import Picture

_OPACITIES = ("none", "one", "any")


def check(picture: Picture, target: Format, extent: Extent, painted: bool = False) -> str:
    """The mode to write, or FileError if `target` cannot hold the picture at this extent.

    painted: judge the picture as it will be once everything fully transparent is painted.
    """
    if max(extent) > target.side:
        raise FileError(
            f"{target.title} cannot hold {extent}, its longest side is {target.side}; use --format png or tiff"
        )
    if picture.alpha is not None and not target.transparency:
        # Even an alpha channel that is opaque all over: a channel that vanishes unasked is a loss too.
        raise FileError(_cannot(target, "transparency", _with_alpha(_base(picture))))
    needed = _opacity(picture, painted)
    mode = next(filter(None, (_fitting(target, name, needed) for name in _wanted(picture, needed))), None)
    plain = _base(picture)
    if mode is None:
        clear = needed != "none" and picture.space != "cmyk"
        if clear and any(mode_in(target, m) for m in (plain, "P" if picture.origin.mode == "P" else plain)):
            raise FileError(_cannot(target, "transparency", _with_alpha(plain)))
        full = _with_alpha(plain) if clear else plain
        if picture.depth == 16 and not any(m.endswith(";16") for m in target.modes):
            raise FileError(_cannot(target, "16 bits per sample", full))
        if target.modes <= {"1", "L", "P"} and picture.space == "rgb":
            raise FileError(_cannot(target, "more than 256 colours", full))
        raise FileError(_cannot(target, "CMYK" if plain == "CMYK" else f"{full.replace(';', ', ')} bits", full))
    if picture.icc is not None:
        if not target.icc and not is_srgb(picture.icc):
            raise FileError(_cannot(target, "a colour profile", plain, icc=True))
        if picture.icc[16:20] == b"GRAY" and mode.startswith("RGB") and picture.space == "grey":
            raise FileError(f"{target.title} cannot hold a profile for grey; use --format png, tiff or jpg")
    return mode


def key_kept(picture: Picture) -> tuple[int, ...] | None:
    """The colour that meant "transparent" in the file, if it still says exactly which pixels are."""
    key, bits = options_of(picture).get("key"), options_of(picture).get("bits", 8)
    if key is None or picture.alpha is None or len(key) != picture.samples.shape[2]:
        return None
    scale = 255 // (2**bits - 1) if bits < 8 else 1
    match = (picture.samples == np.array(key) * scale).all(-1)
    opaque = picture.alpha == picture.white
    return key if bool((match != opaque).all() and (opaque | (picture.alpha == 0)).all()) else None


def samples_in(picture: Picture, mode: str, bits: int) -> tuple[Array, Bytes | None]:
    """The array of a `Sheet` in this mode and the palette if it has one."""
    if mode == "P":
        return indexed(picture, 2**bits)
    samples: Array = picture.samples
    if mode == "1":
        return _dithered(samples[..., 0]), None
    if mode == "CMYK":
        return samples, None
    plain = mode.partition(";")[0]
    if plain.startswith("RGB") and samples.shape[2] == 1:
        samples = np.repeat(samples, 3, axis=2)
    if plain.endswith("A"):
        alpha = picture.alpha
        if alpha is None:
            alpha = np.full(samples.shape[:2], picture.white, samples.dtype)
        return np.concatenate([samples, alpha[..., None]], 2), None
    return (samples[..., 0] if plain == "L" else samples), None


def _dithered(grey: Array) -> Bytes:
    """Black and white; only what is neither, new pixels that is, is dithered (Bayer 1973, an 8 x 8 order).

    The order is the bits of x ^ y and y, interleaved from the lowest: neighbours get far apart ranks.
    """
    y, x = np.indices((8, 8))
    rank = sum(((x ^ y) >> bit & 1) << (5 - 2 * bit) | (y >> bit & 1) << (4 - 2 * bit) for bit in range(3))
    height, width = grey.shape
    threshold = np.tile(rank * 4 + 2, (-(-height // 8), -(-width // 8)))[:height, :width]
    return np.where(grey > threshold, np.uint8(255), np.uint8(0))


def _wanted(picture: Picture, needed: str) -> list[str]:
    """The modes that would do, the file's own first."""
    origin, plain = picture.origin, _base(picture)
    wanted = []
    if picture.depth == 8 and origin.mode == "P" and origin.palette is not None and picture.space == "rgb":
        wanted.append("P")
    if picture.depth == 8 and origin.mode == "1" and picture.space == "grey" and picture.alpha is None:
        wanted.append("1")
    if picture.alpha is not None and picture.space != "cmyk":
        wanted.append(_with_alpha(plain))
    if needed == "none" or picture.space == "cmyk":
        wanted.append(plain)
    return wanted


def _fitting(target: Format, mode: str, needed: str) -> str | None:
    if mode == "P" and _OPACITIES.index(target.opacity) < _OPACITIES.index(needed):
        return None
    return mode_in(target, mode)


def _base(picture: Picture) -> str:
    plain = {"grey": "L", "rgb": "RGB", "cmyk": "CMYK"}[picture.space]
    return plain + (";16" if picture.depth == 16 else "")


def _with_alpha(mode: str) -> str:
    plain, mark, deep = mode.partition(";")
    return plain + "A" + mark + deep


def _opacity(picture: Picture, painted: bool) -> str:
    """none, one (pixels are clear or opaque) or any."""
    if picture.alpha is None:
        return "none"
    clear, opaque = picture.alpha == 0, picture.alpha == picture.white
    if not (clear | opaque).all():
        return "any"
    return "one" if clear.any() and not painted else "none"


def _cannot(target: Format, what: str, mode: str, icc: bool = False) -> str:
    return f"{target.title} cannot hold {what}; use {alternatives(mode, icc)}"
