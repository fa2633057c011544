"""The mask brush: every stroke arrives, in its order, whatever happens to the server meanwhile."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from web.driving import Process, Server, candidates, exported, masked, opened, painted, until

pytestmark = pytest.mark.browser


def test_what_is_masked_is_painted_anew_and_nothing_else(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    before = exported(page)
    for _ in range(6):
        page.keyboard.press("[")
    masked(page, (540, 440), (600, 470))
    until(lambda: tried.get("canvas")["masked"] is not None, page)
    box = tried.get("canvas")["masked"]
    page.keyboard.press("Control+Enter")
    candidates(page)
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    changed = (exported(page) != before).any(-1)
    assert changed.any()
    rows, columns = np.nonzero(changed)
    assert box["left"] <= columns.min() and columns.max() < box["left"] + box["width"]
    assert box["top"] <= rows.min() and rows.max() < box["top"] + box["height"]
    until(lambda: tried.get("canvas")["masked"] is None, page)


def test_strokes_arrive_in_their_order(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    modes: list[str] = []

    def slow_at_first(route: Any) -> None:
        modes.append("erase" if b"erase" in route.request.post_data_buffer else "add")
        if len(modes) == 1:
            page.wait_for_timeout(300)
        route.continue_()

    page.route("**/canvas/mask", slow_at_first)
    page.locator("#stage").focus()
    for key in "be":
        page.keyboard.press(key)
        page.keyboard.press("]")
        page.mouse.move(540, 440)
        page.mouse.down()
        page.mouse.move(600, 470, steps=3)
        page.mouse.up()
    until(lambda: len(modes) == 2, page)
    painted(page)  # both are done
    assert modes == ["add", "erase"]
    assert tried.get("canvas")["masked"] is None


@pytest.fixture
def slow(page: Any, photo: Path) -> Any:
    """The page just after a stroke that takes its time to arrive."""
    opened(page, photo)
    page.route("**/canvas/mask", lambda route: (page.wait_for_timeout(400), route.continue_()))
    masked(page, (540, 440), (600, 470))
    return page


def test_clearing_takes_the_last_stroke_too(slow: Any, tried: Server) -> None:
    slow.keyboard.press("Delete")
    slow.get_by_text("The mask is empty.").wait_for()
    assert tried.get("canvas")["masked"] is None


def test_undo_takes_back_the_last_stroke_and_not_what_was_before(slow: Any, tried: Server) -> None:
    slow.keyboard.press("Control+z")
    slow.get_by_text("Undone.").wait_for()
    assert [(each["kind"], each["done"]) for each in tried.get("canvas/history")] == [
        ("SetMask", False),
        ("ImportPhoto", True),
    ]


def test_what_is_painted_after_a_stroke_knows_of_it(slow: Any, tried: Server) -> None:
    slow.keyboard.press("Control+Enter")
    candidates(slow)
    assert tried.get("jobs")[0]["state"] == "done"


def test_a_stroke_waits_for_a_server_that_was_killed(browse: Any, mortal: Process, photo: Path) -> None:
    page = browse(mortal.address)
    opened(page, photo)
    mortal.stop(kill=True)
    page.get_by_role("alert").get_by_text("The server does not answer").wait_for()
    masked(page, (540, 440), (600, 470))
    mortal.start()
    until(lambda: mortal.get("canvas")["masked"] is not None, page)
    browse.complaints.clear()
