"""How photos come onto the canvas."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from canvas.workspaces import OpenOutpaint, cut_out
from outpaint.geometry import Frame
from web.driving import Server, export, exported, frame_size, hand_over, opened, until

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


def test_a_workspace_is_dropped_and_is_one_step(page: Any, tried: Server) -> None:
    page.get_by_text("Drop a photo here").wait_for()
    workspace = OpenOutpaint()
    pixels = cut_out(np.random.default_rng(3), Frame(0, 0, 90, 70))
    workspace.add("above")
    workspace.draw("first", Frame(0, 0, 90, 70), pixels)
    workspace.draw("above", Frame(40, 10, 90, 70), pixels)
    transfer = hand_over(page, [("workspace.json", workspace.file())])
    page.locator("#stage").dispatch_event("drop", {"dataTransfer": transfer, "clientX": 400, "clientY": 400})
    page.locator("#frame").wait_for()
    assert len(tried.layers()) == 2
    box = tried.get("canvas")["content"]
    assert frame_size(page) == (box["width"], box["height"])
    shown = np.asarray(Image.open(export(page)).convert("RGBA"))
    opaque = pixels[..., 3] == 255
    np.testing.assert_array_equal(shown[10:80, 40:130][opaque], pixels[opaque])
    page.keyboard.press("Control+z")
    page.locator("#empty").wait_for()


def test_a_photo_waits_for_its_turn(page: Any, browse: Any, tried: Server, photo: Path) -> None:
    answers = []

    def refuse_twice(route: Any) -> None:
        answers.append(route.request.url)
        if len(answers) > 2:
            return route.continue_()
        body = {"error": "too many pictures are being read"}
        return route.fulfill(status=429, headers={"Retry-After": "1"}, json=body)

    page.route("**/canvas/import", refuse_twice)
    opened(page, photo)
    assert len(answers) == 3
    assert not page.get_by_role("alert").is_visible()
    assert len(tried.layers()) == 1
    browse.complaints.clear()
