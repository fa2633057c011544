"""The endless document: tiles, layers, a history without end, one SQLite file for each canvas."""

from outpaint.canvas.commands import (
    Accept,
    AddLayer,
    Command,
    Erase,
    ImportPhoto,
    ImportWorkspace,
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
from outpaint.canvas.document import Changes, Document, Done
from outpaint.canvas.history import Step
from outpaint.canvas.layers import MASK_ID, Layer
from outpaint.canvas.recording import blobs_of, command_of, record_of
from outpaint.canvas.tiles import Spot

__all__ = [
    "MASK_ID",
    "Accept",
    "AddLayer",
    "Changes",
    "Command",
    "Document",
    "Done",
    "Erase",
    "ImportPhoto",
    "ImportWorkspace",
    "Layer",
    "MergeDown",
    "MoveLayer",
    "Paint",
    "RemoveLayer",
    "RenameLayer",
    "SetLocked",
    "SetMask",
    "SetOpacity",
    "SetVisible",
    "Spot",
    "Step",
    "blobs_of",
    "command_of",
    "record_of",
]
