"""Canvases that are much larger than a window or a browser's memory."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from canvas.test_large import tiled
from web.driving import PAN, Process, Server, opened, painted, until

pytestmark = pytest.mark.browser

TINTED = 15


def tell(server: Server, command: dict[str, Any]) -> None:
    """As another client does."""
    told = server.post("canvas/commands", json.dumps(command).encode(), "application/json")
    assert told["revision"]


def test_a_mask_of_more_tiles_than_are_listed_is_found_again(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address)
    opened(page, photo)
    plain = painted(page)
    command = {"kind": "SetMask", "frame": [0, 0, 70 * 256, 70 * 256], "mode": "add"}
    tell(tried, command)
    for again in (False, True):
        if again:
            page.reload()
            page.locator("#frame").wait_for()
        until(lambda: abs(painted(page) - plain)[400:460, 500:580].mean() > TINTED, page)
    page.locator("#stage").focus()
    page.keyboard.press("b")
    page.keyboard.press("Delete")
    page.get_by_text("The mask is empty.").wait_for()
    until(lambda: abs((painted(page) - plain)[400:460, 500:580]).max() == 0, page)


def test_a_wide_mask_is_shown_to_its_ends_from_far_away(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address)
    opened(page, photo)
    page.locator("#stage").focus()
    for _ in range(14):
        page.keyboard.press("-")
    plain = painted(page)
    zoom = float(page.locator("#zoom").inner_text().replace("%", "")) / 100
    side = 40 * 256  # 1600 tiles
    tell(tried, {"kind": "SetMask", "frame": [-side // 2, -side // 2, side, side], "mode": "add"})
    box = page.locator("#frame").bounding_box()
    reach = round(side / 2 * zoom) - 20
    for way in (-1, 1):
        x, y = round(box["x"]) + way * reach, round(box["y"]) + way * reach
        spot = (slice(y - 4, y + 4), slice(x - 4, x + 4))
        until(lambda spot=spot: abs(painted(page) - plain)[spot].mean() > TINTED, page)
    outside = round(box["x"]) + reach + 40
    assert abs(painted(page) - plain)[300:600, outside : outside + 10].max() == 0


def test_a_stroke_over_too_much_is_refused_in_words(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#stage").focus()
    for _ in range(25):
        page.keyboard.press("-")
    page.keyboard.press("b")
    revision = tried.get("canvas")["revision"]
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(900, 600, steps=3)
    page.mouse.up()
    page.get_by_role("alert").get_by_text("too many pixels").wait_for()
    assert tried.get("canvas")["revision"] == revision
    page.keyboard.press("v")
    page.mouse.move(700, 800)
    shown = painted(page)
    assert abs(shown[440:460, 590:610] - shown[700, 600]).max() < 40  # the stroke is gone


@pytest.mark.slow
def test_a_gigapixel_is_walked_in_bounded_memory(browse: Any, tmp_path: Path, mortal: Process) -> None:
    mortal.stop()
    for each in tmp_path.glob("test.canvas*"):
        each.unlink()
    tiled(tmp_path / "test.canvas", 128)
    mortal.start()
    browse.complaints.clear()
    page = browse(mortal.address)
    page.evaluate("localStorage.setItem('frames', 'on'); localStorage.setItem('wheel', 'pan')")
    page.reload()
    page.locator("#frame").wait_for()
    painted(page)
    figures = []
    for key in ("0", "1"):
        page.keyboard.press(key)
        for _ in range(6):
            page.evaluate(PAN.replace("% 2 ? -1 : 1", "% 9 ? 4 : 1"), 1200)
        figures.append(float(page.locator("#frames").get_attribute("data-fps")))
    for _ in range(30):
        page.keyboard.press("-" if _ % 10 < 5 else "+")
        page.wait_for_timeout(60)
    painted(page)
    memory = largest_renderer(browse.chromium)
    print(f"frames a second {figures}, memory {memory} MB")
    assert memory < 700
    assert min(figures) > 20
    size = page.locator("#frame .size").inner_text()
    assert re.findall(r"\d+", size)[:2] == ["32768", "32768"]


def largest_renderer(chromium: Any) -> int:
    """Megabytes of the process that shows a page, pictures and program together."""
    session = chromium.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    sizes = []
    for each in processes:
        status = Path(f"/proc/{each['id']}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        if each["type"] == "renderer" and found:
            sizes.append(int(found[1]) // 1024)
    return max(sizes)
