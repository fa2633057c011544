"""Import, tiles, commands, mask, undo and export over HTTP."""

import asyncio
import contextlib
import json
import tempfile
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import numpy as np
import pytest
from fastapi.testclient import TestClient

from canvas.workspaces import OpenOutpaint
from outpaint.canvas import Document, ImportPhoto
from outpaint.canvas.recording import COMMANDS
from outpaint.geometry import Frame
from outpaint.server.app import create_app
from outpaint.server.command_models import CommandModel
from server.conftest import BASE, V1, opened, png


def test_a_photo_comes_back_as_it_went_in(with_photo: TestClient, photo: np.ndarray) -> None:
    canvas = with_photo.get(f"{V1}/canvas").json()
    assert canvas["content"] == {"left": 0, "top": 0, "width": 64, "height": 48}
    assert [layer["name"] for layer in canvas["layers"]] == ["sky", "Mask"]
    assert (canvas["can_undo"], canvas["can_redo"], canvas["name"]) == (True, False, "a")
    answer = with_photo.get(f"{V1}/canvas/export?what=content&format=png")
    np.testing.assert_array_equal(opened(answer.content)[..., :3], photo)
    assert answer.headers["content-disposition"] == 'attachment; filename="a.png"'
    for format in ("jpeg", "webp", "tiff"):
        answer = with_photo.get(f"{V1}/canvas/export?format={format}")
        assert answer.headers["content-type"] == f"image/{format}"
        assert opened(answer.content).shape == (48, 64, 4)


def test_files_have_the_name_of_the_canvas(tmp_path: Path, photo: np.ndarray) -> None:
    path = tmp_path / '北京, "2".canvas'
    Document.create(path, first=ImportPhoto(png(photo))).close()
    with Document(path) as document, TestClient(create_app(document), base_url=BASE) as client:
        for route, ending in (("export?format=jpeg", ".jpg"), ("file", ".canvas")):
            said = client.get(f"{V1}/canvas/{route}").headers["content-disposition"]
            assert said.startswith(f'attachment; filename="___ _2_{ending}"; filename*=')
            assert unquote(said.split("UTF-8''")[1]) == path.stem + ending


