"""The registry: which painters, blends and methods exist. A value that can be copied, extended and passed on.

Built-in ones are found by looking: every module under `outpaint.painters`, `outpaint.blend` and
`outpaint.methods` that defines PAINTER, BLEND or METHOD. Plug-ins of other packages enter by entry points in
the groups `outpaint.painters`, `outpaint.blends` and `outpaint.methods`, each naming such an object.
"""

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import TypeVar

import outpaint.blend
import outpaint.methods
import outpaint.painters
from outpaint.blend.protocol import Blend
from outpaint.errors import RequestError, unknown_name
from outpaint.methods.protocol import Method
from outpaint.painters.protocol import Painter

T = TypeVar("T")
Entry = Painter | Blend | Method

_ROOMS: tuple[tuple[ModuleType, str, str], ...] = (
    (outpaint.painters, "PAINTER", "outpaint.painters"),
    (outpaint.blend, "BLEND", "outpaint.blends"),
    (outpaint.methods, "METHOD", "outpaint.methods"),
)


@dataclass(frozen=True)
class Parts:
    """What of a method is installed.   complete: whether that is all of it."""

    painters: tuple[Painter, ...]
    blends: tuple[Blend, ...]
    complete: bool

    @property
    def reads(self) -> list[str]:
        """The words that somebody in it listens to."""
        return sorted(frozenset[str]().union(*(p.reads for p in self.painters), *(b.reads for b in self.blends)))

    @property
    def needs(self) -> str:
        """What must be installed beside the core, in words; empty if nothing."""
        return ", ".join(filter(None, (painter.needs for painter in self.painters)))

    @property
    def memory(self) -> str:
        """How much memory it takes, in words; empty if hardly more than the picture."""
        return "; ".join(filter(None, (painter.memory for painter in self.painters)))


@dataclass(frozen=True)
class Registry:
    """Painters, blends and methods by name. `broken` holds plug-ins that failed to load, with the reason."""

    painters: Mapping[str, Painter] = field(default_factory=dict)
    blends: Mapping[str, Blend] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def including(self, *entries: Entry) -> "Registry":
        """A new registry with these added; RequestError if a name of that kind is taken."""
        painters, blends, methods = dict(self.painters), dict(self.blends), dict(self.methods)
        for entry in entries:
            if isinstance(entry, Painter):
                _add(painters, entry.name, entry, "painter")
            elif isinstance(entry, Blend):
                _add(blends, entry.name, entry, "blend")
            else:
                _add(methods, entry.name, entry, "method")
        return Registry(painters, blends, methods, self.broken)

    def painter(self, name: str) -> Painter:
        """RequestError with the nearest names if there is none."""
        if name not in self.painters:
            raise unknown_name("painter", name, self.painters)
        return self.painters[name]

    def blend(self, name: str) -> Blend:
        """RequestError with the nearest names if there is none."""
        if name not in self.blends:
            raise unknown_name("blend", name, self.blends)
        return self.blends[name]

    def method(self, name: str) -> Method:
        """RequestError with the nearest names if there is none."""
        if name not in self.methods:
            raise unknown_name("method", name, self.methods)
        return self.methods[name]

    def parts(self, method: Method) -> Parts:
        """The painters and blends that a method names, as far as there are any of that name."""
        chain = method.blend.split("+")
        painters = tuple(self.painters[name] for name in method.painters if name in self.painters)
        blends = tuple(self.blends[name] for name in chain if name in self.blends)
        return Parts(painters, blends, len(painters) + len(blends) == len(method.painters) + len(chain))


def _add(there: dict[str, T], name: str, entry: T, kind: str) -> None:
    if name in there:
        raise RequestError(f"there are two {kind}s named {name!r}; rename one or uninstall its plug-in")
    there[name] = entry


@lru_cache(maxsize=1)
def builtin_registry() -> Registry:
    """What this package brings itself."""
    return Registry().including(*_builtin())


@lru_cache(maxsize=1)
def default_registry() -> Registry:
    """Built-ins and installed plug-ins. A plug-in that fails to load is noted in `broken` and left out."""
    registry, broken = builtin_registry(), {}
    for _, kind, group in _ROOMS:
        for point in importlib.metadata.entry_points(group=group):
            try:
                entry = point.load()
                if not isinstance(entry, Painter | Blend | Method):
                    raise RequestError(f"{point.value} is no {kind.lower()}")
                registry = registry.including(entry)
            except Exception as error:  # whatever a stranger's module raises at import
                broken[f"{group}: {point.name}"] = f"{type(error).__name__}: {error}"
    return Registry(registry.painters, registry.blends, registry.methods, broken)


def _builtin() -> Iterator[Entry]:
    for room, kind, _ in _ROOMS:
        for found in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
            if found.name.rsplit(".", 1)[1] == "protocol" or found.name.endswith("kernels"):
                continue
            entry = getattr(importlib.import_module(found.name), kind, None)
            if isinstance(entry, Painter | Blend | Method):
                yield entry
