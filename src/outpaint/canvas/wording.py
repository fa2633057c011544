"""What a step of the history is called in English; for other languages the page has words of its own."""

from collections.abc import Callable, Mapping
from typing import Any

Values = Mapping[str, Any]

WORDS: Mapping[str, str | Callable[[Values], str]] = {
    "AddLayer": "Add layer",
    "RemoveLayer": "Delete layer",
    "RenameLayer": "Rename layer",
    "MoveLayer": "Move layer",
    "SetOpacity": lambda values: f"Set opacity to {values['opacity']:.0%}",
    "SetVisible": lambda values: "Show layer" if values["visible"] else "Hide layer",
    "SetLocked": lambda values: "Lock layer" if values["locked"] else "Unlock layer",
    "MergeDown": "Merge down",
    "Paint": "Paint",
    "Erase": "Erase",
    "SetMask": lambda values: {"add": "Add to mask", "subtract": "Erase mask", "invert": "Invert mask"}.get(
        values["mode"], "Set mask"
    ),
    "Accept": "Accept candidate",
    "ImportPhoto": "Open photo",
    "ImportWorkspace": "Open workspace",
}


def words(kind: str, values: Values) -> str:
    """ "Set opacity to 50%: Sky"; `values` as `Step.values` has them."""
    found = WORDS.get(kind, kind)
    try:
        said = found if isinstance(found, str) else found(values)
    except KeyError:  # an older version wrote less
        said = kind
    name = values.get("name") or values.get("layer_name")
    return f"{said}: {name}" if name else said
