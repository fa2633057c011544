"""How each command changes a document; one function for each."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np

from outpaint.canvas import commands as do
from outpaint.canvas.compositing import cleared, composite
from outpaint.canvas.draft import Draft
from outpaint.canvas.layers import MASK_ID, MASKED, Layer, find, stack
from outpaint.canvas.packing import Samples8
from outpaint.canvas.tiles import check_frame, span
from outpaint.errors import RequestError
from outpaint.geometry import Frame

Slices = tuple[slice, slice]


@singledispatch
def perform(command: do.Command, draft: Draft) -> int | None:
    """Do it; the id of the layer that it made, or None. RequestError if the document does not allow it."""
    raise TypeError(f"not a command: {command!r}")


@perform.register
def _add(command: do.AddLayer, draft: Draft) -> int:
    return _new_layer(draft, command.name, command.index)


@perform.register
def _remove(command: do.RemoveLayer, draft: Draft) -> None:
    layer = _unlocked(draft, command.layer)
    draft.layers = tuple(each for each in draft.layers if each != layer)


@perform.register
def _rename(command: do.RenameLayer, draft: Draft) -> None:
    _edit(draft, command.layer, name=command.name)


@perform.register
def _opacity(command: do.SetOpacity, draft: Draft) -> None:
    _pixels(draft, command.layer)
    _edit(draft, command.layer, opacity=float(command.opacity))


@perform.register
def _visible(command: do.SetVisible, draft: Draft) -> None:
    _edit(draft, command.layer, visible=bool(command.visible))


@perform.register
def _locked(command: do.SetLocked, draft: Draft) -> None:
    _edit(draft, command.layer, locked=bool(command.locked))


@perform.register
def _move(command: do.MoveLayer, draft: Draft) -> None:
    layer = _pixels(draft, command.layer)
    others = [each for each in draft.layers if each != layer]
    others.insert(_index(draft, command.index, len(others) - 1), layer)
    draft.layers = tuple(others)


@perform.register
def _merge(command: do.MergeDown, draft: Draft) -> None:
    upper = _unlocked(draft, command.layer)
    at = draft.layers.index(upper)
    if at == 0:
        raise RequestError(f"there is no layer below {upper.name!r}; move it up first")
    lower = _unlocked(draft, draft.layers[at - 1].id)
    if not (upper.visible and lower.visible):
        raise RequestError(f"{upper.name!r} and {lower.name!r} cannot be merged while one is hidden; show both first")
    spots = set(draft.spots(upper.id))
    if lower.opacity != 1:
        spots.update(draft.spots(lower.id))
    for spot in sorted(spots):
        sheets = [(draft.tile(layer.id, spot), layer.opacity) for layer in (lower, upper)]
        draft.put(lower.id, spot, composite(sheets))
    _edit(draft, lower.id, opacity=1.0)
    draft.layers = tuple(each for each in draft.layers if each != upper)


@perform.register
def _paint(command: do.Paint, draft: Draft) -> None:
    new = cleared(command.pixels)
    _unlocked(draft, command.layer)
    if command.replace:
        _over_tiles(draft, command.layer, command.frame, lambda old, here: new[here])
    else:
        _over_tiles(draft, command.layer, command.frame, lambda old, here: _over(old, new[here]))


@perform.register
def _erase(command: do.Erase, draft: Draft) -> None:
    if command.layer is None:
        layers = [sheet.layer for sheet in stack(draft.layers) if not find(draft.layers, sheet.layer).locked]
    else:
        layers = [_unlocked(draft, command.layer).id]
    if not layers:
        raise RequestError("every layer is locked or hidden; unlock or show one first")
    coverage = command.coverage

    def faded(old: Samples8, here: Slices) -> Samples8:
        if coverage is None:
            return np.zeros_like(old)
        new = old.copy()
        new[..., 3] = (old[..., 3] * (255 - coverage[here]).astype(np.uint32) + 127) // 255
        return cleared(new)

    for layer in layers:
        _over_tiles(draft, layer, command.frame, faded)


@perform.register
def _mask(command: do.SetMask, draft: Draft) -> None:
    mask = find(draft.layers, MASK_ID)
    if mask.locked:
        raise RequestError(f"the mask {mask.name!r} is locked; unlock it first")
    values, mode = command.values, command.mode

    def masked(old: Samples8, here: Slices) -> Samples8:
        new = np.full_like(old, 255) if values is None else values[here]
        if mode == "add":
            return np.maximum(old, new)
        if mode == "invert":
            return np.where(new > old, new - old, old - new)
        return np.minimum(old, 255 - new) if mode == "subtract" else new

    _over_tiles(draft, MASK_ID, command.frame, masked)


@perform.register
def _accept(command: do.Accept, draft: Draft) -> int | None:
    new, painted = cleared(command.pixels), command.painted > 0
    made = _new_layer(draft, command.name) if command.layer is None else None
    layer = made if command.layer is None else _unlocked(draft, command.layer).id
    assert layer is not None

    def taken(old: Samples8, here: Slices) -> Samples8:
        return np.where(painted[here][..., None], new[here], old)

    _over_tiles(draft, layer, command.frame, taken)
    if command.clear_mask:  # and its soft border, which masks nothing

        def left(old: Samples8, here: Slices) -> Samples8:
            return np.where(painted[here] | (old < MASKED), 0, old).astype(np.uint8)

        _over_tiles(draft, MASK_ID, command.frame, left)
    return made


@perform.register
def _import(command: do.ImportPhoto, draft: Draft) -> int:
    pixels, frame = command.pixels, check_frame(command.frame)
    source = hashlib.sha256(command.data).hexdigest()
    draft.keep_original(command.data, source)
    layer = _new_layer(draft, command.name)
    _edit(draft, layer, source=source)
    _over_tiles(draft, layer, frame, lambda old, here: pixels[here])
    return layer


@perform.register
def _workspace(command: do.ImportWorkspace, draft: Draft) -> int | None:
    there, saved = len(draft.layers) - 1, command.workspace
    commands = saved.commands(command.left - saved.frame.left, command.top - saved.frame.top, there)
    made: int | None = None
    with suppress(StopIteration):
        while True:
            made = perform(commands.send(made), draft)
    draft.forget_removed()
    return draft.layers[-2].id if len(draft.layers) - 1 > there else None


def _over(old: Samples8, new: Samples8) -> Samples8:
    mixed = composite([(old, 1.0), (new, 1.0)])
    return np.where(new[..., 3:] == 0, old, mixed)


def _over_tiles(draft: Draft, layer: int, frame: Frame, change: Callable[[Samples8, Slices], Samples8]) -> None:
    """Call `change` with what each tile has of the frame, and where in the frame that is."""
    for spot in span(frame).spots():
        tile = draft.tile(layer, spot).copy()
        part = frame & spot.frame()
        there = part.inside(spot.frame())
        tile[there] = change(tile[there], part.inside(frame))
        draft.put(layer, spot, tile)


def _new_layer(draft: Draft, name: str, index: int | None = None) -> int:
    layers = list(draft.layers)
    layer = Layer(draft.next_id(), name)
    layers.insert(len(layers) - 1 if index is None else _index(draft, index, len(layers) - 1), layer)
    draft.layers = tuple(layers)
    return layer.id


def _index(draft: Draft, index: int, last: int) -> int:
    if not 0 <= index <= last:
        raise RequestError(f"a layer's place is from 0, the bottom, to {last}, not {index}; the mask stays on top")
    return index


def _edit(draft: Draft, id: int, **fields: Any) -> None:
    layer = find(draft.layers, id)
    draft.layers = tuple(replace(each, **fields) if each == layer else each for each in draft.layers)


def _pixels(draft: Draft, id: int) -> Layer:
    layer = find(draft.layers, id)
    if layer.kind == "mask":
        raise RequestError("the mask has no pixels, opacity or place of its own; choose another layer")
    return layer


def _unlocked(draft: Draft, id: int) -> Layer:
    layer = _pixels(draft, id)
    if layer.locked:
        raise RequestError(f"the layer {layer.name!r} is locked; unlock it or choose another")
    return layer
