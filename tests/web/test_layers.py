"""The list of layers: every change is a command of the history, so all of them can be undone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.driving import Server, candidates, exported, opened, until

pytestmark = pytest.mark.browser


@pytest.fixture
def two(page: Any, tried: Server, photo: Path) -> Any:
    """The page with two photos, their layers shown."""
    opened(page, photo)
    other = photo.rename(photo.with_name("hill.png"))
    page.set_input_files("#file", other)
    until(lambda: len(tried.layers()) == 2, page)
    page.get_by_role("tab", name="Layers").click()
    page.locator(".chosen .name").wait_for()
    return page


def shown(page: Any) -> list[str]:
    """As the page has them, the lowest first."""
    return list(reversed(page.locator("#layers [data-layer] .name").evaluate_all("all => all.map(e => e.value)")))[
        :-1
    ]


def names(server: Server) -> list[str]:
    return [each["name"] for each in server.layers()]


def test_added_renamed_deleted(two: Any, tried: Server) -> None:
    two.get_by_role("button", name="Add a layer").click()
    until(lambda: names(tried) == ["beach", "hill", "Layer"], two)
    name = two.locator(".chosen .name")
    until(lambda: name.input_value() == "Layer", two)
    name.fill("Sky")
    name.press("Enter")
    until(lambda: names(tried) == ["beach", "hill", "Sky"], two)
    two.get_by_label("Delete: Sky").click()
    until(lambda: names(tried) == ["beach", "hill"], two)
    for known in (["beach", "hill", "Sky"], ["beach", "hill", "Layer"], ["beach", "hill"]):
        two.locator("#stage").focus()
        two.keyboard.press("Control+z")
        until(lambda known=known: names(tried) == known, two)


def test_reordered_by_keys_buttons_and_dragging(two: Any, tried: Server) -> None:
    two.locator("[data-layer] button.grip").first.focus()
    two.keyboard.press("ArrowDown")
    until(lambda: shown(two) == ["hill", "beach"], two)
    assert two.evaluate("document.activeElement.classList.contains('grip')")
    two.keyboard.press("ArrowUp")
    until(lambda: shown(two) == ["beach", "hill"], two)
    two.locator("[aria-label='Move down: hill']").click()
    until(lambda: shown(two) == ["hill", "beach"], two)
    grips = two.locator("button.grip")
    upper, lower = grips.nth(0).bounding_box(), grips.nth(1).bounding_box()
    two.mouse.move(lower["x"] + 12, lower["y"] + 15)
    two.mouse.down()
    two.mouse.move(upper["x"] + 12, upper["y"] + 4, steps=5)
    two.mouse.move(upper["x"] + 12, upper["y"] - 4, steps=2)
    two.mouse.up()
    until(lambda: shown(two) == ["beach", "hill"], two)
    assert names(tried) == ["beach", "hill"]


def test_two_presses_before_an_answer_are_two_places(two: Any, tried: Server, photo: Path) -> None:
    two.set_input_files("#file", photo.with_name("hill.png").rename(photo.with_name("sea.png")))
    until(lambda: len(tried.layers()) == 3, two)
    until(lambda: len(shown(two)) == 3, two)
    top = shown(two)[-1]
    two.route("**/canvas/commands", lambda route: (two.wait_for_timeout(150), route.continue_()))
    two.locator("[data-layer] button.grip").first.focus()
    two.keyboard.press("ArrowDown")
    two.keyboard.press("ArrowDown")
    until(lambda: shown(two)[0] == top, two)
    two.keyboard.press("ArrowUp")
    until(lambda: shown(two)[1] == top, two)
    assert names(tried)[1] == top


def test_opacity_and_visibility_change_the_picture(two: Any, tried: Server) -> None:
    full = exported(two)
    two.locator(".chosen [type=range]").fill("40")
    two.locator(".chosen [type=range]").dispatch_event("change")
    until(lambda: tried.layers()[1]["opacity"] == 0.4, two)
    two.get_by_label("Visible: beach").click()
    until(lambda: not tried.layers()[0]["visible"], two)
    assert not np.array_equal(exported(two), full)
    two.locator("#stage").focus()
    for _ in range(2):
        two.keyboard.press("Control+z")
    until(lambda: [each["opacity"] for each in tried.layers()] == [1, 1], two)
    assert np.array_equal(exported(two), full)


def test_steps_of_the_history_are_walked_by_keyboard(two: Any, tried: Server) -> None:
    two.get_by_role("tab", name="History").click()
    first = two.locator(".steps button").last
    first.focus()
    two.keyboard.press("Enter")
    until(lambda: names(tried) == ["beach"], two)
    two.locator(".steps [aria-current]").get_by_text("beach").wait_for()
    assert first.evaluate("each => each === document.activeElement")
    two.keyboard.press("Shift+Tab")
    two.keyboard.press("Enter")
    until(lambda: names(tried) == ["beach", "hill"], two)


def test_merged_down(two: Any, tried: Server) -> None:
    before = exported(two)
    two.get_by_label("Merge with the layer below: hill").click()
    until(lambda: names(tried) == ["beach"], two)
    assert np.array_equal(exported(two), before)
    assert two.get_by_label("Merge with the layer below").is_disabled()
    two.locator("#stage").focus()
    two.keyboard.press("Control+z")
    until(lambda: names(tried) == ["beach", "hill"], two)


def test_a_locked_layer_stays_and_a_locked_mask_takes_no_stroke(two: Any, tried: Server) -> None:
    two.get_by_label("Locked: hill").click()
    until(lambda: tried.layers()[1]["locked"], two)
    for what in ("Delete: hill", "Merge with the layer below: hill"):
        button = two.get_by_label(what)
        until(button.is_disabled, two)
        assert "unlock it first" in button.get_attribute("title")
    two.get_by_label("Locked: Mask").click()
    two.locator("[aria-label='Locked: Mask'][aria-pressed=true]").wait_for()
    two.locator("#stage").focus()
    two.keyboard.press("b")
    revision = tried.get("canvas")["revision"]
    two.mouse.move(540, 440)
    two.mouse.down()
    two.mouse.move(600, 470, steps=3)
    two.mouse.up()
    two.get_by_role("alert").get_by_text("The mask is locked").wait_for()
    two.keyboard.press("Delete")
    two.wait_for_timeout(200)
    assert tried.get("canvas")["revision"] == revision


def test_an_accepted_candidate_is_a_layer_that_can_be_hidden(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    page.get_by_role("tab", name="Layers").click()
    page.get_by_label("Visible: plain").click()
    until(lambda: not tried.layers()[1]["visible"], page)
    assert np.array_equal(exported(page), np.asarray(Image.open(photo)))
