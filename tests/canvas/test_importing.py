"""Workspaces of other programs against what those programs show; damaged and hostile ones change nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from canvas.dense import PLANE
from canvas.test_document import close
from canvas.workspaces import OpenOutpaint, cut_out, data_url, png64, random_workspace, sdinf
from outpaint.canvas import AddLayer, Document, ImportPhoto, ImportWorkspace
from outpaint.canvas.importing import import_of, is_workspace
from outpaint.cli.canvas import open_canvas
from outpaint.errors import OutpaintError
from outpaint.geometry import Frame


def imported(document: Document, data: bytes) -> ImportWorkspace:
    """In its own coordinates."""
    command = ImportWorkspace(data)
    corner = command.workspace.frame
    command = ImportWorkspace(data, corner.left, corner.top)
    document.do(command)
    return command


@pytest.mark.parametrize("seed", range(4))
def test_openoutpaint_is_done_again(document: Document, seed: int) -> None:
    program = random_workspace(np.random.default_rng(seed), 40)
    imported(document, program.file())
    *layers, mask = document.layers
    assert mask.kind == "mask"
    names = ["Default Image Layer" if id == "first" else f"Layer {id}" for id in program.order]
    assert [each.name for each in layers] == names
    assert [each.visible for each in layers] == [id not in program.hidden for id in program.order]
    for layer, id in zip(layers, program.order, strict=True):
        np.testing.assert_array_equal(document.layer_view(layer.id, PLANE), program.pixels[id])
    np.testing.assert_array_equal(document.view(PLANE, *PLANE.extent), program.seen())
    assert len(document.history()) == 1
    assert document.undo().changed and document.everything_box() is None
    document.redo()
    np.testing.assert_array_equal(document.view(PLANE, *PLANE.extent), program.seen())


def test_half_transparent_strokes_of_openoutpaint(document: Document) -> None:
    random, program = np.random.default_rng(5), OpenOutpaint()
    frame = Frame(-20, 200, 90, 80)
    program.draw("first", frame, random.integers(0, 256, (80, 90, 4), np.uint8))
    program.erase("first", frame, random.integers(0, 256, (80, 90, 4), np.uint8))
    program.draw("first", frame.moved(7, 5), random.integers(0, 256, (80, 90, 4), np.uint8))
    imported(document, program.file())
    close(document.view(PLANE, *PLANE.extent), program.seen())


def test_an_image_fills_its_box_and_boxes_may_have_fractions(document: Document) -> None:
    program, frame = OpenOutpaint(), Frame(10, 20, 64, 32)
    flat = np.full((32, 64, 4), (9, 200, 30, 255), np.uint8)
    program.draw("first", frame, flat, saved=flat[:8, :8])
    program.history[0]["data"]["box"] = {"x": 9.5, "y": 20.4, "w": 63.9, "h": 32.0}
    imported(document, program.file())
    np.testing.assert_array_equal(document.view(frame, 64, 32), flat)
    assert document.content_box() == frame


def test_empty_pictures_and_steps_on_layers_that_are_gone(document: Document) -> None:
    program, frame = OpenOutpaint(), Frame(0, 0, 5, 5)
    red = np.full((5, 5, 4), (255, 0, 0, 255), np.uint8)
    program.draw("first", frame, red)
    program.add("gone")
    program.delete("gone")
    draw = {**program.history[0]["data"], "layer": "gone"}
    program.history.append({"command": "drawImage", "title": "", "data": draw})
    program.history.append({"command": "deleteLayer", "data": {"layer": "gone", "position": 1}})
    program.history.append({"command": "moveLayer", "data": {"layer": "first", "position": 7, "oldposition": 0}})
    program.history.append({"command": "eraseImage", "data": {**draw, "layer": "first", "mask": "data:,"}})
    imported(document, program.file())
    np.testing.assert_array_equal(document.view(frame, 5, 5), red)
    assert len(document.layers) == 2


def test_a_workspace_comes_above_what_is_there(document: Document, photo: np.ndarray) -> None:
    for name in ("a", "b"):
        document.do(AddLayer(name))
    program = random_workspace(np.random.default_rng(1), 30)
    command = import_of(program.file(), 5000, -3000)
    assert isinstance(command, ImportWorkspace) and command.frame.left == 5000 and command.frame.top == -3000
    done = document.do(command)
    names = [each.name for each in document.layers]
    assert names[:2] == ["a", "b"] and len(names) == 3 + len(program.order)
    assert done.layer == document.layers[-2].id
    found = document.everything_box()
    assert found is not None and command.frame.contains(found)


def test_infinity_is_one_picture_in_chunks(document: Document) -> None:
    random = np.random.default_rng(2)
    whole = cut_out(random, Frame(0, 0, 192, 128))
    whole[..., :64, :] = 0
    chunks = {(x, y): whole[y * 64 + 64 :, x * 64 + 128 :][:64, :64] for x in (-2, -1, 0) for y in (-1, 0)}
    command = imported(document, sdinf(chunks))
    frame = Frame(-128, -64, 192, 128)
    np.testing.assert_array_equal(document.view(frame, 192, 128), whole * (whole[..., 3:] > 0))
    assert document.content_box() == command.frame
    assert [each.name for each in document.layers] == ["Workspace", "Mask"]


def test_infinity_with_chunks_as_large_as_there(document: Document) -> None:
    chunk = np.zeros((4096, 4096, 4), np.uint8)
    chunk[2000:2300, 1900:2400] = (20, 90, 160, 255)
    command = import_of(sdinf({(0, -1): chunk}), name="old canvas")
    document.do(command)
    assert command.frame == document.content_box() == Frame(0, 0, 500, 300)
    assert document.layers[0].name == "old canvas"
    document.undo()
    document.do(ImportWorkspace(sdinf({})))
    assert document.content_box() is None


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A sound workspace of openOutpaint after something was done to it."""
    program = OpenOutpaint()
    program.add("l1")
    program.draw("l1", Frame(0, 0, 8, 8), np.full((8, 8, 4), 255, np.uint8))
    record = json.loads(program.file())
    change(record)
    return json.dumps(record).encode()


