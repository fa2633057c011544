"""Accepting is one transaction of the canvas: a kill right after it leaves nothing in doubt."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from children import killed, needs_kill
from outpaint.canvas import Document
from outpaint.errors import FileError
from outpaint.files import read_recipe
from outpaint.recipe import parse_recipe
from outpaint.request import Request
from outpaint.server.job_store import JobStore
from server import dying
from server.conftest import V1, ask, finished, serving


@needs_kill
def test_killed_between_the_canvas_and_the_mark(tmp_path: Path) -> None:
    killed(dying.__file__, tmp_path)
    with Document(tmp_path / "a.canvas") as document:
        assert [each.name for each in document.layers] == ["sky", "mirror", "Mask"]
        accepted = document.accepted()
    with serving(tmp_path) as client:
        jobs = client.get(f"{V1}/jobs").json()
        assert [job["state"] for job in jobs] == ["accepted", "done"]
        assert accepted == {jobs[0]["id"]: 0}
        assert client.post(f"{V1}/jobs/{jobs[0]['id']}/accept").status_code == 409
        client.post(f"{V1}/jobs/{jobs[1]['id']}/accept").raise_for_status()
        assert len(client.get(f"{V1}/canvas").json()["layers"]) == 4
    with Document(tmp_path / "a.canvas") as document:
        assert document.accepted() == {job["id"]: 0 for job in jobs}


def test_a_mark_that_fails_is_made_up_for(with_photo: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the job list is full for a moment: the candidate comes onto the canvas once, not twice."""
    id = ask(with_photo).json()["id"]
    finished(with_photo, id)
    move = JobStore.move
    monkeypatch.setattr(JobStore, "move", lambda *_, **__: (_ for _ in ()).throw(FileError("full")))
    assert with_photo.post(f"{V1}/jobs/{id}/accept").status_code == 400
    monkeypatch.setattr(JobStore, "move", move)
    revision = with_photo.get(f"{V1}/canvas").json()["revision"]
    answer = with_photo.post(f"{V1}/jobs/{id}/accept")
    assert answer.json() == {"revision": revision, "layer": None}
    assert len(with_photo.get(f"{V1}/canvas").json()["layers"]) == 3
    assert with_photo.get(f"{V1}/jobs/{id}").json()["state"] == "accepted"


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "tiff"])
def test_every_export_carries_how_it_was_made(with_photo: TestClient, format: str) -> None:
    """The recipe is a request like any other result's, and repeats what was accepted."""
    frame = {"left": 0, "top": 0, "width": 96, "height": 48}
    asked = [{"seed": 5, "count": 2}, {"seed": 9, "frame": {**frame, "left": -40}, "settings": {"level": 0.25}}]
    for number, each in zip((1, 0), asked, strict=True):
        id = ask(with_photo, **each).json()["id"]
        assert finished(with_photo, id)["state"] == "done"
        with_photo.post(f"{V1}/jobs/{id}/accept", json={"candidate": number}).raise_for_status()

    def recipe(what: str, **place: int) -> Any:
        query = {"what": what, "format": format, "quality": 90, **place}
        text = read_recipe(with_photo.get(f"{V1}/canvas/export", params=query).raise_for_status().content)
        return text and json.loads(text) | {"said": parse_recipe(text)}

    for what, place in (("content", {}), ("everything", {}), ("frame", frame)):
        found = recipe(what, **place)
        assert found["said"] == Request(method="flat", seed=9, settings={"level": 0.25})
        assert [each["frame"] for each in found["painted"]] == [[0, 0, 96, 48], [-40, 0, 96, 48]]
        assert [each["request"]["seed"] for each in found["painted"]] == [6, 9]
    assert [each["frame"][0] for each in recipe("frame", **{**frame, "left": 60, "width": 30})["painted"]] == [0]
    assert recipe("frame", left=500, top=0, width=5, height=5) is None
    with_photo.post(f"{V1}/canvas/undo", json={"count": 2})
    assert recipe("content") is None
