"""A server on a fresh canvas, and photos to put on it."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from outpaint.canvas import Document
from outpaint.events import Progress
from outpaint.methods.protocol import Method
from outpaint.painters.protocol import Brief, Painter, Steps, View
from outpaint.registry import Registry, builtin_registry
from outpaint.server.app import create_app

BASE = "http://127.0.0.1:7860"


def slowly(view: View, brief: Brief) -> Steps:
    for step in range(200):
        time.sleep(0.01)
        yield Progress(step, 200)
    return view.pixels


@pytest.fixture
def registry() -> Registry:
    """The built-in ones; `flat`, which is at once done; `slow`, which takes two seconds."""
    slow = Painter("slow", "Takes its time.", slowly, reads=frozenset({"seed"}))
    return builtin_registry().including(
        slow, Method("flat", "One grey.", ("fake",)), Method("slow", "Takes its time.", ("slow",))
    )


def png(pixels: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGBA"))


@pytest.fixture
def make(tmp_path: Path, registry: Registry) -> Iterator[Callable[..., TestClient]]:
    """Makes a client of a server on tmp_path/a.canvas."""
    closing: list[Any] = []

    def made(**options: Any) -> TestClient:
        path = tmp_path / "a.canvas"
        document = Document(path) if path.exists() else Document.create(path)
        client = TestClient(create_app(document, **{"registry": registry, **options}), base_url=BASE)
        client.__enter__()
        closing.append((client, document))
        return client

    yield made
    for client, document in reversed(closing):
        client.__exit__(None, None, None)
        document.close()


@pytest.fixture
def client(make: Callable[..., TestClient]) -> TestClient:
    return make()


@pytest.fixture
def with_photo(client: TestClient, photo: np.ndarray) -> TestClient:
    """The photo lies at 0, 0."""
    client.post("/api/v1/canvas/import", files={"file": ("sky.png", png(photo))}).raise_for_status()
    return client


def ask(client: TestClient, **asked: Any) -> Any:
    """A job for the photo and 32 pixels to its right."""
    job = {"frame": {"left": 0, "top": 0, "width": 96, "height": 48}, "method": "flat", "count": 1, **asked}
    return client.post("/api/v1/jobs", json=job)


def finished(client: TestClient, id: str, seconds: float = 30) -> dict[str, Any]:
    """The job when it is no longer open."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = client.get(f"/api/v1/jobs/{id}").json()
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job did not end: {job}")


__all__ = ["BASE", "ask", "finished", "opened", "png"]
