"""Candidates: asked for, looked at, decided; what goes wrong is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.driving import Server, candidates, exported, frame_size, opened, painted, until

pytestmark = pytest.mark.browser


def test_again_has_other_seeds_and_rejects_the_first(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.keyboard.press("r")
    until(lambda: [each["state"] for each in tried.get("jobs")] == ["rejected", "done"], page)
    candidates(page)
    first, second = tried.get("jobs")
    assert second["seed"] == first["seed"] + 3
    assert second["frame"] == first["frame"]
    page.keyboard.press("Escape")
    page.locator("#review").wait_for(state="hidden")
    until(lambda: frame_size(page) == (120, 90), page)  # as before the direction was chosen


def test_by_keyboard_alone(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Right edge").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.locator("#stage").focus()
    page.keyboard.press("Control+Enter")
    candidates(page)
    shown = painted(page)
    page.keyboard.press("ArrowRight")
    page.get_by_text("2 / 3").wait_for()
    assert np.abs(painted(page) - shown).max() > 10
    place = page.locator("#frame").bounding_box()
    page.keyboard.press("ArrowUp")
    assert page.locator("#frame").bounding_box() == place  # it is theirs now
    page.keyboard.press("ArrowLeft")
    page.keyboard.down("c")
    compared = painted(page)
    page.keyboard.up("c")
    assert np.abs(compared - shown).max() > 10
    assert np.array_equal(painted(page), shown)
    page.keyboard.press("Escape")
    page.locator("#review").wait_for(state="hidden")
    until(lambda: [each["state"] for each in tried.get("jobs")] == ["rejected"], page)
    page.keyboard.press("Control+Enter")
    candidates(page)
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    until(lambda: [each["state"] for each in tried.get("jobs")] == ["rejected", "accepted"], page)
    done = exported(page)
    assert np.array_equal(done[:, :120], np.asarray(Image.open(photo)))
    assert done.shape == (90, 184, 3)


def test_a_page_reloaded_in_the_middle_of_a_job_goes_on(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("dream")
    page.locator("summary").click()
    page.locator("#setting-patience").fill("0.8")
    page.get_by_label("Extend on all sides").click()
    page.locator(".job").wait_for()
    page.reload()
    page.locator(".job").wait_for()
    assert page.locator(".job progress").get_attribute("value") is not None
    candidates(page)
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    assert [each["name"] for each in tried.layers()] == ["beach", "dream"]


def test_a_job_is_cancelled_while_it_is_painted(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("dream")
    page.locator("summary").click()
    page.locator("#setting-patience").fill("30")
    page.get_by_label("Extend to the right").click()
    page.locator(".job").get_by_text("Cancel").click()
    page.locator(".job").wait_for(state="detached")
    until(lambda: tried.get("jobs")[0]["state"] == "cancelled", page)


def test_a_failure_is_said_once_however_fast_it_comes(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("fail")
    page.get_by_label("Extend to the right").click()
    page.get_by_role("alert").get_by_text("out of paint").wait_for()
    page.locator(".job").wait_for(state="detached")
    assert tried.get("jobs")[0]["state"] == "failed"


def test_a_page_that_was_reloaded_is_told_of_the_failure(page: Any, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("fail")
    page.locator("summary").click()
    page.locator("#setting-patience").fill("1.5")
    page.get_by_label("Extend to the right").click()
    page.locator(".job").wait_for()
    page.reload()
    page.locator(".job").wait_for()
    page.get_by_role("alert").get_by_text("out of paint").wait_for()


def test_what_waits_to_be_looked_at_stays_in_the_hand_while_another_is_painted(page: Any, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.get_by_label("Extend downwards").click()
    page.locator("#queue").get_by_role("button", name="Look").wait_for()
    page.locator("#method").select_option("dream")
    page.locator("summary").click()
    page.locator("#setting-patience").fill("30")
    page.get_by_label("Extend to the left").click()
    page.locator(".job").wait_for()
    look = page.locator("#queue").get_by_role("button", name="Look")
    look.focus()
    figure = page.locator("#queue li").nth(1)
    before = figure.inner_text()
    until(lambda: figure.inner_text() != before, page)
    assert look.evaluate("each => each === document.activeElement")
    page.keyboard.press("Enter")
    page.locator("#queue").get_by_text("3 ready").wait_for()  # now the other one waits
    page.locator(".job").get_by_text("Cancel").click()
    page.locator(".job").wait_for(state="detached")


def test_a_refused_rejection_leaves_the_candidates(page: Any, browse: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.route("**/api/v1/jobs/*", lambda route: route.fulfill(status=409, json={"error": "not now"}))
    page.locator("#stage").focus()
    page.keyboard.press("Escape")
    page.get_by_role("alert").get_by_text("not now").wait_for()
    assert page.locator("#review").is_visible()
    assert frame_size(page) == (180, 90)
    page.unroute("**/api/v1/jobs/*")
    page.keyboard.press("Escape")
    page.locator("#review").wait_for(state="hidden")
    browse.complaints.clear()


def test_a_key_pressed_twice_decides_once(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Extend to the right").click()
    candidates(page)
    page.route("**/accept", lambda route: (page.wait_for_timeout(150), route.continue_()))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    assert not page.get_by_role("alert").is_visible()
    assert [each["state"] for each in tried.get("jobs")] == ["accepted"]


def test_the_first_candidate_is_accepted_before_the_others_are_painted(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("dream")
    page.locator("summary").click()
    page.locator("#setting-patience").fill("2")
    page.get_by_label("Extend to the right").click()
    page.get_by_text("1 / 1", exact=True).wait_for()
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    until(lambda: tried.get("jobs")[0]["state"] == "accepted", page)
    assert len(tried.layers()) == 2
    page.wait_for_timeout(300)
    assert page.locator(".job").count() == 0
    assert not page.get_by_role("alert").is_visible()
