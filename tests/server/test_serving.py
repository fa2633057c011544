"""The real program: the command, the event stream, killed in the middle and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from outpaint.canvas import Document
from server.conftest import opened, png

Start = Callable[..., tuple[subprocess.Popen, httpx2.Client]]
FRAME = {"left": 0, "top": 0, "width": 96, "height": 48}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Runs `outpaint canvas` in tmp_path and connects to the address that it prints."""
    running: list[Any] = []

    def started(*words: str) -> tuple[subprocess.Popen, httpx2.Client]:
        command = [sys.executable, "-W", "error", "-m", "outpaint", "canvas", *words, "--no-open", "--port", "0"]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
        )
        assert process.stdout
        line = process.stdout.readline()
        assert " is at http://127.0.0.1:" in line, line + process.communicate()[1]
        client = httpx2.Client(base_url=line.split()[3] + "api/v1", timeout=30)
        running.append((process, client))
        return process, client

    yield started
    for process, client in running:
        client.close()
        if process.poll() is None:
            process.kill()
        process.communicate()


def events(stream: httpx2.Response) -> Iterator[tuple[str, dict]]:
    name = ""
    for line in stream.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_photo_becomes_a_canvas_and_everybody_hears_of_it(start: Start, tmp_path: Path, photo: np.ndarray) -> None:
    (tmp_path / "sky.png").write_bytes(png(photo))
    process, client = start("sky.png")
    with client.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        heard = events(stream)
        assert next(heard) == ("canvas", {"revision": 1})
        asked = client.post("/jobs", json={"frame": FRAME, "method": "mirror", "count": 1}).json()
        states = []
        for name, job in heard:
            assert (name, job["id"]) == ("job", asked["id"])
            states.append(job["state"])
            if job["state"] == "done":
                break
        assert states == sorted(states, key=["waiting", "running", "done"].index)
        client.post(f"/jobs/{asked['id']}/accept", json={"candidate": 0}).raise_for_status()
        told = dict([next(heard), next(heard)])
        assert told["canvas"] == {"revision": 2} and told["job"]["state"] == "accepted"
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert list(heard) == []
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")
    assert time.monotonic() - begun < 10
    with Document(tmp_path / "sky.canvas") as document:
        np.testing.assert_array_equal(opened(document.encode())[:, :64, :3], photo)


def test_killed_while_painting_it_paints_again(start: Start, tmp_path: Path, photo: np.ndarray) -> None:
    large = np.tile(photo, (12, 12, 1))
    (tmp_path / "sky.png").write_bytes(png(large))
    process, client = start("sky.png")
    height, width = large.shape[:2]
    frame = {"left": 0, "top": 0, "width": width + 400, "height": height}
    asked = {"frame": frame, "method": "smear", "count": 1}
    ids = [client.post("/jobs", json=asked).json()["id"] for _ in range(3)]
    while client.get(f"/jobs/{ids[0]}").json()["state"] == "waiting":
        time.sleep(0.005)
    process.kill()
    process.communicate()
    _, client = start("sky.canvas")
    assert [job["id"] for job in client.get("/jobs").json()] == ids
    end = time.monotonic() + 60
    while any(job["state"] != "done" for job in client.get("/jobs").json()):
        assert time.monotonic() < end
        time.sleep(0.05)
    client.post(f"/jobs/{ids[0]}/accept").raise_for_status()
    np.testing.assert_array_equal(opened(client.get("/canvas/export").content)[:, :width, :3], large)


def test_a_second_server_on_the_same_canvas_ends_in_one_line(start: Start, tmp_path: Path) -> None:
    start("a.canvas")
    command = [sys.executable, "-m", "outpaint", "canvas", "a.canvas", "--no-open", "--port", "0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("outpaint: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn", "python_multipart"])
def test_without_the_extra_it_says_what_to_type(tmp_path: Path, missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; sys.argv[0] = 'outpaint'\n"
    code += "from outpaint.cli import run; sys.exit(run(['canvas', '--no-open']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert 'pip install "outpaint[server]"' in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no.png"], "no.png"),
        (["text.png"], "text.png"),
        (["--token", "short"], "token"),
        (["--host", "203.0.113.7"], "cannot listen"),
        (["--port", "{taken}"], "cannot listen"),
    ],
)
def test_what_cannot_be_opened_ends_in_one_line(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "text.png").write_text("hello")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = [word.format(taken=taken.getsockname()[1]) for word in words]
        command = [sys.executable, "-m", "outpaint", "canvas", *words, "--no-open"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert not (tmp_path / "text.canvas").exists()
