"""Whole sessions with the engine that comes along: everything is there afterwards, and found again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.driving import Process, candidates, exported, frame_size, masked, opened, painted, until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browse: Any, server: Process) -> Any:
    return browse(server.address, reduced_motion="no-preference")


def test_a_photo_is_extended_and_everything_is_found_again(page: Any, photo: Path) -> None:
    original = np.asarray(Image.open(photo))
    page.get_by_text("Drop a photo here").wait_for()
    opened(page, photo)
    assert frame_size(page) == (120, 90)
    assert np.array_equal(exported(page), original)

    page.get_by_label("Extend to the right").click()
    candidates(page)
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
    opened(page, photo)
    page.get_by_label("Right edge").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert frame_size(page) == (184, 90)
    page.locator("#stage").focus()
    page.keyboard.press("Control+Enter")
    candidates(page)
    page.keyboard.press("Escape")
    page.locator("#review").wait_for(state="hidden")
    assert np.array_equal(exported(page), np.asarray(Image.open(photo)))


def test_a_mask_is_shown_undone_and_found_again(page: Any, photo: Path) -> None:
    opened(page, photo)
    plain = painted(page)
    masked(page, (540, 440), (600, 470))
    tinted = painted(page)
    assert np.abs(tinted - plain)[430:480, 530:610].max() > 20
    page.reload()
    page.locator("#frame").wait_for()
    until(lambda: np.array_equal(painted(page)[430:480, 530:610], tinted[430:480, 530:610]), page)
    page.keyboard.press("Control+z")
    until(lambda: np.array_equal(painted(page)[430:480, 530:610], plain[430:480, 530:610]), page)
