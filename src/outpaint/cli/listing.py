"""How lists of named things are printed, for people and for programs."""

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def print_records(
    records: Sequence[dict[str, Any]], columns: Sequence[str], as_json: bool, below: str | None = None
) -> None:
    """One JSON array, or a table of these columns as wide as the terminal.

    below: a field that is told under the table, once for all who have it in common.
    """
    if as_json:
        print(json.dumps(records, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == columns[0])
    for record in records:
        table.add_row(*(escape(str(record[column])) for column in columns))
    console = Console()
    with console.capture() as text:  # printed by us, because rich leaves with its own code on a broken pipe
        console.print(table, highlight=False)
    print(text.get(), end="")
    for words in dict.fromkeys(record[below] for record in records if below and record[below]):
        print(f"\n{words}.")


def warn_broken(broken: dict[str, str]) -> None:
    """Say on stderr which plug-ins failed to load."""
    for name, why in broken.items():
        Console(stderr=True).print(f"plug-in {name} failed to load: {why}", highlight=False, markup=False)
