"""What the routes are told, as pydantic reads it."""

from typing import Annotated, Any

from fastapi import File, UploadFile
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from outpaint.canvas.tiles import LIMIT
from outpaint.geometry import Frame

Place = Annotated[int, Field(ge=-LIMIT, le=LIMIT)]
Length = Annotated[int, Field(ge=1, le=LIMIT)]
Text = Annotated[str, Field(max_length=10_000)]
Count = Annotated[int, Field(ge=1, le=16)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Settings = Annotated[dict[str, bool | int | Number | str], Field(max_length=100)]
Upload = Annotated[UploadFile, File(), WithJsonSchema({"type": "string", "format": "binary"})]


def read_exactly(*examples: dict[str, Any]) -> ConfigDict:
    """JSON has numbers, so a number in quotes is none; a name that means nothing is a mistake."""
    return ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": list(examples)})


class FrameModel(BaseModel):
    """A rectangle on the plane, y down."""

    model_config = read_exactly({"left": 0, "top": 0, "width": 768, "height": 512})
    left: Place
    top: Place
    width: Length
    height: Length

    def frame(self) -> Frame:
        return Frame(self.left, self.top, self.width, self.height)


def box_of(frame: Frame) -> dict[str, int]:
    """As the answers have it, too."""
    return {"left": frame.left, "top": frame.top, "width": frame.width, "height": frame.height}


class JobModel(BaseModel):
    """What to paint where."""

    model_config = read_exactly(
        {"frame": {"left": 0, "top": 0, "width": 768, "height": 512}, "method": "patch", "seed": 7, "count": 3}
    )
    frame: FrameModel
    method: Annotated[str, Field(max_length=200)] = "patch"
    prompt: Text = ""
    negative: Text = ""
    seed: Seed = 0
    count: Count = 3
    overlap: Annotated[int, Field(ge=0, le=4096, description="known pixels at the border that may be repainted")] = 0
    settings: Settings = Field(default_factory=dict)


class StepsModel(BaseModel):
    """How far to go back or forward."""

    model_config = read_exactly({"count": 1})
    count: Annotated[int, Field(ge=1, le=100_000)] = 1


class ChoiceModel(BaseModel):
    """Which candidate, from 0."""

    model_config = read_exactly({"candidate": 0})
    candidate: Annotated[int, Field(ge=0, le=1000)] = 0
