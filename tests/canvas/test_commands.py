"""Commands as values: there and back as JSON and bytes, refused where they make no sense."""

import json
from collections.abc import Callable

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
    record_of,
)
from outpaint.canvas.commands import layer_name
from outpaint.canvas.recording import COMMANDS
from outpaint.canvas.wording import WORDS, words
from outpaint.errors import RequestError
from outpaint.geometry import Frame

SMALL = Frame(0, 0, 2, 3)
PIXELS = np.full((3, 2, 4), 200, np.uint8)


def test_commands_become_json() -> None:
    random = np.random.default_rng(1)
    commands = [random_command(random, [2, 3]) for _ in range(150)]
    commands += [ImportPhoto(b"bytes", 3, -4, "name"), ImportWorkspace(b"bytes", 3, -4, "name")]
    assert {type(each) for each in commands} == set(COMMANDS.values())
    for command in commands:
        record = record_of(command)
        assert json.loads(json.dumps(record)) == record
        assert COMMANDS[record["kind"]] is type(command)
        assert not {"pixels", "values", "painted", "coverage", "data"} & set(record)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: SetOpacity(2, 1.5), "between 0 and 1"),
        (lambda: AddLayer(" "), "name has 1 to"),
        (lambda: AddLayer(5), "name has 1 to"),
        (lambda: SetMask(SMALL, None, "xor"), "not by 'xor'"),
        (lambda: Paint(2, Frame(2**40, 0, 2, 3), PIXELS), "leaves the plane"),
        (lambda: Paint(2, SMALL, PIXELS[1:]), "3 x 2 x 4"),
        (lambda: SetMask(SMALL, PIXELS), "3 x 2"),
    ],
)
def test_wrong_values(make: Callable[[], object], match: str) -> None:
    with pytest.raises(RequestError, match=match):
        make()


@pytest.fixture
def document(document: Document) -> Document:
    """Layers 2 and 3 with a few pixels, 3 locked."""
    for id in (2, 3):
        assert document.do(AddLayer(f"Layer {id}")).layer == id
        document.do(Paint(id, SMALL, PIXELS))
    document.do(SetLocked(3, True))
    return document


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
    assert document.ends() == (True, False)
    assert [each.kind for each in steps] == ["SetLocked", "Paint", "AddLayer", "Paint", "AddLayer"]
    document.undo(2)
    assert [each.done for each in document.history()] == [False, False, True, True, True]
    assert document.history(2) == document.history()[:2]
    assert document.ends() == (True, True)
    document.undo(99)
    assert len(document.layers) == 1 and document.ends() == (False, True)
    document.redo(99)
    assert document.layers[1].locked
    document.undo(3)
    document.do(AddLayer("another way"))
    assert [each.kind for each in document.history()] == ["AddLayer", "Paint", "AddLayer"]
    assert not document.redo().changed


def test_every_step_can_be_worded(document: Document) -> None:
    """In English here, and by its kind and values in any other language."""
    document.do(SetLocked(3, False))
    document.do(SetOpacity(3, 0.25))
    document.do(SetMask(Frame(0, 0, 7, 9), None, "add"))
    document.do(Accept(SMALL, PIXELS, PIXELS[..., 0], 3, job="j", candidate=2))
    document.do(MergeDown(3))
    steps = document.history(5)
    assert [each.name for each in steps[1:]] == [
        "Accept candidate: Painted",
        "Add to mask",
        "Set opacity to 25%: Layer 3",
        "Unlock layer: Layer 3",
    ]
    assert steps[0].name == "Merge down: Layer 3" and steps[0].values == {"layer": 3, "layer_name": "Layer 3"}
    assert steps[1].values == {
        "name": "Painted", "layer": 3, "layer_name": "Layer 3", "candidate": 2, "width": 2, "height": 3,
    }  # fmt: skip
    assert steps[2].values == {"mode": "add", "width": 7, "height": 9}
    assert [each.kind for each in steps] == ["MergeDown", "Accept", "SetMask", "SetOpacity", "SetLocked"]
    assert set(WORDS) == set(COMMANDS)
    assert words("SetVisible", {"visible": False, "layer_name": "Sky"}) == "Hide layer: Sky"


def test_layers_are_never_mistaken_for_earlier_ones(document: Document) -> None:
    document.undo(3)
    assert document.do(AddLayer("new")).layer == 4
    assert not document.layer_view(4, SMALL).any()


def test_any_text_gives_a_layer_a_name() -> None:
    assert layer_name(" a\nred  sky ", "Photo") == "a red  sky"
    assert layer_name(" \t ", "Photo") == "Photo"
    assert len(layer_name("x" * 999, "Photo")) == 200
