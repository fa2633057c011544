"""Commands as JSON and bytes, and back: how they are written into the history and how they travel."""

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

import numpy as np

from outpaint.canvas.commands import Command
from outpaint.canvas.tiles import check_frame
from outpaint.errors import RequestError, unknown_name
from outpaint.geometry import Frame

COMMANDS: Mapping[str, type[Command]] = {kind.__name__: kind for kind in Command.__subclasses__()}


def record_of(command: Command) -> dict[str, Any]:
    """The command without its pixels, as JSON values."""
    record: dict[str, Any] = {"command": type(command).__name__}
    for each in fields(type(command)):
        value = getattr(command, each.name)
        if not _is_blob(each):
            record[each.name] = [value.left, value.top, *value.extent] if isinstance(value, Frame) else value
    return record


def blobs_of(command: Command) -> dict[str, bytes]:
    """The rest: samples row by row, by the name of their field."""
    found = {each.name: getattr(command, each.name) for each in fields(type(command)) if _is_blob(each)}
    return {name: v if isinstance(v, bytes) else v.tobytes() for name, v in found.items() if v is not None}


def command_of(record: Mapping[str, Any], blobs: Mapping[str, bytes]) -> Command:
    """The inverse of both; RequestError for anything that is no command."""
    kind = COMMANDS.get(str(record.get("command")))
    if kind is None:
        raise unknown_name("command", str(record.get("command")), COMMANDS)
    known = {each.name: each for each in fields(kind)}
    for name in {*record, *blobs} - {"command"}:
        if name not in known or _is_blob(known[name]) != (name in blobs):
            raise RequestError(f"{kind.__name__} has no field {name!r} of this kind; it has: {', '.join(known)}")
    given: dict[str, Any] = {name: value for name, value in record.items() if name != "command"}
    try:
        if "frame" in known:
            given["frame"] = check_frame(Frame(*map(int, given["frame"])))
        for name, data in blobs.items():
            given[name] = _samples(data, known[name].metadata["channels"], given.get("frame"))
        return kind(**given)
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError(f"the command {kind.__name__} cannot be read ({error}); see what it needs") from None


def _samples(data: bytes, channels: int, frame: Frame | None) -> Any:
    if frame is None:
        return data
    shape = frame.extent.shape if channels == 1 else (*frame.extent.shape, channels)
    return np.frombuffer(data, np.uint8).reshape(shape)


def _is_blob(each: Field[Any]) -> bool:
    return "channels" in each.metadata
