"""`outpaint extend`: make photos larger."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from outpaint.errors import FileError, RequestError


def _option(panel: str, help: str, *names: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=panel, show_default=False)


def extend(
    photos: Annotated[
        list[str], typer.Argument(metavar="PHOTO...", help="Files, folders of photos, or - for standard input.")
    ],
    left: Annotated[str | None, _option("How much", "Add on the left: 256, 256px or 25%.", metavar="AMOUNT")] = None,
    right: Annotated[str | None, _option("How much", "Add on the right.", metavar="AMOUNT")] = None,
    top: Annotated[str | None, _option("How much", "Add above.", metavar="AMOUNT")] = None,
    bottom: Annotated[str | None, _option("How much", "Add below.", metavar="AMOUNT")] = None,
    all: Annotated[str | None, _option("How much", "Add on every side not named.", metavar="AMOUNT")] = None,
    to: Annotated[str | None, _option("How much", "The size that comes out, 1920x1080.", metavar="WxH")] = None,
    ratio: Annotated[str | None, _option("How much", "The shape that comes out, 16:9.", metavar="W:H")] = None,
    anchor: Annotated[
        str | None,
        _option("How much", "Where the photo sits in --to or --ratio: center, left, top-right, ...", metavar="NAME"),
    ] = None,
    multiple: Annotated[int | None, _option("How much", "Round the size up to multiples of N.", metavar="N")] = None,
    force_crop: Annotated[bool, _option("How much", "Let --to cut off what does not fit.", "--force-crop")] = False,
    max_pixels: Annotated[int | None, _option("How much", "Largest result, 200000000.", metavar="N")] = None,
    mask: Annotated[
        Path | None, _option("How much", "Repaint inside the photo where this picture is white.", metavar="FILE")
    ] = None,
    method: Annotated[
        str | None, _option("How", "How to paint, see `outpaint methods`; patch.", "--method", "-m", metavar="NAME")
    ] = None,
    painter: Annotated[
        list[str] | None, _option("How", "A painter instead of the method's; repeat to chain them.", metavar="NAME")
    ] = None,
    blend: Annotated[
        str | None, _option("How", "How new meets old, joined by +: colour+feather.", metavar="NAME")
    ] = None,
    overlap: Annotated[
        int | None, _option("How", "Pixels of the photo's rim that may be repainted; 0.", metavar="PX")
    ] = None,
    set_: Annotated[
        list[str] | None,
        _option("How", "A painter's setting, see `outpaint painters`.", "--set", metavar="NAME=VALUE"),
    ] = None,
    prompt: Annotated[str | None, _option("How", "What to paint, for models that read.", metavar="TEXT")] = None,
    negative: Annotated[str | None, _option("How", "What not to paint.", metavar="TEXT")] = None,
    seed: Annotated[int | None, _option("How", "Same seed, same picture; 0.", metavar="N")] = None,
    count: Annotated[int | None, _option("How", "How many candidates to make; 1.", metavar="N")] = None,
    recipe: Annotated[
        Path | None, _option("How", "Repeat the request inside an earlier result, or a .json file.", metavar="FILE")
    ] = None,
    output: Annotated[
        str | None,
        _option(
            "Output",
            "A file, a folder, or - for standard output; NAME-extended.EXT beside the photo.",
            "--output",
            "-o",
            metavar="FILE|FOLDER",
        ),
    ] = None,
    format: Annotated[str | None, _option("Output", "jpg, png, tiff, webp, avif, ...", metavar="EXT")] = None,
    quality: Annotated[int | None, _option("Output", "1 to 100; as the photo had it.", metavar="N")] = None,
    mask_out: Annotated[
        Path | None, _option("Output", "Also write which pixels are new, in white.", metavar="FILE|FOLDER")
    ] = None,
    force: Annotated[bool, _option("Output", "Replace files that exist.", "--force", "-f")] = False,
    workers: Annotated[int, _option("Output", "Processes for several photos; 1.", metavar="N")] = 1,
    as_json: Annotated[bool, _option("Output", "Print one JSON record per picture.", "--json")] = False,
    quiet: Annotated[bool, _option("Output", "No progress, no file names.", "--quiet", "-q")] = False,
    verbose: Annotated[bool, _option("Output", "Say how each picture was made.", "--verbose", "-v")] = False,
) -> None:
    """Make photos larger, or repaint a part of them with --mask.

    Your own pixels stay as they are. Without options for how, the embedded engine paints: no download, no GPU.
    """
    from outpaint import batch
    from outpaint.cli.progress import Watcher
    from outpaint.recipe import load_recipe
    from outpaint.registry import default_registry
    from outpaint.request import Request

    asked = {
        "left": left, "right": right, "top": top, "bottom": bottom, "all": all, "to": to, "ratio": ratio,
        "anchor": anchor, "multiple": multiple, "force_crop": force_crop or None, "max_pixels": max_pixels,
        "method": method, "painters": tuple(painter) if painter else None, "blend": blend, "overlap": overlap,
        "prompt": prompt, "negative": negative, "seed": seed, "count": count,
        "settings": _settings(set_) if set_ else None,
    }  # fmt: skip
    request = (load_recipe(recipe) if recipe else Request()).overridden(**asked)
    request.check(default_registry())
    if quality is not None and not 1 <= quality <= 100:
        raise RequestError(f"--quality is a number from 1 to 100, not {quality}")
    if workers < 1:
        raise RequestError(f"--workers is a number of processes from 1, not {workers}")

    found, left_out = batch.find_photos([Path(photo) for photo in photos])
    if left_out and not quiet:
        print(f"leaving out {len(left_out)} earlier results (NAME-extended)", file=sys.stderr)
    jobs = _jobs(found, request, output, format, quality, mask, mask_out, force)
    if as_json and any(job.output == batch.STANDARD for job in jobs):
        raise RequestError("--json and the picture cannot both go to standard output; name a file with -o")
    failed = 0
    with Watcher(len(jobs), quiet=quiet, verbose=verbose) as watcher:
        for done in batch.run_all(jobs, workers, watcher.see):
            failed += done.error is not None
            watcher.next()
            if done.error is not None and len(jobs) == 1 and not as_json:
                raise RequestError(done.error)
            _print(done, as_json, quiet, verbose)
    if failed:
        raise typer.Exit(2 if len(jobs) == 1 else 1)


def _settings(pairs: list[str]) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping."""
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise RequestError(f"cannot read the setting {pair!r}; write --set NAME=VALUE")
        settings[name] = value
    return settings


