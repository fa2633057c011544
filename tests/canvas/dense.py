"""The oracle: the same document as dense arrays on a small plane, whose history copies everything."""

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from outpaint.canvas import (
    Accept,
    AddLayer,
    Command,
    Erase,
    MergeDown,
    MoveLayer,
    Paint,
    RemoveLayer,
    RenameLayer,
    SetLocked,
    SetMask,
    SetOpacity,
    SetVisible,
)
from outpaint.geometry import Frame

PLANE = Frame(-330, -300, 700, 640)


def over(below: np.ndarray, above: np.ndarray, opacity: float = 1.0) -> np.ndarray:
    """Floats, straight, alpha 0..1, laid over each other in double precision."""
    alpha = above[..., 3:] * opacity
    total = alpha + below[..., 3:] * (1 - alpha)
    colour = above[..., :3] * alpha + below[..., :3] * below[..., 3:] * (1 - alpha)
    return np.concatenate([colour / np.where(total == 0, 1, total), total], -1)


def premultiplied(pixels: np.ndarray) -> np.ndarray:
    """Floats, all four in 0..255."""
    return np.concatenate([pixels[..., :3] * (pixels[..., 3:] / 255), pixels[..., 3:]], -1)


def floats(pixels: np.ndarray) -> np.ndarray:
    return pixels / np.array([1, 1, 1, 255.0])


def whole(pixels: np.ndarray) -> np.ndarray:
    out = np.rint(pixels * np.array([1, 1, 1, 255.0])).astype(np.uint8)
    return out * (out[..., 3:] > 0)


@dataclass
class DenseLayer:
    id: int
    name: str
    pixels: np.ndarray
    visible: bool = True
    opacity: float = 1.0
    locked: bool = False


@dataclass
class Dense:
    """Layers from bottom to top, and the mask."""

    layers: list[DenseLayer] = field(default_factory=list)
    mask: np.ndarray = field(default_factory=lambda: np.zeros(PLANE.extent.shape, np.uint8))
    next_id: int = 2

    def view(self) -> np.ndarray:
        seen = [each for each in self.layers if each.visible and each.opacity]
        if len(seen) == 1 and seen[0].opacity == 1:
            return seen[0].pixels
        below = np.zeros((*PLANE.extent.shape, 4))
        for each in seen:
            below = over(below, floats(each.pixels), each.opacity)
        return whole(below)

    def state(self) -> Any:
        """Everything, in a form that can be compared."""
        said = [(each.id, each.name, each.visible, each.opacity, each.locked) for each in self.layers]
        return said, [each.pixels.tobytes() for each in self.layers], self.mask.tobytes()

    def do(self, command: Command) -> None:
        """ValueError where the document must refuse."""
        match command:
            case AddLayer(name, index):
                at = len(self.layers) if index is None else index
                if not 0 <= at <= len(self.layers):
                    raise ValueError
                self.layers.insert(at, self._new(name))
            case RemoveLayer(id):
                self.layers.remove(self._free(id))
            case RenameLayer(id, name):
                self._find(id).name = name
            case MoveLayer(id, index):
                layer = self._find(id)
                if not 0 <= index < len(self.layers):
                    raise ValueError
                self.layers.remove(layer)
                self.layers.insert(index, layer)
            case SetOpacity(id, opacity):
                self._find(id).opacity = opacity
            case SetVisible(id, visible):
                self._find(id).visible = visible
            case SetLocked(id, locked):
                self._find(id).locked = locked
            case MergeDown(id):
                upper = self._free(id)
                at = self.layers.index(upper)
                if at == 0:
                    raise ValueError
                lower = self._free(self.layers[at - 1].id)
                if not (upper.visible and lower.visible):
                    raise ValueError
                below = floats(lower.pixels) * np.array([1, 1, 1, lower.opacity])
                lower.pixels = whole(over(below, floats(upper.pixels), upper.opacity))
                lower.opacity = 1.0
                self.layers.remove(upper)
            case Paint(id, frame, pixels, replace):
                region = self._free(id).pixels[frame.inside(PLANE)]
                new = pixels * (pixels[..., 3:] > 0)
                region[:] = new if replace else whole(over(floats(region), floats(new)))
            case Erase(id, frame, coverage):
                seen = [each for each in self.layers if each.visible and each.opacity and not each.locked]
                rest = 255 - (np.full(frame.extent.shape, 255, np.uint8) if coverage is None else coverage)
                for layer in seen if id is None else [self._free(id)]:
                    region = layer.pixels[frame.inside(PLANE)]
                    region[..., 3] = np.floor(region[..., 3] * rest.astype(float) / 255 + 0.5)
                    region *= region[..., 3:] > 0
            case SetMask(frame, values, mode):
                region = self.mask[frame.inside(PLANE)]
                new = np.full_like(region, 255) if values is None else values
                masked = {"replace": new, "add": np.maximum(region, new), "subtract": np.minimum(region, 255 - new)}
                masked["invert"] = np.abs(region.astype(int) - new).astype(np.uint8)
                region[:] = masked[mode]
            case Accept(frame, pixels, painted, id, name, clear_mask):
                if id is None:
                    self.layers.append(self._new(name))
                layer = self.layers[-1] if id is None else self._free(id)
                take = painted > 0
                layer.pixels[frame.inside(PLANE)][take] = (pixels * (pixels[..., 3:] > 0))[take]
                if clear_mask:
                    region = self.mask[frame.inside(PLANE)]
                    region[take | (region < 128)] = 0

    def _new(self, name: str) -> DenseLayer:
        self.next_id += 1
        return DenseLayer(self.next_id - 1, name, np.zeros((*PLANE.extent.shape, 4), np.uint8))

    def _find(self, id: int) -> DenseLayer:
        for each in self.layers:
            if each.id == id:
                return each
        raise ValueError

    def _free(self, id: int) -> DenseLayer:
        if self._find(id).locked:
            raise ValueError
        return self._find(id)


class DenseHistory:
    """The oracle of undo and redo."""

    def __init__(self) -> None:
        self.now = Dense()
        self._before: list[Dense] = []
        self._after: list[Dense] = []

    def do(self, command: Command) -> bool:
        """Whether the document must accept it."""
        new = copy.deepcopy(self.now)
        try:
            new.do(command)
        except ValueError:
            return False
        if new.state() != self.now.state():
            self._before.append(self.now)
            self._after.clear()
            self.now = new
        return True

    def undo(self) -> bool:
        return self._walk(self._before, self._after)

    def redo(self) -> bool:
        return self._walk(self._after, self._before)

    def _walk(self, source: list[Dense], target: list[Dense]) -> bool:
        if not source:
            return False
        target.append(self.now)
        self.now, next_id = source.pop(), self.now.next_id
        self.now.next_id = next_id
        return True
