"""A method is a named way of outpainting: painters that refine each other's answer, then a blend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from outpaint.layouts.outwards import LAYOUT as OUTWARDS
from outpaint.layouts.protocol import Layout

Settings = Mapping[str, bool | int | float | str]
NONE: Settings = MappingProxyType({})


@dataclass(frozen=True)
class Original:
    """What `--faithful` changes beside the setting of that name.

    settings: laid over the method's own.   blend: instead of its own.
    """

    settings: Settings = field(default_factory=lambda: NONE)
    blend: str = "paste"


@dataclass(frozen=True)
class Method:
    """One named list of painters and a chain of blends, as data.

    painters: names, in the order in which they refine the picture.
    blend: names joined by `+`, for example "colour+feather".
    settings: values that differ from the defaults of painters and layout; `painter.setting` or just `setting`.
    layout: how windows are cut.
    original: how the system that it follows did it, for `--faithful`.
    source: where people know it from.
    """

    name: str
    about: str
    painters: tuple[str, ...]
    blend: str = "paste"
    settings: Settings = field(default_factory=lambda: NONE)
    layout: Layout = OUTWARDS
    original: Original | None = None
    source: str = ""
