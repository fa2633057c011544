"""`outpaint methods`: the named ways of outpainting."""

from typing import Annotated

import typer


def methods(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """List the ways of outpainting: what each does, what it needs, where it comes from."""
    from dataclasses import asdict

    from outpaint.cli.listing import print_records, warn_broken
    from outpaint.registry import default_registry

    registry = default_registry()
    records = []
    for method in registry.methods.values():
        parts = registry.parts(method)
        records.append(
            {
                "name": method.name,
                "about": method.about,
                "painters": " -> ".join(method.painters),
                "blend": method.blend,
                "layout": method.layout.name,
                "settings": [asdict(setting) for setting in method.layout.settings],
                "defaults": dict(method.settings),
                "reads": parts.reads,
                "needs": parts.needs or "nothing",
                "memory": parts.memory,
                "source": method.source,
            }
        )
    print_records(records, ("name", "about", "needs", "source"), as_json, below="memory")
    warn_broken(dict(registry.broken))


def register(app: typer.Typer) -> None:
    app.command()(methods)
