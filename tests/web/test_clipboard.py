"""Ctrl+C, Ctrl+X and Ctrl+V: what the frame shows, through the system's clipboard."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.driving import Server, exported, opened, until

pytestmark = pytest.mark.browser

HELD = """async () => {
    const [item] = await navigator.clipboard.read();
    return [...new Uint8Array(await (await item.getType("image/png")).arrayBuffer())];
}"""


@pytest.fixture
def page(browse: Any, tried: Server) -> Any:
    return browse(tried.address, permissions=["clipboard-read", "clipboard-write"])


def held(page: Any) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(bytes(page.evaluate(HELD)))).convert("RGB"))


def test_the_frame_is_copied_cut_and_pasted(page: Any, tried: Server, photo: Path) -> None:
    original = np.asarray(Image.open(photo))
    opened(page, photo)
    page.locator("#stage").focus()
    page.keyboard.press("Control+c")
    page.get_by_text("The frame is copied, 120 by 90 pixels.").wait_for()
    assert np.array_equal(held(page), original)
    assert np.array_equal(exported(page), original)

    page.keyboard.press("Control+x")
    page.get_by_text("The frame is cut out.").wait_for()
    assert tried.get("canvas")["content"] is None
    assert np.array_equal(held(page), original)
    assert tried.get("canvas/history")[0]["kind"] == "Erase"

    page.locator("#stage").focus()
    page.keyboard.press("Control+v")
    page.get_by_text("Photo opened, 120 by 90 pixels.").wait_for()
    assert len(tried.layers()) == 2
    assert np.array_equal(exported(page), original)
    page.keyboard.press("Control+z")
    page.locator("[data-action=export]:disabled").wait_for()
    page.keyboard.press("Control+z")
    page.locator("[data-action=export]:enabled").wait_for()
    assert len(tried.layers()) == 1
    assert np.array_equal(exported(page), original)


def test_what_is_pasted_lands_at_the_pointer(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#stage").focus()
    page.keyboard.press("Control+c")
    page.get_by_text("The frame is copied").wait_for()
    box = page.locator("#frame").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 45)
    page.keyboard.press("Control+v")
    until(lambda: len(tried.layers()) == 2, page)
    content = tried.get("canvas")["content"]
    assert (content["left"], content["top"]) == (0, 0)
    assert abs(content["width"] - 260) <= 1 and content["height"] == 90


def test_in_a_field_the_keys_are_the_fields(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.locator("#method").select_option("dream")
    page.locator("#prompt").fill("a lake")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    assert page.locator("#prompt").input_value() == ""
    assert page.evaluate("navigator.clipboard.readText()") == "a lake"
    assert tried.get("canvas")["content"] is not None


def test_without_a_clipboard_it_is_said(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    opened(page, photo)
    page.locator("#stage").focus()
    page.keyboard.press("Control+x")
    page.get_by_role("alert").get_by_text("no clipboard").wait_for()
    assert tried.get("canvas")["content"] is not None


HAND_OVER = """(name) => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", "a harbour");
    if (name === "paste") transfer.items.add(new File([new Uint8Array(9)], "image.png", { type: "image/png" }));
    const about = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
    const event = name === "paste" ? new ClipboardEvent(name, about) : new DragEvent(name, about);
    const asked = [];
    const plain = window.fetch;
    window.fetch = (...given) => (asked.push(String(given[0])), plain(...given));
    const untouched = document.getElementById("amount").dispatchEvent(event);
    return new Promise((done) => setTimeout(() => {
        window.fetch = plain;
        done([untouched, asked.filter((each) => each.includes("import"))]);
    }, 100));
}"""


@pytest.mark.parametrize("name", ["paste", "dragover", "drop"])
def test_words_for_a_field_are_the_fields(page: Any, photo: Path, name: str) -> None:
    """An office program puts a picture of its words into the clipboard, too."""
    opened(page, photo)
    assert page.evaluate(HAND_OVER, name) == [True, []]
