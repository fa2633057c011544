"""Commands as JSON: how the history keeps them. Their pixels are in its tiles."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from outpaint.canvas.commands import Command
from outpaint.geometry import Frame

COMMANDS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in Command.__subclasses__()}


def record_of(command: Command) -> dict[str, Any]:
    """The command without its pixels: {"kind": "SetOpacity", "layer": 2, "opacity": 0.5}."""
    record: dict[str, Any] = {"kind": type(command).__name__}
    for each in fields(type(command)):
        value = getattr(command, each.name)
        if "blob" not in each.metadata:
            record[each.name] = [value.left, value.top, *value.extent] if isinstance(value, Frame) else value
    return record
