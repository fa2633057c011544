"""What the tests of the page do again and again."""

import io
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PAN = """(long) => new Promise((done) => {
    const stage = document.getElementById("stage"), start = performance.now();
    const step = () => {
        const past = performance.now() - start;
        const way = Math.floor(past / 700) % 2 ? -1 : 1;
        const where = { clientX: 600, clientY: 450, bubbles: true, cancelable: true };
        stage.dispatchEvent(new WheelEvent("wheel", { ...where, deltaX: 9 * way, deltaY: 5 * way }));
        past < long ? requestAnimationFrame(step) : done();
    };
    step();
})"""
"""In the page: the wheel pans, once a frame, for so many milliseconds."""


STILL = """() => new Promise((done) => {
    let still = 0;
    const look = () => {
        still = document.getElementById("picture").dataset.busy === "false" ? still + 1 : 0;
        still > 12 ? done() : requestAnimationFrame(look);
    };
    look();
})"""
"""In the page: nothing that is shown has been on its way for some frames."""


class Server:
    """What a server at an address says."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.address}api/v1/{path}") as answer:
            return json.load(answer)

    def post(self, path: str, body: bytes, kind: str) -> Any:
        asked = urllib.request.Request(f"{self.address}api/v1/{path}", body, {"Content-Type": kind})
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    def layers(self) -> list[dict[str, Any]]:
        """Of pixels, the lowest first."""
        return [each for each in self.get("canvas")["layers"] if each["kind"] == "pixels"]


class Process(Server):
    """One that can be killed and started again at the same address."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        super().__init__("")
        self._command, self._environment, self.port = command, environment, 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, *self._command, str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)/", line)
        assert found, f"no address in {line!r}"
        self.address, self.port = found[0], int(found[1])

    def stop(self, kill: bool = False) -> None:
        if kill:
            self._process.kill()
        else:
            self._process.terminate()
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


def opened(page: Any, photo: Path) -> None:
    page.set_input_files("#file", photo)
    page.locator("#frame").wait_for()


def shot(page: Any) -> np.ndarray:
    """What the stage shows now, without the frame."""
    found = page.locator("#stage").screenshot(style="#overlay { visibility: hidden }")
    return np.asarray(Image.open(io.BytesIO(found)).convert("RGB")).astype(int)


def painted(page: Any) -> np.ndarray:
    """The same once no tile is missing."""
    page.evaluate(STILL)
    return shot(page)


def frame_size(page: Any) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", page.locator("#frame .size").inner_text())))[:2]


def candidates(page: Any, count: int = 3) -> None:
    """All of them are there to be looked at."""
    page.get_by_text(f"1 / {count}", exact=True).wait_for(timeout=120_000)  # the engine may be compiled first
    page.locator(".strip canvas").nth(count - 1).wait_for()
    page.locator(".job").wait_for(state="detached")


def export(page: Any, what: str = "content", kind: str = "png", quality: int | None = None, alt: str = "") -> Path:
    """The file that the export dialog saves, under its own name."""
    page.locator("[data-action=export]:enabled").wait_for(state="attached")  # the page knows of the content
    page.keyboard.press("Control+Shift+e")
    page.locator(f"#export input[value={what}]").check(force=True)
    page.locator(f"#export input[value={kind}]").check(force=True)
    if quality is not None:
        page.locator("#quality").fill(str(quality))
    page.get_by_label("Alt text").fill(alt)
    with page.expect_download() as download:
        page.locator("#export button[type=submit]").click()
    path = Path(download.value.path())
    return path.rename(path.with_name(f"{path.name}-{download.value.suggested_filename}"))


def exported(page: Any, what: str = "content") -> np.ndarray:
    return np.asarray(Image.open(export(page, what)).convert("RGB"))


def hand_over(page: Any, files: list[tuple[str, bytes]]) -> Any:
    """A DataTransfer with these files."""
    return page.evaluate_handle(
        """(files) => {
            const transfer = new DataTransfer();
            for (const [name, bytes] of files) {
                const type = name.endsWith(".png") ? "image/png" : "";
                transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
            }
            return transfer;
        }""",
        [[name, list(data)] for name, data in files],
    )


def masked(page: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
    """A stroke of the mask brush over the stage."""
    page.locator("#stage").focus()
    page.keyboard.press("b")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    page.keyboard.press("v")


def until(said: Callable[[], bool], page: Any, seconds: float = 10) -> None:
    """Wait for something that no element of the page shows."""
    for _ in range(int(seconds * 20)):
        if said():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")
