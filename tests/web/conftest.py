"""Chromium, a server, a page; whatever the page complains about fails the test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from children import ENVIRONMENT
from server.live import live
from web.driving import Process, Server
from web.tried import REGISTRY

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("the page is tested in Chromium; install it (apt-get install chromium)")
    sync = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Opener:
    """Opens pages at an address, each in a browser profile of its own."""

    def __init__(self, chromium: Any) -> None:
        self.chromium = chromium
        self.complaints: list[str] = []
        self.contexts: list[Any] = []

    def __call__(self, address: str, **how: Any) -> Any:
        how = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US", "reduced_motion": "reduce", **how}
        context = self.chromium.new_context(**how)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        page.locator("html[data-connected=true]").wait_for()
        return page

    def close(self) -> None:
        while self.contexts:
            self.contexts.pop().close()


@pytest.fixture
def browse(chromium: Any) -> Iterator[Opener]:
    opener = Opener(chromium)
    yield opener
    opener.close()
    assert opener.complaints == []


@pytest.fixture
def server(browse: Opener, tmp_path: Path) -> Iterator[Process]:
    """`outpaint canvas` with an empty canvas."""
    server = Process(["-m", "outpaint", "canvas", str(tmp_path / "test.canvas"), "--no-open", "--port"], ENVIRONMENT)
    yield server
    browse.close()  # a page complains about a server that goes away
    server.stop()


@pytest.fixture
def mortal(browse: Opener, tmp_path: Path) -> Iterator[Process]:
    """The same with quick methods that are made for tests."""
    server = Process([str(Path(__file__).with_name("tried.py")), str(tmp_path / "test.canvas")], ENVIRONMENT)
    yield server
    browse.close()
    server.stop()


@pytest.fixture
def tried(browse: Opener, tmp_path: Path) -> Iterator[Server]:
    """The same in this process, which is quicker."""
    with live(tmp_path / "test.canvas", registry=REGISTRY) as address:
        yield Server(address)
        browse.close()


@pytest.fixture
def page(browse: Opener, tried: Server) -> Any:
    return browse(tried.address)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    ramp = np.linspace(40, 220, 120)
    pixels = np.stack([np.tile(ramp, (90, 1)), np.tile(ramp[:90, None], (1, 120)), np.full((90, 120), 90.0)], -1)
    pixels[30:60, 40:70] = (200, 40, 40)
    path = tmp_path / "beach.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path
