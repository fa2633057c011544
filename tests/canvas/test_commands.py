"""Commands as values: there and back as JSON and bytes, refused where they make no sense."""

import json
from pathlib import Path

import numpy as np
import pytest

from canvas.strokes import random_command
from outpaint.canvas import (
    MASK_ID,
    Accept,
    AddLayer,
    Document,
    ImportPhoto,
    ImportWorkspace,
    MergeDown,
    MoveLayer,
    Paint,
    RemoveLayer,
    SetLocked,
    SetMask,
    SetOpacity,
    SetVisible,
    blobs_of,
    command_of,
    record_of,
)
from outpaint.canvas.commands import layer_name
from outpaint.canvas.recording import COMMANDS
from outpaint.errors import RequestError
from outpaint.geometry import Frame

SMALL = Frame(0, 0, 2, 3)
PIXELS = np.full((3, 2, 4), 200, np.uint8)


def test_commands_travel() -> None:
    random = np.random.default_rng(1)
    commands = [random_command(random, [2, 3]) for _ in range(150)]
    commands += [ImportPhoto(b"bytes", 3, -4, "name"), ImportWorkspace(b"bytes", 3, -4, "name")]
    assert {type(each) for each in commands} == set(COMMANDS.values())
    for command in commands:
        record = json.loads(json.dumps(record_of(command)))
        again = command_of(record, blobs_of(command))
        assert type(again) is type(command)
        assert record_of(again) == record and blobs_of(again) == blobs_of(command)


@pytest.mark.parametrize(
    ("record", "blobs", "match"),
    [
        ({}, {}, "unknown command"),
        ({"command": "Pain"}, {}, "did you mean Paint"),
        ({"command": "Paint", "layer": 2, "frame": [0, 0, 2, 3]}, {}, "cannot be read"),
        ({"command": "Paint", "layer": 2, "frame": [0, 0, 2, 3]}, {"pixels": b"123"}, "cannot be read"),
        ({"command": "Paint", "layer": 2, "frame": [0, 0, -2, 3]}, {"pixels": b""}, "cannot be read"),
        ({"command": "Paint", "layer": 2, "frame": "x"}, {"pixels": b""}, "cannot be read"),
        ({"command": "Paint", "layer": 2, "frame": [2**40, 0, 2, 3]}, {"pixels": bytes(24)}, "leaves the plane"),
        ({"command": "SetOpacity", "layer": 2, "opacity": "much"}, {}, "cannot be read"),
        ({"command": "SetOpacity", "layer": 2, "opacity": 1.5}, {}, "between 0 and 1"),
        ({"command": "SetOpacity", "layer": 2, "opacity": 1, "more": 3}, {}, "no field 'more'"),
        ({"command": "AddLayer", "name": " "}, {}, "name has 1 to"),
        ({"command": "AddLayer", "name": 5}, {}, "name has 1 to"),
        ({"command": "AddLayer"}, {"name": b"abc"}, "no field 'name'"),
        ({"command": "SetMask", "frame": [0, 0, 1, 1], "mode": "xor"}, {}, "not by 'xor'"),
    ],
)
def test_wrong_records(record: dict, blobs: dict, match: str) -> None:
    with pytest.raises(RequestError, match=match):
        command_of(record, blobs)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """Layers 2 and 3 with a few pixels, 3 locked."""
    document = Document.create(tmp_path / "a.canvas")
    for id in (2, 3):
        assert document.do(AddLayer(f"Layer {id}")).layer == id
        document.do(Paint(id, SMALL, PIXELS))
    document.do(SetLocked(3, True))
    yield document
    document.close()


@pytest.mark.parametrize(
    ("command", "match"),
    [
        (Paint(3, SMALL, PIXELS), "locked"),
        (Accept(SMALL, PIXELS, PIXELS[..., 0], 3), "locked"),
        (RemoveLayer(3), "locked"),
        (MergeDown(3), "locked"),
        (MergeDown(2), "no layer below"),
        (Paint(9, SMALL, PIXELS), "there is no layer 9; there are: 2 .Layer 2."),
        (RemoveLayer(MASK_ID), "the mask"),
        (MoveLayer(MASK_ID, 0), "the mask"),
        (SetOpacity(MASK_ID, 0.5), "the mask"),
        (Paint(MASK_ID, SMALL, PIXELS), "the mask"),
        (MoveLayer(2, 2), "from 0, the bottom, to 1"),
        (AddLayer("a", -1), "from 0, the bottom, to 2"),
    ],
)
def test_refusals_change_nothing(document: Document, command: object, match: str) -> None:
    before = document.revision, document.layers, len(document.history())
    with pytest.raises(RequestError, match=match):
        document.do(command)
    assert (document.revision, document.layers, len(document.history())) == before


def test_what_changes_nothing_leaves_no_step(document: Document) -> None:
    document.undo()
    revision, length = document.revision, len(document.history())
    for command in (SetVisible(2, True), SetMask(SMALL, np.zeros((3, 2), np.uint8)), Paint(2, SMALL, PIXELS, True)):
        done = document.do(command)
        assert not done.changed and done.revision == revision
    assert len(document.history()) == length
    assert document.redo().changed  # and what was undone can still be done again


def test_history_is_a_list_to_walk_in(document: Document) -> None:
    steps = document.history()
    assert [each.record["command"] for each in steps] == ["SetLocked", "Paint", "AddLayer", "Paint", "AddLayer"]
    document.go_to(steps[2].id)
    assert [each.done for each in document.history()] == [False, False, True, True, True]
    assert document.history(2, before=steps[1].id) == document.history()[2:4]
    document.go_to(0)
    assert len(document.layers) == 1
    document.go_to(steps[0].id)
    assert document.layers[1].locked
    with pytest.raises(RequestError, match="no step 99"):
        document.go_to(99)
    document.undo(3)
    document.do(AddLayer("another way"))
    assert [each.record["command"] for each in document.history()] == ["AddLayer", "Paint", "AddLayer"]
    assert not document.redo().changed


def test_layers_are_never_mistaken_for_earlier_ones(document: Document) -> None:
    document.undo(3)
    assert document.do(AddLayer("new")).layer == 4
    assert not document.layer_view(4, SMALL).any()


def test_any_text_gives_a_layer_a_name() -> None:
    assert layer_name(" a\nred  sky ", "Photo") == "a red  sky"
    assert layer_name(" \t ", "Photo") == "Photo"
    assert len(layer_name("x" * 999, "Photo")) == 200
