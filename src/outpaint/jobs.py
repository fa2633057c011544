"""Which photo becomes which file: finding photos, naming results, and no two results in one place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from outpaint.errors import FileError, RequestError
from outpaint.request import Request

STANDARD = Path("-")
"""Stands for standard input or output."""

_EARLIER = re.compile(r".*-extended(-\d+)?")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One photo, what to do with it and where the result goes.

    output, mask_out: the files, before candidates are numbered. make_folder: their folder may be created.
    content: the photo's bytes if it came through standard input.
    """

    photo: Path
    output: Path
    request: Request
    mask: Path | None = None
    mask_out: Path | None = None
    format: str | None = None
    quality: int | None = None
    force: bool = False
    make_folder: bool = False
    content: bytes | None = None

    def numbered(self, path: Path, number: int) -> Path:
        """The file of candidate `number` (from 0): NAME-1.EXT, NAME-2.EXT if there are several."""
        if self.request.count == 1 or path == STANDARD:
            return path
        return path.with_name(f"{path.stem}-{number + 1}{path.suffix}")

    def files(self) -> list[Path]:
        """Every file this job will write."""
        bases = [path for path in (self.output, self.mask_out) if path not in (None, STANDARD)]
        return [self.numbered(base, n) for base in bases if base for n in range(self.request.count)]


def find_photos(places: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The photos named, and the earlier results that were left out.

    Folders are opened, not the folders inside them; hidden files and earlier results in them are left out.
    FileError for a folder without pictures.
    """
    from outpaint.files import PICTURE_SUFFIXES

    photos: list[Path] = []
    left_out: list[Path] = []
    for place in places:
        if not place.is_dir():
            photos.append(place)
            continue
        inside = [p for p in sorted(place.iterdir()) if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file()]
        inside = [p for p in inside if not p.name.startswith(".")]
        earlier = [p for p in inside if _EARLIER.fullmatch(p.stem)]
        if len(inside) == len(earlier):
            raise FileError(f"folder {place} has no pictures to extend in it; name a folder with photos")
        photos += [p for p in inside if p not in earlier]
        left_out += earlier
    return list(dict.fromkeys(photos)), left_out


def make_jobs(
    photos: Sequence[Path],
    request: Request,
    *,
    output: str | None = None,
    format: str | None = None,
    quality: int | None = None,
    mask: Path | None = None,
    mask_out: str | None = None,
    force: bool = False,
    standard_input: bytes | None = None,
) -> list[Job]:
    """One job per photo; RequestError if two would write the same file or a name cannot be meant.

    output: a file, a folder, "-" for standard output, or None for NAME-extended.EXT beside each photo.
    mask_out: a file or a folder. standard_input: what was read there, if one of the photos is "-".
    """
    many = len(photos) > 1
    suffix = f".{format.lower().lstrip('.')}" if format else None
    if STANDARD in photos and many:
        raise RequestError("standard input is one photo; extend it on its own")
    if output is None and STANDARD in photos:
        output = "-"
    if output == "-" and (many or request.count > 1):
        raise RequestError("only one picture can go to standard output; name a folder or a file with -o")
    folder = output not in (None, "-") and _is_folder(output, many, "-o")
    if output not in (None, "-") and not folder and not format and not Path(str(output)).suffix:
        raise RequestError(f"{output} is no folder and has no suffix; name a file like {output}.png, or {output}/")
    masks = mask_out is not None and _is_folder(mask_out, many, "--mask-out")
    jobs: list[Job] = []
    taken: dict[Path, Path] = {}
    for photo in photos:
        stem, own = photo.stem, photo.suffix
        if photo == STANDARD:
            stem, own = "stdin", _suffix_of(standard_input) if folder and not suffix else ""
        name = f"{stem}-extended{suffix or _writable(own)}"
        job = Job(
            photo=photo,
            output=photo.with_name(name) if output is None else Path(output) / name if folder else Path(output),
            request=request,
            mask=mask,
            mask_out=None if mask_out is None else Path(mask_out) / f"{stem}-mask.png" if masks else Path(mask_out),
            format=format,
            quality=quality,
            force=force,
            make_folder=folder or masks,
            content=standard_input if photo == STANDARD else None,
        )
        for path in job.files():
            if taken.get(path) == photo:
                raise RequestError(f"the picture and its mask would both become {path}; give them two names")
            if path in taken:
                raise RequestError(f"{taken[path]} and {photo} would both become {path}; extend them one by one")
            taken[path] = photo
        jobs.append(job)
    return jobs


def _is_folder(given: str | None, many: bool, option: str) -> bool:
    """Whether a name means a folder; RequestError if it cannot be what is needed."""
    if not given:
        raise RequestError(f"{option} is empty; name a file or a folder")
    path = Path(given)
    folder = path.is_dir() or given.endswith(("/", "\\"))
    if many and not folder and (path.exists() or path.suffix):
        raise RequestError(f"several photos need a folder, and {given} is a file; name one like {option} larger/")
    return folder or many


def _suffix_of(content: bytes | None) -> str:
    """What a file with this content would be called."""
    from outpaint.files import open_picture, output_format

    return "." + output_format(open_picture(content or b"")).lower()


def _writable(suffix: str) -> str:
    """The suffix of the format that the result of such a file is written in: .mpo is a JPEG with a second picture."""
    return ".jpg" if suffix.lower() == ".mpo" else suffix