def test_tiles_are_the_canvas_and_are_sent_once(with_photo: TestClient, photo: np.ndarray) -> None:
    answer = with_photo.get(f"{V1}/canvas/tiles/0/0/0.png?r=1")
    tile = opened(answer.content)
    assert tile.shape == (256, 256, 4)
    np.testing.assert_array_equal(tile[:48, :64, :3], photo)
    assert not tile[48:].any()
    assert answer.headers["cache-control"] == "no-cache"
    again = with_photo.get(f"{V1}/canvas/tiles/0/0/0.png", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert with_photo.get(f"{V1}/canvas/tiles/0/-1/0.png").status_code == 204
    assert opened(with_photo.get(f"{V1}/canvas/tiles/3/0/0.png").content)[:6, :8, 3].min() == 255


def test_commands_change_what_the_next_page_sees(with_photo: TestClient) -> None:
    before = with_photo.get(f"{V1}/canvas").json()
    layer = before["layers"][0]["id"]
    answer = with_photo.post(f"{V1}/canvas/commands", json={"kind": "SetOpacity", "layer": layer, "opacity": 0.5})
    assert answer.json()["revision"] == before["revision"] + 1
    changes = with_photo.get(f"{V1}/canvas/changes?since={before['revision']}").json()
    assert changes == {"revision": before["revision"] + 1, "tiles": [[0, 0]], "mask": [], "layers": True}
    with_photo.post(f"{V1}/canvas/commands", json={"kind": "AddLayer", "name": "Sketch"}).raise_for_status()
    steps = with_photo.get(f"{V1}/canvas/history").json()
    assert [step["name"] for step in steps] == ["Add layer: Sketch", "Set opacity to 50%: sky", "Open photo: sky"]
    assert [step["kind"] for step in steps] == ["AddLayer", "SetOpacity", "ImportPhoto"]
    assert steps[1]["values"] == {"layer": layer, "layer_name": "sky", "opacity": 0.5}


def test_undo_and_redo(with_photo: TestClient) -> None:
    exported = with_photo.get(f"{V1}/canvas/export").content
    answer = with_photo.post(f"{V1}/canvas/undo", json={"count": 1}).json()
    assert (answer["can_undo"], answer["can_redo"]) == (False, True)
    assert with_photo.get(f"{V1}/canvas").json()["content"] is None
    assert with_photo.get(f"{V1}/canvas/export").status_code == 400
    answer = with_photo.post(f"{V1}/canvas/redo").json()
    assert (answer["can_undo"], answer["can_redo"]) == (True, False)
    assert with_photo.get(f"{V1}/canvas/export").content == exported


def test_a_second_photo_lies_beside_the_first(with_photo: TestClient, photo: np.ndarray) -> None:
    answer = with_photo.post(f"{V1}/canvas/import", files={"file": ("../../evil.png", png(photo))}).json()
    assert answer["frame"] == {"left": 128, "top": 0, "width": 64, "height": 48}
    assert with_photo.get(f"{V1}/canvas").json()["layers"][1]["name"] == "evil"
    place = {"left": "-300", "top": "17"}
    answer = with_photo.post(f"{V1}/canvas/import", files={"file": ("b.png", png(photo))}, data=place).json()
    assert answer["frame"] == {"left": -300, "top": 17, "width": 64, "height": 48}


def test_a_workspace_of_another_program_comes_with_its_layers(with_photo: TestClient, photo: np.ndarray) -> None:
    program = OpenOutpaint()
    program.draw("first", Frame(0, 0, 64, 48), np.dstack([photo, np.full((48, 64), 255, np.uint8)]))
    program.add("second")
    files = {"file": ("saved.json", program.file())}
    answer = with_photo.post(f"{V1}/canvas/import", files=files, data={"left": 0, "top": 100}).json()
    frame = answer["frame"]
    asked = {"what": "frame", **frame}
    seen = opened(with_photo.get(f"{V1}/canvas/export", params=asked).content)
    assert (frame["left"], frame["top"]) == (0, 100) and (seen[..., 3] > 0).sum() == photo[..., 0].size
    assert len(with_photo.get(f"{V1}/canvas").json()["layers"]) > 2
    before = with_photo.get(f"{V1}/canvas").json()
    for data in (b"{", b'{"history": 1}', program.file()[:-500]):
        broken = with_photo.post(f"{V1}/canvas/import", files={"file": ("saved.json", data)})
        assert broken.status_code == 400 and broken.json()["error"]
    assert with_photo.get(f"{V1}/canvas").json() == before


@pytest.mark.parametrize("kind", ["grey", "alpha", "opaque"])
def test_the_mask_is_added_and_erased(with_photo: TestClient, kind: str) -> None:
    stroke = np.zeros((10, 20), np.uint8)
    stroke[2:8, 3:15] = 255
    if kind == "grey":
        data = png(stroke)
    elif kind == "alpha":
        data = png(np.dstack([stroke // 2, stroke * 0, stroke * 0, stroke]))
    else:
        data = png(np.dstack([stroke, stroke, stroke, np.full_like(stroke, 255)]))
    place = {"left": "5", "top": "6", "mode": "add"}
    with_photo.post(f"{V1}/canvas/mask", files={"file": ("m.png", data)}, data=place).raise_for_status()
    seen = opened(with_photo.get(f"{V1}/canvas/mask/0/0/0.png").content)[..., 3]
    np.testing.assert_array_equal(seen[6:16, 5:25], stroke)
    assert (seen > 0).sum() == (stroke > 0).sum()
    assert with_photo.get(f"{V1}/canvas").json()["masked"] == {"left": 8, "top": 8, "width": 12, "height": 6}
    place["mode"] = "erase"
    with_photo.post(f"{V1}/canvas/mask", files={"file": ("m.png", data)}, data=place).raise_for_status()
    assert with_photo.get(f"{V1}/canvas/mask/0/0/0.png").status_code == 204
    assert with_photo.get(f"{V1}/canvas").json()["masked"] is None


@pytest.mark.parametrize("level", [1, 3, 6])
def test_a_coarse_tile_of_the_mask_is_the_mean_of_what_it_covers(with_photo: TestClient, level: int) -> None:
    stroke = np.random.default_rng(level).integers(0, 256, (500, 700), np.uint8)
    place = {"left": -300, "top": -100}
    with_photo.post(f"{V1}/canvas/mask", files={"file": ("m.png", png(stroke))}, data=place).raise_for_status()
    side = 256 << level
    plane = np.zeros((side, 2 * side))  # the tiles left and right of the origin
    plane[:400, side - 300 : side + 400] = stroke[100:]
    step = 1 << level
    means = plane.reshape(256, step, 512, step).mean((1, 3))
    for column in (-1, 0):
        tile = opened(with_photo.get(f"{V1}/canvas/mask/{level}/{column}/0.png").content)[..., 3]
        wanted = means[:, 256 * (column + 1) : 256 * (column + 2)]
        assert np.abs(tile - wanted).max() <= 1
    assert with_photo.get(f"{V1}/canvas/mask/7/0/0.png").status_code == 422


NONSENSE: list[dict] = [
    {},
    {"kind": "nonsense"},
    {"kind": ["AddLayer"]},
    {"kind": "AddLayer"},
    {"command": "AddLayer", "name": "x"},
    {"kind": "AddLayer", "name": "x", "index": "top"},
    {"kind": "AddLayer", "name": 7},
    {"kind": "AddLayer", "name": "\ud800"},
    {"kind": "AddLayer", "name": "  "},
    {"kind": "MoveLayer", "layer": 2, "index": 0.5},
    {"kind": "MoveLayer", "layer": 2, "index": "0"},
    {"kind": "MoveLayer", "layer": 10**400 // 10**380, "index": 0},
    {"kind": "MoveLayer", "layer": 10**4000, "index": 0},
    {"kind": "SetOpacity", "layer": 2, "opacity": "much"},
    {"kind": "SetOpacity", "layer": 2, "opacity": 1.5},
    {"kind": "SetVisible", "layer": 2, "visible": []},
    {"kind": "SetVisible", "layer": 99, "visible": True},
    {"kind": "SetMask", "frame": [0, 0, 2**31, 2**31]},
    {"kind": "SetMask", "frame": [0, 0, -1, 5]},
    {"kind": "SetMask", "frame": {"left": 0}},
    {"kind": "SetMask", "frame": {"left": 2**31, "top": 0, "width": 1, "height": 1}},
    {"kind": "SetMask", "frame": [0, 0, 5, 5], "mode": []},
    {"kind": "Erase", "layer": 2, "frame": "everything"},
    {"kind": "ImportPhoto", "data": "/etc/passwd"},
    {"kind": "Paint", "layer": 2, "frame": [0, 0, 1, 1], "pixels": "x"},
    {"kind": "Accept", "frame": [0, 0, 1, 1]},
]


def test_a_command_that_is_none_changes_nothing(with_photo: TestClient) -> None:
    before = with_photo.get(f"{V1}/canvas").json()
    for record in NONSENSE:
        body = json.dumps(record)  # a lone surrogate can be said in JSON, if in nothing else
        answer = with_photo.post(f"{V1}/canvas/commands", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422) and answer.json()["error"], record
    assert with_photo.get(f"{V1}/canvas").json() == before


def test_every_command_without_a_picture_can_be_sent() -> None:
    sent = {each.__name__: set(each.model_fields) - {"kind"} for each in get_args(get_args(CommandModel)[0])}
    plain = {}
    for name, kind in COMMANDS.items():
        pixels = [each for each in fields(kind) if "blob" in each.metadata]
        if all(each.default is not MISSING for each in pixels):
            plain[name] = {each.name for each in fields(kind) if each not in pixels}
    assert sent == plain


@pytest.mark.parametrize("end", [None, ConnectionError, asyncio.CancelledError])
def test_a_saved_canvas_leaves_nothing_on_the_server(
    with_photo: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: type[BaseException] | None
) -> None:
    """Whether it is taken to its end, the connection breaks, or the server stops meanwhile."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    sent, coming = [], [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict:
        return coming.pop() if coming else await asyncio.Future()

    async def send(message: dict) -> None:
        if end and message["type"] == "http.response.body":
            raise end
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": f"{V1}/canvas/file", "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860),
    }  # fmt: skip
    with contextlib.suppress(Exception, asyncio.CancelledError):
        asyncio.run(with_photo.app(scope, receive, send))
    assert sent[0]["status"] == 200
    assert end or b"".join(each.get("body", b"") for each in sent).startswith(b"SQLite format 3")
    assert list(folder.iterdir()) == []


def test_models_are_what_painters_paint_with(client: TestClient) -> None:
    found = client.get(f"{V1}/models").json()
    patch = next(model for model in found["models"] if model["id"] == "patch")
    assert (patch["painter"], patch["bytes"], patch["state"], patch["needs"]) == ("patch", 0, "ready", None)
    assert {each["name"]: each["installed"] for each in found["extras"]}.get("server", True)


def test_methods_tell_what_they_read(client: TestClient) -> None:
    assert client.get(f"{V1}/health").json()["ok"] is True
    methods = {method["name"]: method for method in client.get(f"{V1}/methods").json()}
    assert methods["flat"]["reads"] == ["negative", "prompt", "seed"]
    assert methods["flat"]["settings"][1] == {
        "name": "level", "kind": "float", "default": 0.5, "low": 0, "high": 1, "choices": [],
        "about": "the grey, 0 is black",
    }  # fmt: skip
    assert methods["patch"]["usable"] and methods["patch"]["needs"] is None


def test_the_description_names_every_route(client: TestClient) -> None:
    paths = client.get(f"{V1}/openapi.json").json()["paths"]
    routes = {f"{method.upper()} {path.removeprefix(V1)}" for path, methods in paths.items() for method in methods}
    assert routes == {
        "GET /health", "GET /methods", "GET /models", "GET /canvas", "GET /canvas/tiles/{level}/{column}/{row}.png",
        "GET /canvas/mask/{level}/{column}/{row}.png", "GET /canvas/changes", "GET /canvas/history",
        "POST /canvas/commands",
        "POST /canvas/import", "POST /canvas/mask", "POST /canvas/undo", "POST /canvas/redo", "GET /canvas/export",
            "GET /canvas/file",
        "POST /jobs", "GET /jobs", "GET /jobs/{id}", "DELETE /jobs/{id}", "GET /jobs/{id}/candidates/{number}.png",
        "GET /jobs/{id}/preview.png", "POST /jobs/{id}/accept", "GET /events", "POST /extend",
    }  # fmt: skip
