"""The export dialog: every file is opened again and compared with what was put in."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from server.live import live
from web.driving import Server, export, opened, until
from web.tried import REGISTRY

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("kind", "ending", "format", "off"),
    [
        ("png", ".png", "PNG", 0),
        ("jpeg", ".jpg", "JPEG", 12),
        ("webp", ".webp", "WEBP", 24),
        ("tiff", ".tiff", "TIFF", 0),
    ],
)
def test_every_format_holds_the_picture(
    page: Any, photo: Path, kind: str, ending: str, format: str, off: int
) -> None:
    opened(page, photo)
    path = export(page, kind=kind)
    assert path.name.endswith(f"test{ending}")
    with Image.open(path) as found:
        assert (found.format, found.size) == (format, (120, 90))
        difference = np.asarray(found.convert("RGB")).astype(int) - np.asarray(Image.open(photo))
    assert np.abs(difference).mean() <= off / 4
    assert np.percentile(np.abs(difference), 95) <= off


def test_the_file_is_called_as_the_canvas_is(browse: Any, tmp_path: Path, photo: Path) -> None:
    with live(tmp_path / "北京.canvas", registry=REGISTRY) as address:
        page = browse(address)
        opened(page, photo)
        assert export(page).name.endswith("-北京.png")
        browse.close()


def test_frame_and_everything(page: Any, tried: Server, photo: Path) -> None:
    opened(page, photo)
    page.get_by_label("Right edge").focus()
    page.keyboard.press("Shift+ArrowRight")
    with Image.open(export(page, "frame")) as found:
        assert found.size == (184, 90)
        assert found.getpixel((180, 40))[3] == 0  # nothing is painted there
        assert np.array_equal(np.asarray(found.convert("RGB"))[:, :120], np.asarray(Image.open(photo)))
    with Image.open(export(page, "frame", "jpeg")) as found:
        assert min(found.getpixel((180, 40))) >= 250  # white, for want of transparency
    page.set_input_files("#file", photo.rename(photo.with_name("hill.png")))
    until(lambda: len(tried.layers()) == 2, page)
    page.get_by_role("tab", name="Layers").click()
    page.get_by_label("Visible: hill").click()
    page.locator(".invisible").wait_for()
    with Image.open(export(page, "content")) as found:
        assert found.size == (120, 90)
    with Image.open(export(page, "everything")) as found:
        assert found.size == (120 + 64 + 120, 90)


def test_quality_is_asked_where_it_matters(page: Any, photo: Path) -> None:
    opened(page, photo)
    page.keyboard.press("Control+Shift+e")
    shown = {}
    for kind in ("png", "jpeg", "webp", "tiff"):
        page.locator(f"#export input[value={kind}]").check(force=True)
        shown[kind] = page.locator("#quality").is_visible()
    assert shown == {"png": False, "jpeg": True, "webp": True, "tiff": False}
    page.keyboard.press("Escape")
    small = export(page, kind="jpeg", quality=20).stat().st_size
    assert small < export(page, kind="jpeg", quality=98).stat().st_size


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "tiff"])
def test_the_alt_text_is_kept_in_the_file(page: Any, photo: Path, kind: str) -> None:
    opened(page, photo)
    path = export(page, kind=kind, alt="A <red> square & more")
    with Image.open(path) as found:
        packet = found.info.get("xmp") or found.info.get("XML:com.adobe.xmp") or found.tag_v2[700]
    text = packet if isinstance(packet, str) else bytes(packet).decode()
    (said,) = ElementTree.fromstring(text.lstrip("\ufeff")).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")
    assert "AltTextAccessibility" in text
    assert said.text == "A <red> square & more"
