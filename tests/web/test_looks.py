"""Themes, languages, help, the phone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from outpaint.canvas.recording import COMMANDS
from outpaint.registry import builtin_registry
from web.driving import Server, candidates, opened

pytestmark = pytest.mark.browser

TEXTS = Path(__file__).parents[2] / "src/outpaint/web/i18n"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_the_theme_is_switched_and_kept(page: Any) -> None:
    def plane() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = plane()
    page.get_by_label("Light or dark").click()
    dark = plane()
    assert dark != light
    page.reload()
    page.locator("html[data-connected=true]").wait_for()
    assert plane() == dark


def test_a_browser_that_keeps_nothing_is_enough(page: Any, photo: Path) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('not allowed'); } })"
    )
    page.reload()
    opened(page, photo)
    page.get_by_label("Light or dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_chinese_from_the_first_look_on(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, locale="zh-CN")
    page.get_by_text("把照片拖到这里").wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    opened(page, photo)
    page.get_by_label("向右扩展").click()
    candidates(page)
    page.keyboard.press("Enter")
    page.locator("#review").wait_for(state="hidden")
    page.get_by_role("tab", name="历史").click()
    page.get_by_text("打开照片: beach").wait_for()
    page.get_by_text("采纳候选").wait_for()
    page.locator("#language").click()
    page.get_by_role("tab", name="History").wait_for()


def test_every_kind_of_step_is_said_in_chinese(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, locale="zh-CN")
    opened(page, photo)
    layer = tried.layers()[0]["id"]
    box = [0, 0, 20, 20]
    for told in (
        {"kind": "AddLayer", "name": "云"},
        {"kind": "SetOpacity", "layer": layer, "opacity": 0.4},
        {"kind": "RenameLayer", "layer": layer, "name": "海滩"},
        {"kind": "SetVisible", "layer": layer, "visible": False},
        {"kind": "SetVisible", "layer": layer, "visible": True},
        {"kind": "SetLocked", "layer": layer, "locked": True},
        {"kind": "SetLocked", "layer": layer, "locked": False},
        {"kind": "MoveLayer", "layer": layer, "index": 1},
        {"kind": "MergeDown", "layer": layer},
        {"kind": "SetMask", "frame": box, "mode": "add"},
        {"kind": "SetMask", "frame": box, "mode": "subtract"},
    ):
        tried.post("canvas/commands", json.dumps(told).encode(), "application/json")
    page.get_by_role("tab", name="历史").click()
    page.locator(".steps li").nth(11).wait_for()
    assert page.locator(".steps li").all_inner_texts() == [
        "擦除蒙版", "蒙版", "向下合并: 海滩", "移动图层: 海滩", "解锁: 海滩", "锁定: 海滩", "显示: 海滩",
        "隐藏: 海滩", "重命名图层: 海滩", "不透明度: beach · 40 %", "添加图层: 云", "打开照片: beach",
    ]  # fmt: skip


def test_every_command_has_a_name() -> None:
    """In English the server's own."""
    text = (TEXTS / "zh.js").read_text()
    assert [kind for kind in COMMANDS if f'"step.{kind}": "' not in text] == []


@pytest.mark.parametrize("method", sorted(builtin_registry().methods))
def test_every_method_is_named_and_told_of_in_chinese(method: str) -> None:
    text = (TEXTS / "zh.js").read_text()
    assert f'"method.{method}": "' in text and f'"about.{method}": "' in text


def test_what_is_translated_is_still_said() -> None:
    source = "".join(each.read_text() for each in TEXTS.parents[1].glob("painters/**/*.py"))
    said = re.findall(r'"said\.([^"]+)"', (TEXTS / "zh.js").read_text())
    assert said and [each for each in said if f'"{each}"' not in source] == []


def test_both_languages_have_every_text() -> None:
    named = re.compile(r'^ *"?([\w. -]+?)"?: "|, "([\w. -]+?)": "', re.M)
    keys = [set(named.findall((TEXTS / f"{each}.js").read_text())) for each in ("en", "zh")]
    english, chinese = ({a or b for a, b in found} for found in keys)
    assert len(english) > 100
    assert english <= chinese
    assert all(
        each.startswith(("method.", "about.", "setting.", "choice.", "said.", "step.")) for each in chinese - english
    )


def test_help_and_a_whole_step_on_a_phone(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, **PHONE)
    opened(page, photo)
    page.get_by_label("Help and keys").tap()
    dialog = page.locator("#help")
    dialog.get_by_text("Wheel or pinch zooms").wait_for()
    box = dialog.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    dialog.get_by_label("Close").tap()
    page.locator("#grip").tap()
    page.get_by_label("Extend upwards").tap()
    candidates(page)
    assert not page.locator("#panel").evaluate("panel => panel.classList.contains('open')")
    page.locator("#review").get_by_text("Accept").tap()
    page.locator("#review").wait_for(state="hidden")
    assert len(tried.layers()) == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_every_button_can_be_hit_and_named(browse: Any, tried: Server, photo: Path) -> None:
    page = browse(tried.address, **PHONE)
    opened(page, photo)
    found = page.evaluate(
        """() => [...document.querySelectorAll("button")].filter((each) => each.checkVisibility()).map((each) => {
            const box = each.getBoundingClientRect();
            const name = each.getAttribute("aria-label") || each.textContent.trim();
            return { name, side: Math.min(box.width, box.height) };
        })"""
    )
    assert len(found) > 10
    assert [each for each in found if not each["name"]] == []
    assert [each for each in found if each["side"] < 24] == []
