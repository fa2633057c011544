"""The page with a model: its fields, pictures of the steps in place, and cancelling within a step."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

from web.driving import opened, painted, shot

pytestmark = [pytest.mark.browser, pytest.mark.diffusion]


def test_steps_are_shown_in_place_and_cancelled(browse, server, photo, tmp_path):
    import checkpoints

    page = browse(server.address)
    model = checkpoints.folder("sd1-inpainting", tmp_path / "tiny")
    opened(page, photo)
    page.locator("#method").select_option("sd-inpaint")
    page.locator("#setting-model").fill(str(model))
    page.locator("#prompt").fill("a red tree")
    page.locator("#method").select_option("blended")
    assert page.locator("#setting-model").input_value() == str(model)  # the model stays when the method changes
    page.locator("#paint details").evaluate("each => { each.open = true }")
    page.locator("#setting-steps").fill("500")

    with page.expect_response(lambda answer: "preview.png" in answer.url and answer.ok, timeout=60_000):
        page.get_by_label("Extend to the right").click()
    page.wait_for_timeout(500)
    during, box = shot(page), page.locator("#frame").bounding_box()
    assert page.locator(".job progress").count() == 1
    page.locator(".job button").click()
    page.locator(".job").wait_for(state="detached", timeout=10_000)
    after = painted(page)
    rows = slice(int(box["y"]) + 4, int(box["y"] + box["height"]) - 4)
    new = slice(int(box["x"] + box["width"] * 0.7), int(box["x"] + box["width"]) - 4)
    old = slice(int(box["x"]) + 4, int(box["x"] + box["width"] * 0.6))
    assert (during[rows, new] != after[rows, new]).mean() > 0.5  # a rough picture was there, and is gone
    assert (during[rows, old] == after[rows, old]).mean() > 0.95  # the photo beside it never changed

    page.locator("#setting-steps").fill("2")
    page.locator("#count").fill("1")
    page.get_by_label("Extend to the right").click()
    page.get_by_text("1 / 1").wait_for(timeout=60_000)
