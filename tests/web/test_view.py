"""Moving about on the plane: wheel, drag, fingers."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.driving import PAN, Server, opened, painted

pytestmark = pytest.mark.browser


def test_the_wheel_zooms_at_the_cursor(page: Any, photo: Path) -> None:
    opened(page, photo)
    painted(page)
    corner = page.locator(".handle.nw").bounding_box()
    x, y = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    page.mouse.move(x + 3, y + 3)
    page.keyboard.press("h")
    page.mouse.move(x - 30, y - 30)
    page.mouse.wheel(0, -100)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(300)
    zoomed = page.locator(".handle.nw").bounding_box()
    factor = float(page.locator("#zoom").inner_text().replace("%", "").strip()) / 100
    assert factor > 1.2
    assert zoomed["x"] + zoomed["width"] / 2 - (x - 30) == pytest.approx(30 * factor, abs=2)


def test_space_and_the_middle_button_pan_and_two_fingers_zoom(page: Any, photo: Path) -> None:
    opened(page, photo)
    painted(page)
    where = page.locator("#frame").bounding_box()
    page.locator("#stage").focus()
    page.mouse.move(500, 700)
    page.keyboard.down(" ")
    drag(page, (40, 10))
    page.keyboard.up(" ")
    drag(page, (5, 20), button="middle")
    moved = page.locator("#frame").bounding_box()
    assert (moved["x"] - where["x"], moved["y"] - where["y"]) == (45, 30)

    touch = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 100), ("touchMove", 150), ("touchMove", 200), ("touchEnd", None)):
        points = [{"x": 540 + apart / 2 * side, "y": 640, "id": side} for side in (-1, 1)] if apart else []
        for point in points:
            point["id"] += 1
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(300)
    assert page.locator("#frame").bounding_box()["width"] == pytest.approx(moved["width"] * 2, rel=0.05)


def drag(page: Any, by: tuple[int, int], button: str = "left") -> None:
    page.mouse.move(500, 700)
    page.mouse.down(button=button)
    page.mouse.move(500 + by[0], 700 + by[1], steps=3)
    page.mouse.up(button=button)


def test_fingers_on_a_phone(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened(page, photo)
    painted(page)
    before = page.locator("#frame").bounding_box()
    touch = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 60), ("touchMove", 90), ("touchMove", 120), ("touchEnd", None)):
        points = [{"x": 195 + apart / 2 * side, "y": 430, "id": int(side > 0)} for side in (-1, 1)] if apart else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(300)
    after = page.locator("#frame").bounding_box()
    assert after["width"] == pytest.approx(before["width"] * 2, rel=0.08)
    for kind, x in (("touchStart", 60), ("touchMove", 80), ("touchMove", 110), ("touchEnd", None)):
        points = [{"x": x, "y": 160, "id": 0}] if x else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(300)
    assert page.locator("#frame").bounding_box()["x"] == pytest.approx(after["x"] + 50, abs=2)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_zoomed_view_shows_the_pixels_that_are_there(page: Any, photo: Path) -> None:
    """Panned far enough that the sheet behind the window is made anew, the picture stands where the frame is."""
    opened(page, photo)
    page.locator("#stage").focus()
    page.keyboard.press("1")
    page.keyboard.press("h")
    for _ in range(3):
        drag(page, (230, -150))
        drag(page, (-200, 140))
    shown = painted(page)
    box = page.locator("#frame").bounding_box()
    x, y = round(box["x"]), round(box["y"])
    original = np.asarray(Image.open(photo)).astype(int)
    assert np.abs(shown[y : y + 90, x : x + 120] - original).max() <= 1


def test_frames_are_counted_while_something_moves(page: Any, photo: Path) -> None:
    opened(page, photo)
    painted(page)
    page.keyboard.press("?")
    page.get_by_text("Show how many pictures a second are drawn").click()
    page.keyboard.press("Escape")
    page.evaluate(PAN, 1500)
    found = re.match(r"(\d+) fps · (\d+) ms", page.locator("#frames").inner_text())
    assert found
    assert 5 < int(found[1]) < 250  # how fast is a question for a quiet machine


def test_a_fine_screen_is_drawn_finely_once_it_rests(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, device_scale_factor=2)
    opened(page, photo)
    page.mouse.move(600, 450)
    for _ in range(12):
        page.mouse.wheel(0, -30)
    page.evaluate(PAN, 600)
    painted(page)
    assert page.evaluate("[picture.width, picture.height]") == [2880, 1800]


@pytest.mark.slow
def test_panning_and_zooming_hold_fifty_frames_a_second(browse: Any, tried: Server, tmp_path: Path) -> None:
    """On a machine with nothing else to do; the page's own counter, software rendering, 4096 x 4096 pixels."""
    coarse = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(coarse).resize((4096, 4096), Image.Resampling.BICUBIC).save(tmp_path / "large.jpg")
    page = browse(tried.address)
    page.evaluate("localStorage.setItem('frames', 'on'); localStorage.setItem('wheel', 'pan')")
    page.reload()
    opened(page, tmp_path / "large.jpg")
    painted(page)
    for key in ("0", "1"):
        page.locator("#stage").focus()
        page.keyboard.press(key)
        painted(page)
        for zooms in (False, True):
            best = 0.0
            for _ in range(3):
                page.evaluate(ZOOM if zooms else PAN, 2500)
                best = max(best, float(page.locator("#frames").get_attribute("data-fps")))
            assert best >= 50, f"{'zoom' if zooms else 'pan'} from key {key}: {best:.0f} frames a second"


ZOOM = PAN.replace("deltaX: 9 * way, deltaY: 5 * way", "deltaY: 1.5 * way, ctrlKey: true")
