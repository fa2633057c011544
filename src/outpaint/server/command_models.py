"""Commands as a client sends them: {"kind": "AddLayer", "name": "Sky"}. Pixels have routes of their own."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from outpaint.canvas import Command
from outpaint.canvas.commands import MAX_NAME
from outpaint.canvas.recording import COMMANDS
from outpaint.errors import RequestError
from outpaint.server.spoken import FrameModel, read_exactly

MAX_AREA = 2_000_000_000
"""Pixels that one command without pixels of its own may touch: clearing the mask of a large canvas, not a plane's."""


def _box(given: Any) -> Any:
    """Four numbers, as the history writes a frame, are one too."""
    if isinstance(given, list) and len(given) == 4:
        return dict(zip(("left", "top", "width", "height"), given, strict=True))
    return given


Layer = Annotated[int, Field(ge=1, lt=2**63, description="a layer's id")]
Index = Annotated[int, Field(ge=0, lt=2**31, description="counted from the bottom")]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Box = Annotated[FrameModel, BeforeValidator(_box)]


class Told(BaseModel):
    """What all of them are; `kind` is the name of the command."""

    model_config = read_exactly()

    def command(self) -> Command:
        """RequestError if a value is wrong in itself."""
        given: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        kind, box = given.pop("kind"), given.get("frame")
        if box is not None:
            given["frame"] = frame = box.frame()
            if frame.extent.area > MAX_AREA:
                raise RequestError(f"{frame.extent} is more than one command may change; choose a smaller frame")
        return COMMANDS[kind](**given)


class AddLayer(Told):
    """A new, empty layer; index null is the top, below the mask."""

    model_config = read_exactly({"kind": "AddLayer", "name": "Sky"})
    kind: Literal["AddLayer"]
    name: Name
    index: Index | None = None


class RemoveLayer(Told):
    kind: Literal["RemoveLayer"]
    layer: Layer


class RenameLayer(Told):
    kind: Literal["RenameLayer"]
    layer: Layer
    name: Name


class MoveLayer(Told):
    """To another place in the order."""

    kind: Literal["MoveLayer"]
    layer: Layer
    index: Index


class SetOpacity(Told):
    """0 is invisible, 1 is as painted."""

    kind: Literal["SetOpacity"]
    layer: Layer
    opacity: Annotated[float, Field(ge=0, le=1)]


class SetVisible(Told):
    kind: Literal["SetVisible"]
    layer: Layer
    visible: bool


class SetLocked(Told):
    kind: Literal["SetLocked"]
    layer: Layer
    locked: bool


class MergeDown(Told):
    """The layer and the one below it become one."""

    kind: Literal["MergeDown"]
    layer: Layer


class Erase(Told):
    """A frame of a layer becomes transparent; of all that are seen and not locked, if layer is null."""

    kind: Literal["Erase"]
    layer: Layer | None = None
    frame: Box


class SetMask(Told):
    """A frame is masked altogether ("replace", "add"), not at all ("subtract") or where it was not ("invert")."""

    kind: Literal["SetMask"]
    frame: Box
    mode: Literal["replace", "add", "subtract", "invert"] = "replace"


CommandModel = Annotated[
    AddLayer
    | RemoveLayer
    | RenameLayer
    | MoveLayer
    | SetOpacity
    | SetVisible
    | SetLocked
    | MergeDown
    | Erase
    | SetMask,
    Field(discriminator="kind"),
]
