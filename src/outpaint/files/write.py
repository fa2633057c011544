"""Saving: the same format, mode, depth and encoding as the picture came in, or a refusal that says what to do."""

from pathlib import Path

from outpaint.errors import FileError
from outpaint.files import exif, layout
from outpaint.files.atomic import check_place, write_atomic
from outpaint.files.codec import Broken, Format, Sheet, Unsupported, options_of
from outpaint.files.formats import FORMATS, output_format
from outpaint.geometry import Extent
from outpaint.picture import Picture


def save_picture(
    picture: Picture,
    path: Path | str,
    *,
    format: str | None = None,
    quality: int | None = None,
    overwrite: bool = False,
    recipe: str | None = None,
) -> Path:
    """Write the picture, whole or not at all; `recipe` is embedded where the format can carry text.

    quality: 1..100 for lossy formats instead of the input's own; lossless formats ignore it. FileError says what
    cannot be held, or why the file cannot be written.
    """
    path = Path(path)
    check_place(path, overwrite)
    data = encode_picture(picture, output_format(picture, path, format), quality, recipe)
    write_atomic(path, data, overwrite)
    return path


def encode_picture(
    picture: Picture, format: str | None = None, quality: int | None = None, recipe: str | None = None
) -> bytes:
    """The bytes of the file that `save_picture` would write; without a format, in the one it came in."""
    target = FORMATS[output_format(picture, None, format)]
    _check_quality(quality)
    mode = layout.check(picture, target, picture.extent)
    try:
        return target.write(_sheet(picture, target, mode, quality, recipe))
    except Unsupported as error:
        raise FileError(f"the picture {error}") from error
    except MemoryError:
        raise FileError("the picture does not fit into memory a second time; make it smaller") from None
    except (OSError, ValueError, OverflowError) as error:
        raise FileError(f"cannot write {picture.extent} as {target.title} ({error}); use --format png") from error


def check_writable(
    picture: Picture,
    path: Path | str | None = None,
    *,
    extent: Extent | None = None,
    format: str | None = None,
    quality: int | None = None,
    overwrite: bool = False,
) -> None:
    """FileError now, before anything is painted, if the result could not be saved there.

    extent: the size of the result. `path` None is standard output. Fully transparent pixels will be painted, so they
    need no place in a palette.
    """
    target = FORMATS[output_format(picture, path, format)]
    _check_quality(quality)
    layout.check(picture, target, extent or picture.extent, painted=True)
    if path is not None:
        check_place(Path(path), overwrite)


def _check_quality(quality: int | None) -> None:
    if quality is not None and not 1 <= quality <= 100:
        raise FileError(f"quality {quality} is not between 1 and 100; try --quality 90")


def _sheet(picture: Picture, target: Format, mode: str, quality: int | None, recipe: str | None) -> Sheet:
    origin = picture.origin
    same = origin.format == target.name
    key = layout.key_kept(picture) if same and target.name == "PNG" else None
    mode = origin.mode if key is not None else mode
    options = options_of(picture)
    bits = options.get("bits", 8) if same and mode == origin.mode else 8
    array, entries = layout.samples_in(picture, mode, bits)
    return Sheet(
        array,
        mode,
        bits=bits,
        palette=entries,
        key=key,
        icc=picture.icc if target.icc else None,
        exif=_exif(picture),
        xmp=origin.xmp,
        dpi=options.get("dpi"),
        recipe=recipe,
        quality=quality,
        options=options if same else {},
    )


def _exif(picture: Picture) -> bytes | None:
    """The EXIF block with the new size; None if its directories lie over each other, so that it cannot be changed."""
    try:
        return exif.resized(picture.origin.exif, picture.extent) if picture.origin.exif is not None else None
    except Broken:
        return None
