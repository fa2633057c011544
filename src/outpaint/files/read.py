"""Opening: bytes to a `Picture` that is upright and has lost nothing."""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image

from outpaint.errors import FileError
from outpaint.files import arrays, exif
from outpaint.files.codec import Array, Broken, Options, Stored, Unsupported
from outpaint.files.formats import format_of
from outpaint.geometry import Extent
from outpaint.picture import Origin, Picture

Source = str | Path | bytes | bytearray | memoryview | BinaryIO | Image.Image | np.ndarray[Any, Any]

T = TypeVar("T")

_DAMAGE = (
    *(ArithmeticError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
"""What Pillow, zlib and struct raise when a file contradicts itself; no picture of a sound file raises any of it."""


def open_picture(source: Source, max_pixels: int = 200_000_000) -> Picture:
    """A picture from a path, a file's bytes, an open binary file, a Pillow image or a numpy array.

    EXIF's orientation is applied, fully transparent pixels are unknown. Arrays are H x W, or H x W x 1, 2 (grey and
    alpha), 3, 4 (RGBA): uint8, uint16, bool, or floats in 0..1, which become 16 bits. FileError for everything that
    cannot be opened without loss, and before decoding for more pixels than `max_pixels` (as in a request).
    """

    def check(extent: Extent, name: str) -> None:
        if extent.area > max_pixels:
            raise FileError(
                f"{name} is {extent}, more than the {max_pixels} pixels allowed; make it smaller or raise the limit"
            )

    return _opened(source, check)


def open_mask(source: Source, extent: Extent) -> npt.NDArray[np.bool_]:
    """H x W, True where the mask is lighter than the middle: white means paint.

    FileError if its size is not that of the picture, `extent`; before decoding, unless it only lies on its side.
    """

    def refuse(found: Extent) -> NoReturn:
        raise FileError(f"the mask is {found} but the picture is {extent}; scale the mask to {extent} first")

    def check(found: Extent, name: str) -> None:
        if sorted(found) != sorted(extent):
            refuse(found)

    picture = _opened(source, check)
    if picture.extent != extent:
        refuse(picture.extent)
    light: npt.NDArray[np.bool_] = picture.pixels().mean(-1) * 255 > 127.4
    return light if picture.alpha is None else light & (picture.alpha > 0)


def _opened(source: Source, check: Callable[[Extent, str], None]) -> Picture:
    """The picture; `check` may refuse its size, as stored, before it is decoded."""

    def checked(extent: Extent, name: str) -> None:
        if not extent.area:
            raise FileError(f"{name} has no pixels; give a picture of at least 1x1")
        check(extent, name)

    if isinstance(source, np.ndarray):
        picture = arrays.from_array(source)
        checked(picture.extent, "the array")
        return picture
    if isinstance(source, Image.Image):
        checked(Extent(*source.size), "the picture")
        return _guarded(lambda: composed(arrays.from_image(source)), "the picture")
    data, name = read_bytes(source)
    found = stored(data, name)
    checked(found.extent, name)
    if found.frames > 1:
        kind = "pages" if found.format == "TIFF" else "frames"
        raise FileError(f"{name} has {found.frames} {kind}; save the one you want as a picture of its own first")
    return _guarded(lambda: composed(found), name)


def read_bytes(source: str | Path | bytes | bytearray | memoryview | BinaryIO) -> tuple[bytes, str]:
    """The file's bytes and what to call it in messages."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), "the data"
    if not isinstance(source, str | Path):
        try:
            return source.read(), str(getattr(source, "name", "the data"))
        except (OSError, AttributeError) as error:
            raise FileError(f"cannot read from {source!r}: {error}; give a path or bytes") from None
    path = Path(source)
    try:
        return path.read_bytes(), str(path)
    except FileNotFoundError:
        raise FileError(f"there is no file {path}; check the name") from None
    except IsADirectoryError:
        raise FileError(f"{path} is a folder; name a picture in it") from None
    except PermissionError:
        raise FileError(f"no permission to read {path}; check who may read it") from None
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {path}: {error}; check the name") from None


def stored(data: bytes, name: str) -> Stored:
    """What the file says about itself; nothing is decoded yet."""
    if not data:
        raise FileError(f"{name} is empty; copy or download it again")
    format = format_of(data)
    if format is None:
        if re.match(rb"....ftyp(hei[cxms]|hev[cx]|mif1|msf1)", data[:64], re.DOTALL):
            raise FileError(f"{name} is a HEIC photo, which cannot be read; convert it to JPEG, PNG or AVIF first")
        raise FileError(f"{name} is not a picture of a kind known here; convert it to PNG, JPEG or TIFF first")
    return _guarded(lambda: format.parse(data), name)


def _guarded(work: Callable[[], T], name: str) -> T:
    """Call `work`; a codec's complaints become a FileError that names the file."""
    try:
        return work()
    except Unsupported as error:
        raise FileError(f"{name} {error}") from error
    except Broken as error:
        raise FileError(f"{name} is damaged ({error}); copy or download it again") from error
    except _DAMAGE as error:
        raise FileError(f"{name} is damaged; copy or download it again") from error
    except MemoryError:
        raise FileError(f"{name} does not fit into memory; make it smaller first") from None


def composed(found: Stored) -> Picture:
    """The picture of a decoded file: palette looked up, alpha split off, turned upright."""
    array = found.load()
    if array.shape[:2] != found.extent.shape:
        raise Broken(f"it holds {array.shape[1]}x{array.shape[0]} instead of {found.extent}")
    turn = exif.orientation(found.exif)
    array = upright(array, turn)
    options: Options = {**found.options, "bits": found.bits, "key": found.key, "dpi": turned_dpi(found.dpi, turn)}
    mode, alpha = found.mode, None
    if mode == "P":
        assert found.palette is not None
        if int(array.max()) >= len(found.palette):
            raise Broken("a pixel names a colour that the palette does not have")
        options["indices"] = array
        array = found.palette[array]
    elif found.key is not None:
        scale = 255 // (2**found.bits - 1) if found.bits < 8 else 1
        match = (array.reshape(*array.shape[:2], -1) == np.array(found.key) * scale).all(-1)
        alpha = np.where(match, 0, np.iinfo(array.dtype).max).astype(array.dtype)
    if array.ndim == 3 and (array.shape[2] == 2 or (array.shape[2] == 4 and mode != "CMYK")):
        array, alpha = array[..., :-1], array[..., -1].copy()
    block = exif.upright(found.exif) if found.exif is not None else None
    origin = Origin(found.format, mode, block, upright_xmp(found.xmp, turn), found.palette, options, found.recipe)
    picture = Picture.of(np.require(array, requirements=["C", "W", "O"]), alpha, icc=found.icc, origin=origin)
    return replace(picture, space="cmyk") if mode == "CMYK" else picture


def upright(array: Array, orientation: int) -> Array:
    """Rows and columns the way EXIF's orientation 1..8 says they are to be seen (Exif 2.32, 4.6.4)."""
    if orientation >= 5:
        array = array.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    return np.ascontiguousarray(array)


def turned_dpi(dpi: tuple[float, float] | None, orientation: int) -> tuple[float, float] | None:
    return (dpi[1], dpi[0]) if dpi and orientation >= 5 else dpi


def upright_xmp(packet: bytes | None, orientation: int) -> bytes | None:
    """XMP may repeat the orientation, as an attribute or as an element; it is 1 once that has been applied."""
    if packet is None or orientation == 1:
        return packet
    return re.sub(rb"(tiff:Orientation(?:\s*=\s*[\"']|>\s*))[2-8]", rb"\g<1>1", packet)
