"""`outpaint blends`: how new pixels can meet old ones."""

from typing import Annotated

import typer


def blends(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """List the blends, for --blend; several are joined by +."""
    from outpaint.cli.listing import print_records, warn_broken
    from outpaint.registry import default_registry

    registry = default_registry()
    records = [
        {"name": blend.name, "about": blend.about, "source": blend.source} for blend in registry.blends.values()
    ]
    print_records(records, ("name", "about", "source"), as_json)
    warn_broken(dict(registry.broken))


def register(app: typer.Typer) -> None:
    app.command()(blends)