def _jobs(
    photos: list[Path],
    request: Any,
    output: str | None,
    format: str | None,
    quality: int | None,
    mask: Path | None,
    mask_out: Path | None,
    force: bool,
) -> list[Any]:
    """One job per photo, with no two writing the same file."""
    from outpaint import batch

    target = None if output is None else Path(output)
    many = len(photos) > 1
    folder = (
        target is not None
        and target != batch.STANDARD
        and (many or target.is_dir() or str(output).endswith(("/", "\\")))
    )
    if many and target == batch.STANDARD:
        raise RequestError("several photos cannot all go to standard output; name a folder with -o")
    if folder and target is not None and target.exists() and not target.is_dir():
        raise RequestError(f"{target} is a file, and {len(photos)} photos need a folder; name one with -o")
    if target not in (None, batch.STANDARD) and not folder and not target.suffix and not format:
        raise RequestError(f"{target} is no folder and has no suffix; name a file like {target}.png, or {target}/")
    suffix = f".{format.lower().lstrip('.')}" if format else None
    jobs, taken = [], dict[Path, Path]()
    for photo in photos:
        job = batch.Job(
            photo=photo,
            output=batch.place_output(photo, target, suffix, folder),
            request=request,
            mask=mask,
            mask_out=_mask_place(mask_out, photo, many),
            format=format,
            quality=quality,
            force=force,
            make_folder=folder,
            content=sys.stdin.buffer.read() if photo == batch.STANDARD else None,
        )
        for path in job.outputs():
            if path in taken and path != batch.STANDARD:
                raise RequestError(f"{taken[path]} and {photo} would both become {path}; extend them one by one")
            taken[path] = photo
        jobs.append(job)
    return jobs


def _mask_place(mask_out: Path | None, photo: Path, many: bool) -> Path | None:
    if mask_out is not None and (many or mask_out.is_dir()):
        return mask_out / f"{photo.stem}-mask.png"
    return mask_out


def _print(done: Any, as_json: bool, quiet: bool, verbose: bool) -> None:
    if done.image is not None:
        _print_image(done.image)
        return
    if done.error is not None:
        if as_json:
            print(json.dumps({"input": str(done.job.photo), "error": done.error}), flush=True)
        print(f"outpaint: {done.error}", file=sys.stderr)
    for record in done.records:
        if as_json:
            print(json.dumps(record), flush=True)
        elif not quiet:
            print(record["output"], flush=True)
        if verbose:
            how = " -> ".join((*record["painters"], *record["blends"]))
            size = f"{record['width']}x{record['height']}"
            print(f"{record['input']}: {size}, {how}, {record['seconds']:.1f} s", file=sys.stderr)


def _print_image(image: bytes) -> None:
    try:
        sys.stdout.buffer.write(image)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at exit
        raise FileError(f"cannot write the picture to standard output: {error.strerror}") from None


def register(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(extend)
