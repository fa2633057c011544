"""`outpaint painters`: the painters that methods are made of, with their settings."""

from typing import Annotated

import typer


def painters(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """List the painters and their settings, for --painter and --set."""
    from dataclasses import asdict

    from outpaint.cli.listing import print_records, warn_broken
    from outpaint.registry import default_registry

    registry = default_registry()
    records = [
        {
            "name": painter.name,
            "about": painter.about,
            "reads": sorted(painter.reads),
            "settings": [asdict(setting) for setting in painter.settings]
            if as_json
            else " ".join(f"{setting.name}={setting.default}" for setting in painter.settings),
            "needs": painter.needs or "nothing",
            "memory": painter.memory,
            "source": painter.source,
        }
        for painter in registry.painters.values()
    ]
    print_records(records, ("name", "about", "settings", "needs", "source"), as_json, below="memory")
    warn_broken(dict(registry.broken))


def register(app: typer.Typer) -> None:
    app.command()(painters)
