"""`outpaint show`: what the program sees in a file."""

import json
from pathlib import Path
from typing import Annotated

import typer


def show(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A picture file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Show what the program sees in a file: size, mode, profile, embedded recipe."""
    from outpaint.files import describe

    facts = describe(photo)
    if as_json:
        print(json.dumps(facts, indent=2, default=str))
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        if value is not None:
            print(f"{name:{width}}  {value}")


def register(app: typer.Typer) -> None:
    app.command()(show)
