"""Tiny checkpoints, made once for all tests of the painter."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """`models(kind)` is a diffusers folder, `models(kind, ".safetensors")` the same weights in one file."""
    pytest.importorskip("torch")
    import checkpoints

    where = tmp_path_factory.mktemp("models")

    def path(kind: str, ending: str = "") -> Path:
        found = where / f"{kind}{ending}"
        if not found.exists():
            pipe = checkpoints.pipeline(kind)
            (checkpoints.single if ending else checkpoints.folder)(kind, found, pipe)
        return found

    return path
