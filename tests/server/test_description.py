"""What the description promises, tried out on a real server with data that fit it and data that do not."""

import subprocess
import sys
from pathlib import Path

import httpx2
import numpy as np
import pytest

from outpaint.registry import Registry
from outpaint.server.limits import Limits
from server.conftest import png
from server.live import live

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method"
)
LIMITS = Limits(pixels=100_000, upload=2**20, waiting=4, undecided=10)


def tried(folder: Path, registry: Registry, phases: str, examples: int) -> None:
    """Schemathesis as its own program; nothing but the event stream, which has no end, is left out."""
    data = folder / "data"
    data.mkdir()
    with live(data / "a.canvas", registry=registry, limits=LIMITS) as url:
        files = {"file": ("a.png", png(np.full((48, 64, 3), 90, np.uint8)))}
        httpx2.post(url + "api/v1/canvas/import", files=files).raise_for_status()
        command = [
            sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run",
            url + "api/v1/openapi.json", "--exclude-path", "/api/v1/events", "--checks", CHECKS, "--phases", phases,
            "--max-examples", str(examples), "--seed", "1", "--generation-deterministic", "--no-color",
            "--continue-on-failure", "--request-timeout", "20", "--suppress-health-check", "all",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        print(done.stdout, done.stderr)
        assert done.returncode == 0
    assert {each.name for each in data.iterdir()} == {"a.canvas", "a.canvas-jobs"}


def test_every_route_keeps_its_promise(tmp_path: Path, registry: Registry) -> None:
    tried(tmp_path, registry, "examples,coverage", 10)


@pytest.mark.long
def test_every_route_keeps_its_promise_in_any_order(tmp_path: Path, registry: Registry) -> None:
    tried(tmp_path, registry, "examples,coverage,fuzzing,stateful", 60)
