"""Workspaces of zero01101's openOutpaint (*_openOutpaint_workspace.json): everything that was done, to do again.

{"defaultLayer": {"id", "name"}, "bb": {...}, "history": [{"command", "title", "data"}]} with the commands
    addLayer {id, name, hidden}   moveLayer {layer, position}   deleteLayer {layer}   mergeLayer {layerS, layerD}
    drawImage {image, box {x, y, w, h}, layer}   eraseImage {mask or null, box, layer}
Pictures are data URLs, drawn to fill their box; of a mask, the alpha is what is taken away. `original`, what was
there before, is not needed. `hidden` is the state when it was saved, and true of layers that were deleted or merged.
Whatever is done to a layer after that is seen by nobody and left out. A merged picture stays in its place.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from outpaint.canvas.commands import (
    AddLayer,
    Erase,
    MergeDown,
    MoveLayer,
    Paint,
    RemoveLayer,
    SetVisible,
    layer_name,
)
from outpaint.canvas.importing.reading import (
    MAX_LAYERS,
    MAX_STEPS,
    Budget,
    Commands,
    Workspace,
    damaged,
    mapping,
    picture,
    text,
    whole,
)
from outpaint.canvas.packing import Samples8
from outpaint.canvas.tiles import check_frame
from outpaint.geometry import Frame

_NOTHING = "data:,"
"""The data URL of a browser's canvas that is empty or too large."""


def reads(record: Mapping[str, Any]) -> bool:
    return "history" in record and "defaultLayer" in record


def read(record: Mapping[str, Any], name: str, max_pixels: int) -> Workspace:
    """Looks at every step, but decodes no picture yet. FileError if a step makes no sense."""
    first = mapping(record["defaultLayer"], "its default layer")
    history = record["history"]
    if not isinstance(history, list) or len(history) > MAX_STEPS:
        raise damaged(f"its history is no list of up to {MAX_STEPS} steps")
    steps = [("addLayer", first)] + [_step(each, f"step {n}") for n, each in enumerate(history, 1)]
    added = [text(data.get("id"), "a layer's id") for kind, data in steps if kind == "addLayer"]
    if len(set(added)) < len(added) or len(added) > MAX_LAYERS:
        raise damaged(f"its layers are not up to {MAX_LAYERS} different ones")
    budget = Budget(max_pixels)
    boxes = [budget.spend(_box(data)) for kind, data in steps if kind in ("drawImage", "eraseImage")]

    def commands(x: int, y: int, below: int) -> Commands:
        return _Replay(x, y, below, max_pixels, Budget(max_pixels)).commands(steps)

    return Workspace(reduce(or_, boxes, Frame(0, 0, 0, 0)), commands)


def _step(value: object, what: str) -> tuple[str, Mapping[str, Any]]:
    step = mapping(value, what)
    kind = text(step.get("command"), f"the command of {what}")
    if kind not in _DOING:
        raise damaged(f"{what} is {kind!r:.40}, which openOutpaint does not know")
    return kind, mapping(step.get("data"), f"the data of {what}")


def _box(data: Mapping[str, Any]) -> Frame:
    box = mapping(data.get("box"), "a box")
    left, top, width, height = (whole(box.get(name), f"{name} of a box") for name in "xywh")
    return check_frame(Frame(left, top, max(width, 1), max(height, 1)))


@dataclass
class _Replay:
    """layers: those that are left, from the bottom.   ours: theirs and our ids.   hidden: when it was saved.

    drawn: pixels that were drawn on each, which is what merging costs at most.
    """

    x: int
    y: int
    below: int
    max_pixels: int
    budget: Budget
    layers: list[str] = field(default_factory=list)
    ours: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    drawn: Counter[str] = field(default_factory=Counter)

    def commands(self, steps: list[tuple[str, Mapping[str, Any]]]) -> Commands:
        for kind, data in steps:
            yield from _DOING[kind](self, data)
        for id in self.layers:
            if id in self.hidden:
                yield SetVisible(self.ours[id], False)

    def there(self, data: Mapping[str, Any], name: str = "layer") -> str | None:
        """The layer that a step is about; None if it is gone."""
        id = text(data.get(name), f"the {name} of a step")
        if id not in self.ours:
            raise damaged(f"a step is about the layer {id!r:.40}, which nothing has made")
        return id if id in self.layers else None

    def add(self, data: Mapping[str, Any]) -> Commands:
        id = data["id"]
        layer = yield AddLayer(layer_name(str(data.get("name") or ""), "Layer"))
        assert layer is not None
        self.layers.append(id)
        self.ours[id] = layer
        if data.get("hidden") is True:
            self.hidden.add(id)

    def draw(self, data: Mapping[str, Any]) -> Commands:
        id, code = self.there(data), text(data.get("image"), "an image")
        if id and code != _NOTHING:
            frame = _box(data)
            self.drawn[id] += frame.extent.area
            yield Paint(self.ours[id], frame.moved(self.x, self.y), self._filling(frame, code, "an image"))

    def erase(self, data: Mapping[str, Any]) -> Commands:
        id, mask, frame = self.there(data), data.get("mask"), _box(data)
        if id and mask != _NOTHING:
            coverage = None if mask is None else self._filling(frame, text(mask, "a mask"), "a mask")[..., 3].copy()
            yield Erase(self.ours[id], frame.moved(self.x, self.y), coverage)

    def move(self, data: Mapping[str, Any]) -> Commands:
        id, place = self.there(data), whole(data.get("position"), "a layer's position")
        if id and 0 <= place < len(self.layers):
            yield self._moved(id, place)

    def delete(self, data: Mapping[str, Any]) -> Commands:
        if id := self.there(data):
            self.layers.remove(id)
            yield RemoveLayer(self.ours[id])

    def merge(self, data: Mapping[str, Any]) -> Commands:
        upper, lower = self.there(data, "layerS"), self.there(data, "layerD")
        if upper and lower and upper != lower:
            if self.layers.index(upper) != self.layers.index(lower) + 1:
                rest = [id for id in self.layers if id != upper]
                yield self._moved(upper, rest.index(lower) + 1)
            self.layers.remove(upper)
            self.budget.charge(self.drawn[upper])
            self.drawn[lower] += self.drawn[upper]
            yield MergeDown(self.ours[upper])

    def _moved(self, id: str, place: int) -> MoveLayer:
        self.layers.remove(id)
        self.layers.insert(place, id)
        return MoveLayer(self.ours[id], self.below + place)

    def _filling(self, frame: Frame, code: str, what: str) -> Samples8:
        pixels = picture(code, what, self.max_pixels)
        if pixels.shape[:2] == frame.extent.shape:
            return pixels
        from PIL import Image

        image = Image.fromarray(pixels).convert("RGBa").resize((frame.width, frame.height), Image.Resampling.BILINEAR)
        return np.asarray(image.convert("RGBA"))


_DOING: Mapping[str, Callable[[_Replay, Mapping[str, Any]], Commands]] = {
    "addLayer": _Replay.add,
    "drawImage": _Replay.draw,
    "eraseImage": _Replay.erase,
    "moveLayer": _Replay.move,
    "deleteLayer": _Replay.delete,
    "mergeLayer": _Replay.merge,
}
