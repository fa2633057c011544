"""Whether the server is there, and what it can do."""

from math import lcm
from typing import Any

from fastapi import APIRouter

from outpaint import __version__
from outpaint.methods.protocol import Method
from outpaint.painters.protocol import Setting
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
    names = [setting.name for painter in parts.painters for setting in painter.settings]
    settings = []
    for painter in parts.painters:
        for setting in painter.settings:
            full = f"{painter.name}.{setting.name}"
            name = setting.name if names.count(setting.name) == 1 else full
            default = method.settings.get(full, method.settings.get(setting.name, setting.default))
            settings.append(_setting(name, setting, default))
    for setting in method.layout.settings:
        if setting.name not in names:  # else it is the painter's too, and a plain name sets both
            settings.append(_setting(setting.name, setting, method.settings.get(setting.name, setting.default)))
    return {
        "name": method.name,
        "about": method.about,
        "reads": parts.reads,
        "settings": settings,
        "needs": parts.needs or None,
        "usable": parts.complete,
        "multiple": lcm(*(painter.limits.multiple for painter in parts.painters)),
    }


def _setting(name: str, setting: Setting, default: object) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "choice" if setting.choices else _KINDS[type(setting.default)],
        "default": default,
        "low": setting.low,
        "high": setting.high,
        "choices": list(setting.choices),
        "about": setting.about,
    }
