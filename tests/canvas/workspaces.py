"""Workspaces as the two programs write them, and what those programs would show, as dense arrays on a small plane."""

import base64
import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from canvas.dense import PLANE, floats, over, whole
from canvas.strokes import random_frame
from outpaint.geometry import Frame


def png64(pixels: np.ndarray) -> str:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return base64.b64encode(out.getvalue()).decode()


def data_url(pixels: np.ndarray) -> str:
    return "data:image/png;base64," + png64(pixels)


def cut_out(random: np.random.Generator, frame: Frame) -> np.ndarray:
    """Noise with holes: every alpha is 0 or 255, so that laying over is exact in every program."""
    pixels = random.integers(0, 256, (*frame.extent.shape, 4), np.uint8)
    pixels[..., 3] = np.where(pixels[..., 3] > 80, 255, 0)
    return pixels


def sdinf(chunks: dict[tuple[int, int], np.ndarray]) -> bytes:
    """A file of stablediffusion-infinity."""
    data = {f"{x},{y}": png64(pixels) for (x, y), pixels in chunks.items()}
    view = {"width": 1024, "height": 600, "selection_width": 256, "selection_height": 256}
    return json.dumps({**view, "view_pos": [1536, 1748], "cursor": [384, 172], "scale": 1.0, "data": data}).encode()


@dataclass
class OpenOutpaint:
    """Draws like the program and writes down what it would save."""

    history: list[dict[str, Any]] = field(default_factory=list)
    order: list[str] = field(default_factory=lambda: ["first"])
    pixels: dict[str, np.ndarray] = field(default_factory=lambda: {"first": _clear()})
    hidden: set[str] = field(default_factory=set)

    def file(self) -> bytes:
        for step in self.history:
            if step["command"] == "addLayer":
                id = step["data"]["id"]
                step["data"]["hidden"] = id in self.hidden or id not in self.order
        box = {"x": 0, "y": 0, "w": 2048, "h": 2048}
        first = {"id": "first", "name": "Default Image Layer"}
        return json.dumps({"defaultLayer": first, "bb": box, "history": self.history}).encode()

    def add(self, id: str) -> None:
        self.order.append(id)
        self.pixels[id] = _clear()
        data = {"id": id, "hidden": False, "name": f"Layer {id}", "group": None, "key": None, "deletable": True}
        self._write("addLayer", **data)

    def move(self, id: str, place: int) -> None:
        old = self.order.index(id)
        self.order.insert(place, self.order.pop(old))
        self._write("moveLayer", layer=id, position=place, oldposition=old)

    def delete(self, id: str) -> None:
        self._write("deleteLayer", layer=id, position=self.order.index(id))
        self.order.remove(id)

    def merge(self, id: str) -> None:
        below = self.order[self.order.index(id) - 1]
        self.pixels[below] = whole(over(floats(self.pixels[below]), floats(self.pixels[id])))
        self.order.remove(id)
        self._write("mergeLayer", layerS=id, layerD=below)

    def draw(self, id: str, frame: Frame, image: np.ndarray, saved: np.ndarray | None = None) -> None:
        """saved: the image at another size than its box."""
        region = self.pixels[id][frame.inside(PLANE)]
        picture, before = data_url(image if saved is None else saved), data_url(region)
        region[:] = whole(over(floats(region), floats(image)))
        self._write("drawImage", image=picture, original=before, box=_box(frame), layer=id)

    def erase(self, id: str, frame: Frame, mask: np.ndarray | None) -> None:
        region = self.pixels[id][frame.inside(PLANE)]
        before = data_url(region)
        rest = 0 if mask is None else 1 - mask[..., 3] / 255
        region[..., 3] = np.rint(region[..., 3] * rest)
        region *= region[..., 3:] > 0
        said = None if mask is None else data_url(mask)
        self._write("eraseImage", original=before, mask=said, box=_box(frame), layer=id)

    def seen(self) -> np.ndarray:
        below = floats(_clear())
        for id in self.order:
            if id not in self.hidden:
                below = over(below, floats(self.pixels[id]))
        return whole(below)

    def _write(self, command: str, **data: Any) -> None:
        self.history.append({"command": command, "title": command, "data": data})


def random_workspace(random: np.random.Generator, steps: int) -> OpenOutpaint:
    program, made = OpenOutpaint(), 0
    for _ in range(steps):
        id, chance = str(random.choice(program.order)), random.random()
        if chance < 0.15:
            made += 1
            program.add(f"l{made}")
        elif chance < 0.25:
            program.move(id, int(random.integers(len(program.order))))
        elif chance < 0.35 and program.order.index(id) > 0:
            program.merge(id)
        elif chance < 0.4 and len(program.order) > 2:
            program.delete(id)
        elif chance < 0.55:
            frame = random_frame(random)
            program.erase(id, frame, cut_out(random, frame) if random.random() < 0.5 else None)
        else:
            frame = random_frame(random)
            program.draw(id, frame, cut_out(random, frame))
    program.hidden = {id for id in program.order if random.random() < 0.3}
    program.hidden.discard("first")  # whether it was hidden is not saved
    return program


def _clear() -> np.ndarray:
    return np.zeros((*PLANE.extent.shape, 4), np.uint8)


def _box(frame: Frame) -> dict[str, int]:
    return {"x": frame.left, "y": frame.top, "w": frame.width, "h": frame.height}
