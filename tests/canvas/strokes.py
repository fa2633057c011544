"""Random commands on a small plane round the origin, the same for the same generator."""

import numpy as np

from canvas.dense import PLANE
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

_KINDS = (
    *[Paint] * 6,
    *[Accept, Erase, SetMask] * 2,
    *(AddLayer, RemoveLayer, RenameLayer, MoveLayer, SetOpacity, SetVisible, SetLocked, MergeDown),
)


def random_frame(random: np.random.Generator) -> Frame:
    width, height = random.integers(1, 300, 2).tolist()
    left = int(random.integers(PLANE.left, PLANE.right - width + 1))
    top = int(random.integers(PLANE.top, PLANE.bottom - height + 1))
    return Frame(left, top, width, height)


def random_pixels(random: np.random.Generator, frame: Frame) -> np.ndarray:
    """Flat or noisy, opaque, half transparent or with holes."""
    shape = (*frame.extent.shape, 4) if random.random() < 0.5 else (1, 1, 4)
    pixels = np.broadcast_to(random.integers(0, 256, shape, np.uint8), (*frame.extent.shape, 4)).copy()
    pixels[..., 3] = (pixels[..., 3], 255, np.where(pixels[..., 3] > 99, 255, 0))[random.integers(3)]
    return pixels


def random_command(random: np.random.Generator, layers: list[int]) -> Command:
    """On one of these layers; often one that the document has to refuse."""
    kind = _KINDS[random.integers(len(_KINDS))] if layers else AddLayer
    layer = int(random.choice(layers)) if layers else 0
    frame = random_frame(random)
    values = random.integers(0, 256, frame.extent.shape, np.uint8) if random.random() < 0.7 else None
    if kind is Paint:
        return Paint(layer, frame, random_pixels(random, frame), bool(random.integers(2)))
    if kind is Accept:
        painted = random.random(frame.extent.shape) < 0.5
        onto = layer if random.random() < 0.7 else None
        return Accept(frame, random_pixels(random, frame), painted, onto, clear_mask=bool(random.integers(2)))
    if kind is Erase:
        return Erase(layer, frame, values)
    if kind is SetMask:
        return SetMask(frame, values, ("replace", "add", "subtract", "invert")[random.integers(4)])
    if kind is AddLayer:
        return AddLayer(f"Layer {random.integers(100)}", int(random.integers(3)) if random.random() < 0.5 else None)
    if kind is RenameLayer:
        return RenameLayer(layer, f"Name {random.integers(3)}")
    if kind is MoveLayer:
        return MoveLayer(layer, int(random.integers(4)))
    if kind is SetOpacity:
        return SetOpacity(layer, float(random.choice([0.0, 0.3, 0.75, 1.0])))
    if kind is SetVisible:
        return SetVisible(layer, bool(random.random() < 0.7))
    if kind is SetLocked:
        return SetLocked(layer, bool(random.random() < 0.2))
    return kind(layer)
