"""Commands as they come from a client: named in either spelling, every value of the declared type."""

import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from outpaint.canvas import Command, command_of
from outpaint.canvas.recording import COMMANDS
from outpaint.errors import RequestError

MAX_AREA = 2_000_000_000
"""Pixels that one command without pixels of its own may touch: clearing the mask of a large canvas, not a plane's."""


def read_command(record: Mapping[str, Any]) -> Command:
    """{"kind": "add-layer", "name": "Sky"}, or as `canvas.recording` writes it; RequestError for anything else."""
    fields = {name: value for name, value in record.items() if name not in ("kind", "command")}
    kind = _kind(record.get("kind", record.get("command")))
    if isinstance(fields.get("frame"), Mapping):
        box = fields["frame"]
        fields["frame"] = [box.get(each) for each in ("left", "top", "width", "height")]
    hints = get_type_hints(COMMANDS[kind]) if kind in COMMANDS else {}
    for name, value in fields.items():
        if name == "frame":
            _check_box(value)
        elif name in hints and not _fits(value, hints[name]):
            raise RequestError(f"{kind} cannot take {value!r:.60} as its {name}; see what it needs")
    return command_of({"command": kind, **fields}, {})


def _kind(given: object) -> str:
    """`add-layer` as AddLayer."""
    words = str(given)[:100]
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_ ]", words))


def _check_box(given: object) -> None:
    whole = isinstance(given, list) and len(given) == 4 and all(type(each) is int for each in given)
    if not whole or not isinstance(given, list) or min(given[2:]) < 1:
        raise RequestError("a frame is four whole numbers: left, top, width, height")
    if given[2] * given[3] > MAX_AREA:
        raise RequestError(f"{given[2]}x{given[3]} is more than one command may change; choose a smaller frame")


def _fits(value: object, hint: Any) -> bool:
    """Exact types, but a whole number is a float too."""
    if get_origin(hint) is not None:  # a union or a Literal
        return any(value == each if isinstance(each, str) else _fits(value, each) for each in get_args(hint))
    return type(value) is hint or (hint is float and type(value) is int)
