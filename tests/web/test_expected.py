"""Small things that people know from other programs."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from outpaint.canvas import Document
from outpaint.geometry import Extent
from web.driving import Server, candidates, frame_size, masked, opened, painted, until

pytestmark = pytest.mark.browser


def plane(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where a point of the photo is in the window; the frame lies at 0, 0."""
    box = page.locator("#frame").bounding_box()
    zoom = box["width"] / frame_size(page)[0]
    return box["x"] + x * zoom, box["y"] + y * zoom


def test_more_like_this_stands_beside_what_is_there(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.keyboard.press("ArrowRight")
    page.get_by_text("2 / 3").wait_for()
    page.keyboard.press("m")
    page.get_by_text("2 / 6").wait_for()
    first, second = tried.get("jobs")
    assert (first["state"], second["state"], second["seed"]) == ("done", "done", first["seed"] + 3)
    assert page.locator(".strip canvas").count() == 6
    for n in range(3, 7):
        page.keyboard.press("ArrowRight")
        page.get_by_text(f"{n} / 6").wait_for()
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    until(lambda: [each["state"] for each in tried.get("jobs")] == ["rejected", "accepted"], page)
    assert len(tried.layers()) == 2


def test_escape_rejects_all_that_stand_there(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.get_by_label("More like this").click()
    page.get_by_text("1 / 6").wait_for()
    page.locator("#stage").focus()
    page.keyboard.press("Escape")
    page.locator("#review").wait_for(state="hidden")
    until(lambda: [each["state"] for each in tried.get("jobs")] == ["rejected", "rejected"], page)
    until(lambda: frame_size(page) == (120, 90), page)


def test_the_same_waits_once(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("dream")
    page.locator("summary").click()
    page.locator("#setting-patience").fill("30")
    page.get_by_role("button", name="16:9").click()
    page.locator("#stage").focus()
    for _ in range(4):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(60)
    assert [each["state"] for each in tried.get("jobs")] == ["running", "waiting"]
    for id in [each["id"] for each in tried.get("jobs")][::-1]:
        page.evaluate("(id) => fetch(`api/v1/jobs/${id}`, { method: 'DELETE' })", id)
    page.locator(".job").first.wait_for(state="detached")


def test_the_mask_is_inverted(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#stage").focus()
    page.keyboard.press("i")
    until(lambda: tried.get("canvas")["masked"] == tried.get("canvas")["content"], page)
    page.keyboard.press("i")
    until(lambda: tried.get("canvas")["masked"] is None, page)
    plain = painted(page)
    x, y = map(int, plane(page, 60, 45))
    masked(page, (x, y), (x + 4, y))
    until(lambda: tried.get("canvas")["masked"] is not None, page)
    stroke = np.abs(painted(page) - plain).max(-1) > 20
    page.get_by_label("Mask brush").click()
    page.get_by_label("Invert the mask in the frame").click()
    until(lambda: tried.get("canvas")["masked"] == tried.get("canvas")["content"], page)
    page.mouse.move(5, 450)
    inverted = np.abs(painted(page) - plain).max(-1) > 20
    far = plane(page, 110, 80)
    assert stroke[y, x] and not inverted[y, x]
    assert inverted[int(far[1]), int(far[0])]


def test_the_overlap_is_shown_and_painted(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_role("button", name="16:9").click()
    before = painted(page)
    page.locator("#overlap").fill("10")
    changed = np.abs(painted(page) - before).max(-1) > 8
    box = page.locator("#frame").bounding_box()
    zoom = box["width"] / 160
    rows = slice(int(box["y"] + 5), int(box["y"] + box["height"] - 5))

    def columns(start: float, end: float) -> np.ndarray:
        return changed[rows, int(box["x"] + start * zoom) + 2 : int(box["x"] + end * zoom) - 2]

    assert columns(20, 30).mean() > 0.5 and columns(130, 140).mean() > 0.5
    assert not columns(0, 20).any() and not columns(30, 130).any() and not columns(140, 160).any()
    page.keyboard.press("Control+Enter")
    candidates(page)
    assert tried.get("jobs")[0]["overlap"] == 10


def test_a_click_beside_the_picture_moves_the_frame_there(page: Any, photo: Path) -> None:
    opened(page, photo)
    before = page.locator("#frame").bounding_box()
    page.mouse.click(*plane(page, 150, 45))
    after = page.locator("#frame").bounding_box()
    zoom = before["width"] / 120
    assert abs(after["x"] - before["x"] - 90 * zoom) <= 2 and abs(after["y"] - before["y"]) <= 2
    page.mouse.click(after["x"] + after["width"] + 150 * zoom, after["y"] + 20)  # too far to hold anything
    assert page.locator("#frame").bounding_box() == after


def test_alt_keeps_the_centre_and_shift_one_shows_everything(page: Any, photo: Path) -> None:
    opened(page, photo)
    handle = page.locator(".handle.e").bounding_box()
    x, y = handle["x"] + 15, handle["y"] + 15
    page.keyboard.down("Alt")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=3)
    page.mouse.up()
    page.keyboard.up("Alt")
    assert frame_size(page)[0] == 200
    page.locator("#stage").focus()
    for _ in range(6):
        page.keyboard.press("-")
    small = page.locator("#zoom .label").inner_text()
    page.keyboard.press("Shift+Digit1")
    until(lambda: page.locator("#zoom .label").inner_text() != small, page)


def test_methods_are_named_in_chinese(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, locale="zh-CN")
    patch = [{**tried.get("methods")[0], "name": "diffuse", "settings": [
        {"name": "kind", "kind": "choice", "default": "telea", "low": None, "high": None,
         "choices": ["telea", "laplace"], "about": "soft"}]}]  # fmt: skip
    page.route("**/api/v1/methods", lambda route: route.fulfill(json=patch))
    page.reload()
    opened(page, photo)
    assert page.locator("#method option").all_inner_texts()[0].count("平滑扩散") == 1
    assert "平滑地延续颜色" in page.locator("#method-about").inner_text()
    page.locator("summary").click()
    assert "柔和条纹" in page.locator("#setting-kind option").first.inner_text()
    page.get_by_label("方式").wait_for()


def test_the_canvas_is_saved_as_a_file_of_its_own(page: Any, photo: Path, tmp_path: Path) -> None:
    opened(page, photo)
    page.locator("#stage").focus()
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    assert download.value.suggested_filename == "test.canvas"
    saved = tmp_path / "saved.canvas"
    download.value.save_as(saved)
    with Document(saved) as document:
        assert [each.kind for each in document.history()] == ["ImportPhoto"]
        assert document.content_box().extent == Extent(120, 90)


def test_a_large_job_says_a_percentage_at_once_and_goes_on(page: Any, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    Image.new("RGB", (4000, 4000), (90, 120, 160)).save(large)
    opened(page, large)
    page.locator("#method").select_option("silent")
    page.locator("#stage").focus()
    page.get_by_label("Extend to the right").click()
    page.locator(".job").wait_for()
    page.wait_for_timeout(1000)
    seen = []
    for _ in range(4):
        found = re.search(r"(\d+) %", page.locator(".job").inner_text())
        assert found
        seen.append((int(found[1]), float(page.locator(".job progress").get_attribute("value"))))
        page.wait_for_timeout(1000)
    assert all(a < b for (_, a), (_, b) in pairwise(seen))
    page.locator(".job").get_by_text("Cancel").click()
    page.locator(".job").wait_for(state="detached")
