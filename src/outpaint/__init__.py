"""outpaint: make a picture larger than its frame."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from outpaint.api import extend, extend_events, forget_models
    from outpaint.blend.protocol import Blend, Seam
    from outpaint.errors import FileError, MissingExtra, OutpaintError, PainterError, RequestError
    from outpaint.events import CandidateDone, Event, Finished, Notice, Progress, Started, WindowStarted
    from outpaint.geometry import Amount, Anchor, Extent, Frame, Ratio
    from outpaint.methods.protocol import Method
    from outpaint.painters.protocol import Brief, Limits, Painter, Setting, View
    from outpaint.picture import Picture
    from outpaint.registry import Registry, default_registry
    from outpaint.request import Request
    from outpaint.resolve import ResolvedRequest
    from outpaint.result import Result

__all__ = [
    "Amount",
    "Anchor",
    "Blend",
    "Brief",
    "CandidateDone",
    "Event",
    "Extent",
    "FileError",
    "Finished",
    "Frame",
    "Limits",
    "Method",
    "MissingExtra",
    "Notice",
    "OutpaintError",
    "Painter",
    "PainterError",
    "Picture",
    "Progress",
    "Ratio",
    "Registry",
    "Request",
    "RequestError",
    "ResolvedRequest",
    "Result",
    "Seam",
    "Setting",
    "Started",
    "View",
    "WindowStarted",
    "default_registry",
    "extend",
    "extend_events",
    "forget_models",
]

_HOME = {
    "api": ("extend", "extend_events", "forget_models"),
    "blend.protocol": ("Blend", "Seam"),
    "errors": ("FileError", "MissingExtra", "OutpaintError", "PainterError", "RequestError"),
    "events": ("CandidateDone", "Event", "Finished", "Notice", "Progress", "Started", "WindowStarted"),
    "geometry": ("Amount", "Anchor", "Extent", "Frame", "Ratio"),
    "methods.protocol": ("Method",),
    "painters.protocol": ("Brief", "Limits", "Painter", "Setting", "View"),
    "picture": ("Picture",),
    "registry": ("Registry", "default_registry"),
    "request": ("Request",),
    "resolve": ("ResolvedRequest",),
    "result": ("Result",),
}
_HOME_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    """Public names load on first use, so that importing the package costs nothing."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
