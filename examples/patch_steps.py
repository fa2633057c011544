"""Make the pictures of docs/patch.md: what each step of the patch engine does."""

from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
from PIL import Image

import outpaint
from outpaint.painters.patch import engine
from outpaint.painters.patch.pieces import Pieces
from outpaint.painters.patch.pyramid import MARGIN
from outpaint.painters.patch.search import Completion, Rules

HERE = Path(__file__).parent
IMAGES = HERE.parent / "docs" / "images"
PAPER = (255, 255, 255)
Pixels = npt.NDArray[np.float32]


def main() -> None:
    """Write docs/images/patch-steps.jpg and docs/images/explosion.jpg."""
    steps((HERE / "great-wall.jpg"), IMAGES / "patch-steps.jpg")
    explosion(IMAGES / "explosion.jpg")


def steps(photo: Path, target: Path) -> None:
    """Five panels: the photo in its frame, the rough picture, the pieces, what they copy, the answer."""
    seen: dict[str, object] = {}
    choose, compose = engine.chosen, engine.composed

    def chosen(rough: Completion, rules: Rules) -> Pieces:
        seen["rough"] = rough.level.canvas[MARGIN:-MARGIN, MARGIN:-MARGIN, :3].copy()
        return choose(rough, rules)

    def composed(pixels: Pixels, known: npt.NDArray[np.bool_], pieces: Pieces) -> Pixels:
        colours = np.random.default_rng(3).random((len(pieces.shifts), 3)).astype(np.float32)
        copied = np.where(known[..., None], pixels, pixels[pieces.sources()])
        seen["pieces"] = np.where(known[..., None], pixels, 0.55 * colours[pieces.labels] + 0.45 * copied)
        seen["copied"] = copied
        seen["photo"] = np.where(known[..., None], pixels, 1)
        return compose(pixels, known, pieces)

    small = Image.open(photo)
    small.thumbnail((640, 640), Image.Resampling.LANCZOS)
    with mock.patch.object(engine, "chosen", chosen), mock.patch.object(engine, "composed", composed):
        answer = outpaint.extend(small, all="25%").image
    panels = [picture(seen[name], answer.size) for name in ("photo", "rough", "pieces", "copied")]
    sheet([*panels, answer], 3).save(target, quality=85)
    print(target)


def explosion(target: Path) -> None:
    """A burst cut by the left edge of its picture, and the same extended to the left."""
    chance = np.random.default_rng(4)
    y, x = np.mgrid[:384, :448].astype(np.float32)
    angle, far = np.arctan2(y - 192, x), np.hypot(y - 192, x)
    light = 1.3 * np.exp(-((far / 62) ** 2))
    for _ in range(120):
        ray = np.exp(-(((angle - chance.uniform(-1.6, 1.6)) / chance.uniform(0.008, 0.03)) ** 2))
        light += ray * np.clip(1 - far / chance.uniform(60, 190), 0, 1)
    half = Image.fromarray(np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8)).convert("RGB")
    result = outpaint.extend(half, left=256).image
    before = Image.new("RGB", result.size, PAPER)
    before.paste(half, (256, 0))
    sheet([before, result], 2).save(target, quality=88)
    print(target)


def picture(pixels: object, size: tuple[int, int]) -> Image.Image:
    """0..1 or 0..255, any size, as a panel."""
    array = np.asarray(pixels)
    if array.dtype != np.uint8:
        array = np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(array).resize(size, Image.Resampling.NEAREST)


def sheet(panels: list[Image.Image], columns: int) -> Image.Image:
    """Panels side by side, 1200 pixels wide."""
    wide, high = panels[0].size
    rows = -(-len(panels) // columns)
    page = Image.new("RGB", (columns * (wide + 16) - 16, rows * (high + 16) - 16), PAPER)
    for number, panel in enumerate(panels):
        page.paste(panel, (number % columns * (wide + 16), number // columns * (high + 16)))
    page.thumbnail((1200, 1200), Image.Resampling.LANCZOS)
    return page


if __name__ == "__main__":
    main()
