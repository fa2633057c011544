"""The page in a real browser, against the real server."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("the page is tested in Chromium; install it (apt-get install chromium)")
    sync = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of `outpaint canvas` with an empty canvas."""
    command = [sys.executable, "-m", "outpaint", "canvas", str(tmp_path / "test.canvas"), "--no-open", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"no address in {line!r}"
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture
def page(chromium: Any, server: str) -> Iterator[Any]:
    """The page; whatever it complains about fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    ramp = np.linspace(40, 220, 120)
    pixels = np.stack([np.tile(ramp, (90, 1)), np.tile(ramp[:90, None], (1, 120)), np.full((90, 120), 90.0)], -1)
    pixels[30:60, 40:70] = (200, 40, 40)
    path = tmp_path / "beach.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


def painted(page: Any) -> np.ndarray:
    """What the stage shows, without the frame, once no tile is missing and nothing moves any more."""
    shots: list[np.ndarray] = []
    for _ in range(20):
        page.locator("#picture[data-busy=false]").wait_for()
        page.wait_for_timeout(250)
        shot = page.locator("#stage").screenshot(style="#overlay { visibility: hidden }")
        shots.append(np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int))
        if len(shots) > 1 and np.array_equal(shots[-1], shots[-2]):
            return shots[-1]
    raise AssertionError("the page does not come to rest")


def frame_size(page: Any) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", page.locator("#frame .size").inner_text())))


def three_candidates(page: Any) -> None:
    page.get_by_text("1 / 3").wait_for(timeout=120_000)  # the engine may be compiled first
    page.locator(".strip canvas").nth(2).wait_for()
    page.locator(".job").wait_for(state="detached")


def exported(page: Any, what: str = "content") -> np.ndarray:
    """The PNG that the export dialog saves."""
    page.keyboard.press("Control+s")
    page.locator(f"#export input[value={what}]").check(force=True)
    with page.expect_download() as download:
        page.locator("#export button[type=submit]").click()
    return np.asarray(Image.open(download.value.path()).convert("RGB"))


def test_a_photo_is_extended_and_everything_is_found_again(page: Any, photo: Path) -> None:
    original = np.asarray(Image.open(photo))
    page.get_by_text("Drop a photo here").wait_for()
    page.set_input_files("#file", photo)
    page.locator("#frame").wait_for()
    assert frame_size(page) == (120, 90)
    assert np.array_equal(exported(page), original)

    page.get_by_label("Extend to the right").click()
    three_candidates(page)
    first = painted(page)
    assert frame_size(page) == (180, 90)
    page.keyboard.press("ArrowRight")
    page.get_by_text("2 / 3").wait_for()

    page.keyboard.down("c")
    compared = painted(page)
    page.keyboard.up("c")
    assert np.abs(compared - first).max() > 20  # before, the new part is empty

    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    page.get_by_text("Accepted.").wait_for()
    done = exported(page)
    assert done.shape == (90, 180, 3)
    assert np.array_equal(done[:, :120], original)

    page.keyboard.press("Control+z")
    page.locator("[data-action=redo]:enabled").wait_for()
    assert np.array_equal(exported(page), original)
    page.keyboard.press("Control+Shift+z")
    page.locator("[data-action=redo]:disabled").wait_for()
    assert np.array_equal(exported(page), done)

    before = painted(page)
    page.reload()
    page.locator("#frame").wait_for()
    after = painted(page)
    assert np.array_equal(before[100:860, 90:1050], after[100:860, 90:1050])
    page.get_by_role("tab", name="Layers").click()
    names = page.locator(".layers .name")
    assert [names.nth(n).input_value() for n in range(names.count())] == ["Mask", "patch", "beach"]
    page.get_by_role("tab", name="History").click()
    page.get_by_text("Open photo: beach").wait_for()


def test_by_keyboard_alone_a_rejected_candidate_leaves_no_trace(page: Any, photo: Path) -> None:
    page.set_input_files("#file", photo)
    page.locator("#frame").wait_for()
    page.get_by_label("Right edge").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert frame_size(page) == (184, 90)
    page.locator("#stage").focus()
    page.keyboard.press("Control+Enter")
    three_candidates(page)
    page.keyboard.press("Escape")
    page.locator("#review").wait_for(state="hidden")
    assert np.array_equal(exported(page), np.asarray(Image.open(photo)))


def test_a_mask_is_shown_undone_and_found_again(page: Any, photo: Path) -> None:
    page.set_input_files("#file", photo)
    page.locator("#frame").wait_for()
    plain = painted(page)
    page.locator("#stage").focus()
    page.keyboard.press("b")
    page.mouse.move(540, 440)
    page.mouse.down()
    page.mouse.move(600, 470, steps=4)
    page.mouse.up()
    page.keyboard.press("v")
    page.wait_for_timeout(600)
    masked = painted(page)
    assert np.abs(masked - plain)[430:480, 530:610].max() > 20
    page.reload()
    page.locator("#frame").wait_for()
    page.wait_for_timeout(600)
    assert np.abs(painted(page) - masked)[430:480, 530:610].max() == 0
    page.keyboard.press("Control+z")
    page.wait_for_timeout(600)
    assert np.abs(painted(page) - plain)[430:480, 530:610].max() == 0


def test_the_wheel_zooms_at_the_cursor(page: Any, photo: Path) -> None:
    page.set_input_files("#file", photo)
    page.locator("#frame").wait_for()
    painted(page)
    corner = page.locator(".handle.nw").bounding_box()
    x, y = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    page.mouse.move(x + 3, y + 3)
    page.keyboard.press("h")
    page.mouse.move(x - 30, y - 30)
    page.mouse.wheel(0, -100)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(300)
    zoomed = page.locator(".handle.nw").bounding_box()
    factor = float(page.locator("#zoom").inner_text().replace("%", "").strip()) / 100
    assert factor > 1.2
    assert zoomed["x"] + zoomed["width"] / 2 - (x - 30) == pytest.approx(30 * factor, abs=2)


def test_space_and_the_middle_button_pan_and_two_fingers_zoom(page: Any, photo: Path) -> None:
    page.set_input_files("#file", photo)
    page.locator("#frame").wait_for()
    painted(page)
    where = page.locator("#frame").bounding_box()
    page.locator("#stage").focus()
    page.mouse.move(500, 700)
    page.keyboard.down(" ")
    drag(page, (40, 10))
    page.keyboard.up(" ")
    drag(page, (5, 20), button="middle")
    moved = page.locator("#frame").bounding_box()
    assert (moved["x"] - where["x"], moved["y"] - where["y"]) == (45, 30)

    touch = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 100), ("touchMove", 150), ("touchMove", 200), ("touchEnd", None)):
        points = [{"x": 540 + apart / 2 * side, "y": 640, "id": side} for side in (-1, 1)] if apart else []
        for point in points:
            point["id"] += 1
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(300)
    assert page.locator("#frame").bounding_box()["width"] == pytest.approx(moved["width"] * 2, rel=0.05)


def drag(page: Any, by: tuple[int, int], button: str = "left") -> None:
    page.mouse.move(500, 700)
    page.mouse.down(button=button)
    page.mouse.move(500 + by[0], 700 + by[1], steps=3)
    page.mouse.up(button=button)


def test_a_photo_can_be_dropped(page: Any, photo: Path) -> None:
    page.get_by_text("Drop a photo here").wait_for()
    transfer = page.evaluate_handle(
        """(bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
            return transfer;
        }""",
        list(photo.read_bytes()),
    )
    page.locator("#stage").dispatch_event("drop", {"dataTransfer": transfer, "clientX": 400, "clientY": 400})
    page.locator("#frame").wait_for()
    assert frame_size(page) == (120, 90)
    assert page.locator("#panel #layers .name").last.input_value() == "dropped"


def test_an_example_photo_is_one_click_away(page: Any) -> None:
    page.get_by_label("Example: the Great Wall").click()
    page.locator("#frame").wait_for()
    with Image.open(Path(__file__).parents[2] / "src/outpaint/web/examples/great-wall.jpg") as example:
        assert frame_size(page) == example.size
        assert np.array_equal(exported(page), np.asarray(example.convert("RGB")))
