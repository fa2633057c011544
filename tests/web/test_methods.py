"""A method that is added later appears by itself, with the fields that it reads and none other."""

from pathlib import Path
from typing import Any

import pytest

from web.driving import Server, candidates, frame_size, opened, until

pytestmark = pytest.mark.browser


def test_only_what_a_method_reads_is_asked_and_sent(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    method = page.locator("#method")
    assert method.locator("option").all_inner_texts() == ["plain", "dream", "silent", "fail"]
    assert page.locator("#prompt").count() == 0
    assert page.locator("#seed").count() == 1
    method.select_option("fail")
    assert page.locator("#seed").count() == page.locator("#count").count() == 0
    method.select_option("dream")
    page.get_by_text("a large model").or_(page.get_by_text("Dreams up")).first.wait_for()
    page.get_by_label("What should be there").fill("a quiet lake")
    page.get_by_label("What should not").fill("people")
    page.locator("#count").fill("2")
    page.locator("#seed").fill("7")
    page.locator("summary").click()
    page.get_by_label("model", exact=True).select_option("large")
    page.get_by_label("tiled").check()
    page.get_by_label("steps").fill("3")
    page.get_by_label("patience").fill("0.1")
    page.get_by_label("Extend downwards").click()
    candidates(page, 2)
    (job,) = tried.get("jobs")
    told = {name: job[name] for name in ("method", "prompt", "negative", "seed", "count")}
    assert told == {"method": "dream", "prompt": "a quiet lake", "negative": "people", "seed": 7, "count": 2}
    assert job["settings"] == {"model": "large", "tiled": True, "steps": 3, "patience": 0.1}


def test_the_frame_keeps_to_the_multiple_of_its_method(page: Any, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("dream")
    size = page.locator("#frame .size")
    assert "64" not in size.inner_text()
    page.get_by_role("button", name="16:9").click()
    assert frame_size(page) == (192, 128)
    assert size.inner_text().endswith("64")

    def dragged(by: float, *keys: str) -> tuple[int, ...]:
        zoom = page.locator("#frame").bounding_box()["width"] / frame_size(page)[0]
        handle = page.locator(".handle.e").bounding_box()
        x, y = handle["x"] + 15, handle["y"] + 15
        page.mouse.move(x, y)
        for key in keys:
            page.keyboard.down(key)
        page.mouse.down()
        page.mouse.move(x + by * zoom, y, steps=3)
        page.mouse.up()
        for key in keys:
            page.keyboard.up(key)
        return frame_size(page)

    assert dragged(50) == (256, 128)
    width, height = dragged(21, "Control")
    assert (width, height) == (277, 128)
    page.get_by_label("Right edge").focus()
    page.keyboard.press("ArrowRight")
    assert frame_size(page)[0] % 64 == 0
    page.keyboard.press("Control+ArrowRight")
    assert frame_size(page)[0] % 64 == 8
    page.locator("#method").select_option("plain")
    until(lambda: "64" not in size.inner_text(), page)
