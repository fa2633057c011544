"""What the painters paint with, and which optional parts of the installation are there."""

import re
from importlib.metadata import PackageNotFoundError, metadata, version
from typing import Any

from fastapi import APIRouter

from outpaint.painters.protocol import Painter
from outpaint.server import answered
from outpaint.server.desk import Desk


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["methods"])

    @router.get("/models", response_model=answered.Models)
    def get_models() -> dict[str, Any]:
        """One for each painter; those that come with the program have no files of their own."""
        return {"models": [_model(painter) for painter in desk.registry.painters.values()], "extras": extras()}

    return router


def _model(painter: Painter) -> dict[str, Any]:
    """A painter says in words what it needs; whether that is there only it can tell."""
    return {
        "id": painter.name,
        "painter": painter.name,
        "about": painter.about,
        "bytes": None if painter.needs else 0,
        "state": "unknown" if painter.needs else "ready",
        "needs": painter.needs or None,
        "memory": painter.memory or None,
    }


def extras(package: str = "outpaint") -> list[dict[str, Any]]:
    """Names of the extras, and whether everything that each asks for is installed; none of a bare source tree."""
    try:
        found = metadata(package)
    except PackageNotFoundError:
        return []
    asked = found.get_all("Requires-Dist") or []
    parts = {name: [_name(each) for each in asked if re.search(rf"extra\s*==\s*['\"]{name}['\"]", each)]
             for name in found.get_all("Provides-Extra") or []}  # fmt: skip
    return [{"name": name, "installed": all(map(_installed, needed))} for name, needed in parts.items()]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False
