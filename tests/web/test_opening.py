"""How photos come onto the canvas."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.driving import Server, exported, frame_size, hand_over, until

pytestmark = pytest.mark.browser


def test_photos_are_dropped_one_beside_the_other(page: Any, tried: Server, photo: Path) -> None:
    original = np.asarray(Image.open(photo))
    page.get_by_text("Drop a photo here").wait_for()
    transfer = hand_over(page, [("first.png", photo.read_bytes()), ("second.png", photo.read_bytes())])
    page.locator("#stage").dispatch_event("drop", {"dataTransfer": transfer, "clientX": 400, "clientY": 400})
    until(lambda: len(tried.layers()) == 2, page)
    assert [each["name"] for each in tried.layers()] == ["first", "second"]
    page.locator(".layers .name").nth(2).wait_for(state="attached")
    until(lambda: tried.get("canvas")["content"]["width"] == 2 * 120 + 64, page)
    both = exported(page)
    assert np.array_equal(both[:, :120], original)
    assert np.array_equal(both[:, -120:], original)
    assert frame_size(page) == (120, 90)


def test_a_photo_is_pasted(page: Any, tried: Server, photo: Path) -> None:
    page.get_by_text("Drop a photo here").wait_for()
    transfer = hand_over(page, [("image.png", photo.read_bytes())])
    page.evaluate(
        """(clipboardData) => {
            const pasted = new ClipboardEvent("paste", { clipboardData, bubbles: true });
            document.getElementById("stage").dispatchEvent(pasted);
        }""",
        transfer,
    )
    page.locator("#frame").wait_for()
    assert np.array_equal(exported(page), np.asarray(Image.open(photo)))


def test_what_is_no_photo_is_refused_in_words(page: Any, browse: Any, tmp_path: Path) -> None:
    text = tmp_path / "letter.png"
    text.write_text("Dear all")
    page.set_input_files("#file", text)
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text()
    assert page.locator("#empty").is_visible()
    assert all("400" in each or "422" in each for each in browse.complaints)
    browse.complaints.clear()


def test_an_example_photo_is_one_click_away(page: Any) -> None:
    page.get_by_label("Example: the Great Wall").click()
    page.locator("#frame").wait_for()
    with Image.open(Path(__file__).parents[2] / "src/outpaint/web/examples/great-wall.jpg") as example:
        assert frame_size(page) == example.size
        assert np.array_equal(exported(page), np.asarray(example.convert("RGB")))
