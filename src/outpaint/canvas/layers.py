"""Layers: what is said of each, in which order, and which of them make up the picture."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

from outpaint.errors import RequestError

Kind = Literal["pixels", "mask"]


@dataclass(frozen=True)
class Layer:
    """One layer of a document.

    id: never used again, even after the layer is gone.
    kind: "pixels" are RGBA; the one "mask" says where to paint anew, 255 is yes.
    opacity: 0..1; a mask has none.   visible: a hidden mask masks nothing.
    locked: its pixels stay as they are, and it can be neither removed nor merged.
    source: the name of the original file it was imported from, see `Document.original`.
    """

    id: int
    name: str
    kind: Kind = "pixels"
    visible: bool = True
    opacity: float = 1.0
    locked: bool = False
    source: str | None = None


Layers = tuple[Layer, ...]
"""From bottom to top; the mask is always the last."""

MASK_ID = 1
MASKED = 128
"""From this value on a pixel of the mask is painted anew; what is less is the soft border of a brush."""


class Sheet(NamedTuple):
    """A layer that can be seen: its id and its opacity."""

    layer: int
    opacity: float


def stack(layers: Sequence[Layer]) -> tuple[Sheet, ...]:
    """What the picture is made of, from bottom to top."""
    return tuple(
        Sheet(each.id, each.opacity) for each in layers if each.kind == "pixels" and each.visible and each.opacity
    )


def restacked(before: Sequence[Layer], after: Sequence[Layer]) -> set[int]:
    """The layers under which the picture may have changed: all between the first and the last difference."""
    old, new = list(stack(before)), list(stack(after))
    for end in (0, -1):
        while old and new and old[end] == new[end]:
            del old[end], new[end]
    return {each.layer for each in old + new}


def find(layers: Sequence[Layer], id: int) -> Layer:
    """RequestError naming those there are."""
    for each in layers:
        if each.id == id:
            return each
    known = ", ".join(f"{each.id} ({each.name})" for each in layers)
    raise RequestError(f"there is no layer {id}; there are: {known}")


def write_layers(layers: Sequence[Layer]) -> str:
    return json.dumps([asdict(each) for each in layers], ensure_ascii=False)


def read_layers(text: str) -> Layers:
    return tuple(Layer(**each) for each in json.loads(text))