def with_data(**fields: Any) -> bytes:
    return edited(lambda record: record["history"][1]["data"].update(fields))


def with_step(command: Any, data: Any) -> bytes:
    return edited(lambda record: record["history"].append({"command": command, "title": "", "data": data}))


BOMB = np.zeros((3000, 3000), np.uint8)
CHUNK = np.full((16, 16, 4), 255, np.uint8)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "cut off": (OpenOutpaint().file()[:-9], "damaged"),
    "nested": (b'{"data":' + b"[" * 200_000, "nested too deeply"),
    "many values": (b'{"data": [' + b"[]," * 2_000_001 + b"[]]}", "larger than any"),
    "no text": (b'{"data": "\xff"}', "damaged"),
    "a number too long": (b'{"data": ' + b"9" * 9999 + b"}", "damaged"),
    "another program's": (b'{"version": 3, "nodes": []}', "no workspace"),
    "no history": (edited(lambda r: r.update(history={})), "no list"),
    "a layer without a name for it": (edited(lambda r: r.update(defaultLayer={})), "id is no text"),
    "the same layer twice": (with_step("addLayer", {"id": "l1", "name": "x"}), "different"),
    "too many layers": (
        edited(lambda r: r.update(history=[{"command": "addLayer", "data": {"id": str(n)}} for n in range(1001)])),
        "up to 1000",
    ),
    "an unknown command": (with_step("rm -rf", {}), "does not know"),
    "a step of nothing": (with_step("drawImage", None), "no object"),
    "a step that is a list": (with_step(["drawImage"], {}), "no text"),
    "an unknown layer": (with_step("deleteLayer", {"layer": "nobody"}), "nothing has made"),
    "a layer that is a list": (with_step("deleteLayer", {"layer": []}), "no text"),
    "a huge box": (with_data(box={"x": 0, "y": 0, "w": 10**9, "h": 10**9}), "more than the"),
    "a box of text": (with_data(box={"x": "0", "y": 0, "w": 1, "h": 1}), "not a number"),
    "a box of nothing": (with_data(box=None), "no object"),
    "a box without end": (with_data(box={"x": 0, "y": 0, "w": float("inf"), "h": 1}), "not a number"),
    "a box that is none": (with_data(box={"x": float("nan"), "y": 0, "w": 1, "h": 1}), "not a number"),
    "a box far away": (with_data(box={"x": 2**31, "y": 0, "w": 9, "h": 9}), "leaves the plane"),
    "an image from elsewhere": (with_data(image="http://localhost/x.png"), "damaged"),
    "an image that is text": (with_data(image="data:text/html;base64,AAAA"), "no picture"),
    "an image of no alphabet": (with_data(image="data:image/png;base64,%%%%"), "damaged"),
    "an image cut off": (with_data(image=data_url(CHUNK)[:-40]), "damaged"),
    "a bomb": (with_data(image=data_url(BOMB)), "allowed"),
    "a bomb as a mask": (
        with_step("eraseImage", {"layer": "l1", "mask": data_url(BOMB), "box": {"x": 0, "y": 0, "w": 1, "h": 1}}),
        "allowed",
    ),
    "data that is a list": (json.dumps({"view_pos": [0, 0], "data": []}).encode(), "no object"),
    "a chunk nowhere": (json.dumps({"view_pos": [], "data": {"a,b": png64(CHUNK)}}).encode(), "place of a chunk"),
    "a chunk far away": (sdinf({(9999999, 0): BOMB[:900, :900]}), "plane"),
    "a chunk of wood": (json.dumps({"view_pos": [], "data": {"0,0": 7}}).encode(), "no text"),
    "a chunk that is no square": (json.dumps({"view_pos": [], "data": {"0,0": png64(CHUNK[:9])}}).encode(), "16x9"),
    "chunks of two sizes": (sdinf({(0, 0): CHUNK, (1, 0): CHUNK[:8, :8]}), "another"),
    "a chunk bomb": (sdinf({(0, 0): BOMB}), "allowed"),
}  # fmt: skip


