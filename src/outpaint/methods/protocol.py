"""A method is a named way of outpainting: painters that refine each other's answer, then a blend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Method:
    """One named list of painters and a chain of blends, as data.

    painters: names, in the order in which they refine the picture.
    blend: names joined by `+`, for example "colour+feather".
    settings: values that differ from the painters' defaults; `painter.setting` or just `setting`.
    source: where people know it from.
    """

    name: str
    about: str
    painters: tuple[str, ...]
    blend: str = "paste"
    settings: Mapping[str, bool | int | float | str] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
