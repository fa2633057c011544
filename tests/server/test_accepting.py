"""Accepting is one transaction of the canvas: a kill right after it leaves nothing in doubt."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from outpaint.canvas import Document
from outpaint.errors import FileError
from outpaint.server.job_store import JobStore
from server import dying
from server.conftest import ask, finished, serving

V1 = "/api/v1"
SOURCE = Path(__file__).parents[2] / "src"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_killed_between_the_canvas_and_the_mark(tmp_path: Path) -> None:
    command = [sys.executable, dying.__file__, str(tmp_path)]
    died = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
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
