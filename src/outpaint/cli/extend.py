"""`outpaint extend`: make photos larger."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from outpaint.errors import RequestError

if TYPE_CHECKING:
    from outpaint.events import Event


def _option(panel: str, help: str, *names: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=panel, show_default=False)


def extend(
    photos: Annotated[
        list[str], typer.Argument(metavar="PHOTO", help="Files, folders of photos, or - for standard input.")
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
    model: Annotated[
        str | None,
        _option("How", "For methods with a model: a file, a diffusers folder or a hub name.", metavar="FILE"),
    ] = None,
    lora: Annotated[
        list[str] | None,
        _option("How", "A LoRA for the model, with its weight; repeat for more.", metavar="FILE:0.8"),
    ] = None,
    faithful: Annotated[
        bool, _option("How", "Do as the original of the method did, faults and repainted rim too.", "--faithful")
    ] = False,
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
        str | None, _option("Output", "Also write which pixels are new, in white.", metavar="FILE|FOLDER")
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
    from outpaint import batch, jobs
    from outpaint.cli import leaving
    from outpaint.cli.progress import Watcher
    from outpaint.recipe import load_recipe
    from outpaint.registry import default_registry
    from outpaint.request import Request
    from outpaint.resolve import check

    asked = {
        "left": left, "right": right, "top": top, "bottom": bottom, "all": all, "to": to, "ratio": ratio,
        "anchor": anchor, "multiple": multiple, "force_crop": force_crop or None, "max_pixels": max_pixels,
        "method": method, "painters": tuple(painter) if painter else None, "blend": blend, "overlap": overlap,
        "prompt": prompt, "negative": negative, "seed": seed, "count": count,
        "settings": _settings(set_ or [], model, lora or [], faithful) or None,
    }  # fmt: skip
    request = (load_recipe(recipe) if recipe else Request()).overridden(**asked)
    check(request, default_registry())
    if workers < 1:
        raise RequestError(f"--workers is a number of processes from 1, not {workers}")

    found, left_out = jobs.find_photos([Path(photo) for photo in photos])
    if left_out and not quiet:
        print(f"leaving out {len(left_out)} earlier results (NAME-extended)", file=sys.stderr)
    standard_input = sys.stdin.buffer.read() if jobs.STANDARD in found else None
    work = jobs.make_jobs(
        found, request, output=output, format=format, quality=quality, mask=mask, mask_out=mask_out, force=force,
        standard_input=standard_input,
    )  # fmt: skip
    if as_json and any(job.output == jobs.STANDARD for job in work):
        raise RequestError("--json and the picture cannot both go to standard output; name a file with -o")
    failed = 0
    with Watcher(len(work), workers, quiet=quiet, verbose=verbose) as watcher:

        def see(event: "Event") -> None:
            leaving.if_asked()
            watcher.see(event)

        for done in batch.run_all(work, workers, see):
            failed += done.error is not None
            with watcher.paused():
                _print(done, len(work) > 1, as_json, quiet, verbose)
            watcher.next()
            leaving.if_asked()
    if failed:
        raise typer.Exit(2 if len(work) == 1 else 1)


def _settings(pairs: list[str], model: str | None, loras: list[str], faithful: bool) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping; --model, --lora and --faithful are short for settings."""
    settings = {}
    if model is not None:
        settings["model"] = model
    if faithful:
        settings["faithful"] = "yes"
    if loras:
        settings["loras"] = ",".join(loras)
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise RequestError(f"cannot read the setting {pair!r}; write --set NAME=VALUE")
        settings[name] = value
    return settings


def _print(done: Any, many: bool, as_json: bool, quiet: bool, verbose: bool) -> None:
    """The picture on standard output, or a line for each file or failure."""
    if done.image is not None:
        sys.stdout.buffer.write(done.image)
        sys.stdout.buffer.flush()
    if done.error is not None:
        name = f"{done.job.photo}: " if many and str(done.job.photo) not in done.error else ""
        print(f"outpaint: {name}{' '.join(done.error.split())}", file=sys.stderr)
        if as_json and many:
            print(json.dumps({"input": str(done.job.photo), "error": done.error}), flush=True)
    for record in done.records:
        if as_json:
            print(json.dumps(record), flush=True)
        elif not quiet and done.image is None:
            print(record["output"], flush=True)
        if verbose and not quiet:
            how = " -> ".join((*record["painters"], *record["blends"]))
            size = f"{record['width']}x{record['height']}"
            print(f"{record['input']}: {size}, {how}, {record['seconds']:.1f} s", file=sys.stderr)


def register(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(extend)