def box_step(width: int, height: int) -> dict[str, Any]:
    data = {"layer": "l1", "mask": None, "box": {"x": 0, "y": 0, "w": width, "h": height}}
    return {"command": "eraseImage", "title": "", "data": data}


def merges(count: int) -> list[dict[str, Any]]:
    """One picture, merged down again and again."""
    ids = ["first", *(f"m{n}" for n in range(count))]
    steps = [{"command": "addLayer", "data": {"id": id}} for id in ids[1:]]
    image = data_url(np.full((4, 4, 4), 255, np.uint8))
    box = {"x": 0, "y": 0, "w": 1000, "h": 1000}
    steps.append({"command": "drawImage", "data": {"layer": ids[-1], "image": image, "box": box}})
    pairs = zip(ids[:0:-1], ids[-2::-1], strict=True)
    return steps + [{"command": "mergeLayer", "data": {"layerS": s, "layerD": d}} for s, d in pairs]


HOSTILE["many boxes"] = (edited(lambda r: r["history"].extend([box_step(1000, 1000)] * 30)), "far more")
HOSTILE["many merges"] = (edited(lambda r: r.update(history=merges(30))), "far more")


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_damaged_or_hostile_changes_nothing(document: Document, photo: np.ndarray, what: str) -> None:
    data, match = HOSTILE[what]
    assert is_workspace(data)
    document.do(AddLayer("a"))
    before = document.revision, document.layers, len(document.history())
    with pytest.raises(OutpaintError, match=match) as error:
        document.do(import_of(data, max_pixels=1_000_000))
    assert "\n" not in str(error.value) and len(str(error.value)) < 400
    assert (document.revision, document.layers, len(document.history())) == before
    assert document.everything_box() is None


def test_every_beginning_of_a_workspace_is_refused(document: Document) -> None:
    for data in (random_workspace(np.random.default_rng(0), 5).file(), sdinf({(0, 0): CHUNK})):
        for end in np.linspace(1, len(data) - 1, 40).astype(int):
            with pytest.raises(OutpaintError):
                document.do(ImportWorkspace(data[:end]))
    assert document.revision == 0


def test_the_command_makes_a_canvas_beside_it(tmp_path: Path, photo: np.ndarray) -> None:
    program = random_workspace(np.random.default_rng(3), 12)
    path = tmp_path / "2024-05-01T10_00_00.000Z_openOutpaint_workspace.json"
    path.write_bytes(program.file())
    with open_canvas(path) as document:
        assert document.path == path.with_suffix(".canvas")
        assert len(document.layers) == len(program.order) + 1
        box = document.everything_box()
        assert box is not None and min(box.left, box.top) >= 0
        document.do(AddLayer("mine"))
    with open_canvas(path) as document:  # as with a photo, what is there already is opened and not made anew
        assert "mine" in [each.name for each in document.layers]
    assert path.read_bytes() == program.file()
    bad = tmp_path / "bad.json"
    bad.write_bytes(program.file()[:500])
    with pytest.raises(OutpaintError, match="damaged"):
        open_canvas(bad)
    assert not bad.with_suffix(".canvas").exists()
    assert sorted(each.suffix for each in tmp_path.iterdir()) == [".canvas", ".json", ".json"]


def test_what_is_no_workspace_is_taken_for_a_photo() -> None:
    assert isinstance(import_of(b"\x89PNG", name="x"), ImportPhoto)
    assert is_workspace(b'\xef\xbb\xbf \n{"data": {}}')
    assert not is_workspace(b"") and not is_workspace(b"[1]")
