"""Whether the server is there, and what it can do."""

from math import lcm
from typing import Any

from fastapi import APIRouter

from outpaint import __version__
from outpaint.layouts.protocol import Layout
from outpaint.methods.protocol import Method
from outpaint.painters.protocol import Painter, Setting
from outpaint.registry import Registry
from outpaint.server import answered
from outpaint.server.desk import Desk

_KINDS = {bool: "bool", int: "int", float: "float", str: "text"}


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["methods"])

    @router.get("/health", response_model=answered.Health)
    def get_health() -> dict[str, Any]:
        """Whether somebody is there."""
        return {"ok": True, "version": __version__}

    @router.get("/methods", response_model=list[answered.Method])
    def get_methods() -> list[dict[str, Any]]:
        """The ways of painting: which words each reads, what can be set, what it needs."""
        return [record_of(method, desk.registry) for method in desk.registry.methods.values()]

    return router


def record_of(method: Method, registry: Registry) -> dict[str, Any]:
    parts = registry.parts(method)
    settings: dict[str, dict[str, Any]] = {}
    everyone: tuple[Painter | Layout, ...] = (*parts.painters, method.layout)
    for part in everyone:
        for setting in part.settings:
            full = f"{part.name}.{setting.name}"
            default = method.settings.get(full, method.settings.get(setting.name, setting.default))
            # A plain name sets all of that name, so it is listed once, with the range that all of them take.
            same = settings.get(setting.name)
            if same is None:
                settings[setting.name] = _setting(setting.name, setting, default)
            elif same["kind"] == _kind(setting) and same["choices"] == list(setting.choices):
                same["low"], same["high"] = _narrower(same, setting)
            else:
                settings[full] = _setting(full, setting, default)
    return {
        "name": method.name,
        "about": method.about,
        "reads": parts.reads,
        "settings": list(settings.values()),
        "needs": parts.needs or None,
        "memory": parts.memory or None,
        "usable": parts.complete,
        "multiple": lcm(*(painter.limits.multiple for painter in parts.painters)),
    }


def _kind(setting: Setting) -> str:
    return "choice" if setting.choices else _KINDS[type(setting.default)]


def _narrower(one: dict[str, Any], other: Setting) -> tuple[float | None, float | None]:
    lows = [low for low in (one["low"], other.low) if low is not None]
    highs = [high for high in (one["high"], other.high) if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _setting(name: str, setting: Setting, default: object) -> dict[str, Any]:
    return {
        "name": name,
        "kind": _kind(setting),
        "default": default,
        "low": setting.low,
        "high": setting.high,
        "choices": list(setting.choices),
        "about": setting.about,
    }
