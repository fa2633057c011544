"""A server on a fresh canvas, and photos to put on it."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
V1 = "/api/v1"


def slowly(view: View, brief: Brief) -> Steps:
    for step in range(200):
        time.sleep(0.01)
        yield Progress(step, 200)
    return view.pixels


def stubbornly(view: View, brief: Brief) -> Steps:
    """Once begun, it neither looks up nor succeeds."""
    yield Progress(0, 1)
    time.sleep(0.3)
    raise ValueError("never again")


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The built-in ones; `flat`, at once done; `slow`, which takes two seconds; `stubborn`, which then fails."""
    slow = Painter("slow", "Takes its time.", slowly, reads=frozenset({"seed"}))
    stubborn = Painter("stubborn", "Fails late.", stubbornly, reads=frozenset({"seed"}))
    return builtin_registry().including(
        slow,
        stubborn,
        Method("flat", "One grey.", ("fake",)),
        Method("slow", "Takes its time.", ("slow",)),
        Method("stubborn", "Fails late.", ("stubborn",)),
    )


def png(pixels: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGBA"))


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[TestClient]:
    """A client of a server on a.canvas in this folder."""
    path = folder / "a.canvas"
    with (
        Document(path) if path.exists() else Document.create(path) as document,
        TestClient(create_app(document, **options), base_url=BASE) as client,
    ):
        yield client


@pytest.fixture
def make(tmp_path: Path, registry: Registry) -> Iterator[Callable[..., TestClient]]:
    """Makes servers on tmp_path/a.canvas, which end with the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(serving(tmp_path, **{"registry": registry, **options}))


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[TestClient]:
    """A server for all tests of a file: for those that change nothing."""
    with serving(tmp_path_factory.mktemp("steady"), registry=registry) as client:
        yield client


@pytest.fixture
def client(make: Callable[..., TestClient]) -> TestClient:
    return make()


@pytest.fixture
def with_photo(client: TestClient, photo: np.ndarray) -> TestClient:
    """The photo lies at 0, 0."""
    client.post(f"{V1}/canvas/import", files={"file": ("sky.png", png(photo))}).raise_for_status()
    return client


def ask(client: TestClient, **asked: Any) -> Any:
    """A job for the photo and 32 pixels to its right."""
    job = {"frame": {"left": 0, "top": 0, "width": 96, "height": 48}, "method": "flat", "count": 1, **asked}
    return client.post(f"{V1}/jobs", json=job)


def finished(client: TestClient, id: str, seconds: float = 30) -> dict[str, Any]:
    """The job when it is no longer open."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = client.get(f"{V1}/jobs/{id}").json()
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job did not end: {job}")
