"""What the routes are told, as pydantic reads it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from outpaint.canvas.tiles import LIMIT
from outpaint.geometry import Frame

Place = Annotated[int, Field(ge=-LIMIT, le=LIMIT)]
Length = Annotated[int, Field(ge=1, le=LIMIT)]
Text = Annotated[str, Field(max_length=10_000)]
Count = Annotated[int, Field(ge=1, le=16)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Settings = Annotated[dict[str, bool | int | float | str], Field(max_length=100)]


class FrameModel(BaseModel):
    """A rectangle on the plane, y down."""

    model_config = ConfigDict(extra="forbid")
    left: Place
    top: Place
    width: Length
    height: Length

    def frame(self) -> Frame:
        return Frame(self.left, self.top, self.width, self.height)


class JobModel(BaseModel):
    """What to paint where."""

    model_config = ConfigDict(extra="forbid")
    frame: FrameModel
    method: Annotated[str, Field(max_length=200)] = "patch"
    prompt: Text = ""
    negative: Text = ""
    seed: Seed = 0
    count: Count = 3
    settings: Settings = Field(default_factory=dict)


class StepsModel(BaseModel):
    """How far to go back or forward."""

    count: Annotated[int, Field(ge=1, le=100_000)] = 1


class ChoiceModel(BaseModel):
    """Which candidate, from 0."""

    candidate: Annotated[int, Field(ge=0, le=1000)] = 0
