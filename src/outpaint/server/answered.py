"""What the routes answer, as the description of the interface has it; a generated client gets these types."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from outpaint.server.job import State
from outpaint.server.spoken import FrameModel

Value = bool | int | float | str
Revision = Annotated[int, Field(ge=0, description="grows with every change, undo and redo included")]
Spots = Annotated[
    list[Annotated[list[int], Field(min_length=2, max_length=2)]] | Literal["all"],
    Field(description='columns and rows of tiles at level 0, or "all"', examples=[[[0, 0], [-1, 2]]]),
]


class Problem(BaseModel):
    """Every answer from 400 on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"error": "there is no layer 9; there are: 1 (Mask)"}]})
    error: Annotated[str, Field(description="one line that says what to do")]


class Health(BaseModel):
    ok: bool
    version: str


class Setting(BaseModel):
    """One thing that can be tuned; name, kind and bounds are all that a form needs."""

    name: str
    kind: Literal["bool", "int", "float", "text", "choice"]
    default: Value
    low: float | None
    high: float | None
    choices: list[str]
    about: str


class Method(BaseModel):
    """A way of painting.

    reads: the words that count, of prompt, negative and seed.   needs: what must be installed.   memory: how much it
    takes, in words.
    multiple: what it likes the sides of a frame to be multiples of.
    """

    name: str
    about: str
    reads: list[str]
    settings: list[Setting]
    needs: str | None
    memory: str | None
    usable: bool
    multiple: int


class Model(BaseModel):
    """What a painter paints with.

    bytes: that have to be on the disk beside the program, null where nobody knows.
    state: ready to paint, missing something, or unknown where a painter only says in words what it `needs`.
    """

    id: str
    painter: str
    about: str
    bytes: int | None
    state: Literal["ready", "missing", "unknown"]
    needs: str | None
    memory: str | None


class Extra(BaseModel):
    """An optional part of the installation."""

    name: str
    installed: bool


class Models(BaseModel):
    models: list[Model]
    extras: list[Extra]


class Layer(BaseModel):
    id: int
    name: str
    visible: bool
    opacity: Annotated[float, Field(ge=0, le=1)]
    locked: bool
    kind: Literal["pixels", "mask"]


class Canvas(BaseModel):
    """layers: the lowest first.   content, masked: the smallest frame around what is seen, and around the mask."""

    revision: Revision
    name: str
    layers: list[Layer]
    content: FrameModel | None
    masked: FrameModel | None
    can_undo: bool
    can_redo: bool


class Changes(BaseModel):
    """What a page has to draw again; layers: whether to ask for those anew."""

    revision: Revision
    tiles: Spots
    mask: Spots
    layers: bool


class HistoryStep(BaseModel):
    """One command that was done; made: seconds since 1970; done: false if it was undone.

    name: in English; kind and values: to say it in any other language.
    """

    number: int
    kind: str
    values: dict[str, bool | int | float | str]
    name: str
    made: float
    done: bool


class Changed(BaseModel):
    """The canvas after a change; layer: the one that was made, if one was."""

    revision: Revision
    layer: int | None = None


class Imported(Changed):
    """frame: where the photo lies."""

    frame: FrameModel


class Walked(BaseModel):
    """The canvas after an undo or a redo."""

    revision: Revision
    can_undo: bool
    can_redo: bool


class Job(BaseModel):
    """What somebody wants painted in a frame, and what has become of it.

    candidates: how many can be looked at.   error: one line, for a failed one.
    text: what the painter says of what it does.
    preview: the number of the latest rough picture of a running job; 0 where there is none.
    """

    id: str
    state: State
    frame: FrameModel
    method: str
    prompt: str
    negative: str
    seed: int
    count: int
    overlap: int
    settings: dict[str, Value]
    progress: Annotated[float, Field(ge=0, le=1)]
    text: str
    candidates: int
    preview: int
    error: str | None


BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: refusals, all of one shape."""
    return {
        status: {"model": Problem, "description": REFUSALS[status], **_HEADERS.get(status, {})} for status in statuses
    }


def pictures(*media: str, empty: bool = False) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: bytes of these types; `empty`: or nothing, because there is nothing to see."""
    found: dict[int | str, dict[str, Any]] = {
        200: {"description": "The picture", "content": {each: {"schema": BINARY} for each in media}}
    }
    return {**found, 204: {"description": "There is nothing to see here"}} if empty else found


REFUSALS = {
    400: "It makes no sense, or not on this canvas",
    401: "A token is needed",
    403: "Asked by a page from elsewhere, or under another name than the server's",
    404: "There is no such thing (any more)",
    408: "The rest of it did not come",
    409: "Possible in another state only",
    413: "Larger than this server takes",
    422: "It cannot be read",
    429: "There is too much to do already",
}
_HEADERS: dict[int, dict[str, Any]] = {
    429: {"headers": {"Retry-After": {"description": "seconds", "required": True, "schema": {"type": "integer"}}}}
}
EVERYWHERE = problems(401, 403, 408, 413, 422)
