"""More than one page, and servers that go away and come back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from web.driving import Process, Server, candidates, exported, frame_size, opened, painted, until

pytestmark = pytest.mark.browser


def test_two_pages_see_each_other(browse: Any, tried: Server, photo: Path) -> None:
    one, other = browse(tried.address), browse(tried.address)
    opened(one, photo)
    other.locator("#frame").wait_for()
    assert np.array_equal(painted(one), painted(other))
    one.get_by_label("Extend to the right").click()
    candidates(other)
    other.locator("#stage").focus()
    other.keyboard.press("Enter")
    one.locator("#review").wait_for(state="hidden")
    until(lambda: tried.get("jobs")[0]["state"] == "accepted", one)
    assert np.array_equal(exported(one), exported(other))
    one.locator("#stage").focus()
    one.keyboard.press("Control+z")
    other.locator("[data-action=redo]:enabled").wait_for()
    assert exported(other).shape == (90, 120, 3)


def test_a_server_killed_and_started_again_under_the_page(browse: Any, mortal: Process, photo: Path) -> None:
    page = browse(mortal.address)
    opened(page, photo)
    before = painted(page)
    mortal.stop(kill=True)
    page.get_by_role("alert").get_by_text("The server does not answer").wait_for()
    page.get_by_role("tab", name="History").click()
    size = frame_size(page)
    page.evaluate("document.querySelector('[data-action=extend-right]').click()")
    page.wait_for_timeout(600)
    assert page.get_by_role("alert").is_visible()
    assert frame_size(page) == size  # nothing was taken, nothing is changed
    mortal.start()
    page.locator("html[data-connected=true]").wait_for()
    page.get_by_role("alert").wait_for(state="hidden")
    page.get_by_text("Open photo: beach").wait_for()
    assert np.array_equal(painted(page)[100:800, 90:1050], before[100:800, 90:1050])
    page.get_by_role("tab", name="Paint").click()
    page.get_by_label("Extend to the right").click()
    candidates(page)
    browse.complaints.clear()


def test_a_tile_that_failed_comes_by_itself_and_is_not_asked_for_all_the_time(
    browse: Any, tried: Server, photo: Path
) -> None:
    page = browse(tried.address)
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, json={"error": "busy"})

    page.route("**/tiles/**", refuse)
    opened(page, photo)
    page.mouse.move(300, 500)
    for _ in range(20):
        page.mouse.wheel(0, 1)
    page.wait_for_timeout(1200)
    assert 1 <= len(asked) <= 6
    page.unroute("**/tiles/**")
    shown = painted(page)
    box = page.locator("#frame").bounding_box()
    spot = shown[int(box["y"] + box["height"] / 2), int(box["x"] + box["width"] / 2)]
    assert spot[0] > 150  # the red square in the middle of the photo
    browse.complaints.clear()
