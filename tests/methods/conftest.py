"""Tiny checkpoints, made once for all tests of the methods."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """`models(kind)` is a diffusers folder."""
    import checkpoints

    where = tmp_path_factory.mktemp("models")

    def path(kind: str) -> Path:
        found = where / kind
        return found if found.exists() else checkpoints.folder(kind, found)

    return path
