"""The real program: the command, the event stream, killed in the middle and started again."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import httpx2
import numpy as np
import pytest

from outpaint.canvas import Document
from outpaint.cli import run
from server.conftest import opened, png

pytestmark = pytest.mark.usefixtures("heard")

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
    large = np.tile(photo, (20, 20, 1))
    (tmp_path / "sky.png").write_bytes(png(large))
    process, client = start("sky.png")
    height, width = large.shape[:2]
    frames = [{"left": 0, "top": 0, "width": width + more, "height": height} for more in (400, 401, 402)]
    asked = [{"frame": frame, "method": "mirror", "count": 1} for frame in frames]
    ids = [client.post("/jobs", json=each).json()["id"] for each in asked]
    while client.get(f"/jobs/{ids[0]}").json()["state"] == "waiting":
        time.sleep(0.005)
    assert client.get(f"/jobs/{ids[2]}").json()["state"] == "waiting"
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


@pytest.fixture
def fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Iterator[Callable]:
    """Runs `outpaint canvas` in this process; the one line that it ends in."""
    monkeypatch.chdir(tmp_path)
    handlers = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}

    def failed(*words: str) -> str:
        assert run(["canvas", *words, "--no-open"]) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("outpaint: ") and err.count("\n") == 1
        return err

    yield failed
    for each, handler in handlers.items():
        signal.signal(each, handler)


def test_a_second_server_on_the_same_canvas_is_refused(start: Start, fails: Callable[..., str]) -> None:
    start("a.canvas")
    assert "open in another" in fails("a.canvas", "--port", "0")


def test_others_need_the_token_that_is_printed(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "outpaint",
        "canvas",
        "--host",
        "0.0.0.0",
        "--port",
        "0",
        "--no-open",
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, text=True, **pipes) as process:
        assert process.stdout
        where = process.stdout.readline().split()[3]
        try:
            with httpx2.Client(timeout=10) as client:
                bare = where.partition("?")[0]
                assert client.get(bare + "api/v1/health").status_code == 401
                assert client.get(where).status_code in (200, 404)  # 404: an installation without the page
                assert client.get(bare + "api/v1/health").json()["ok"]
                for path in ("nothing", "api/v1/canvas/tiles/99/0/0.png", "%ff", "static/../x"):
                    client.get(f"{where.replace('?', path + '?')}")
                client.post(bare + "api/v1/canvas/import?" + where.partition("?")[2], content=b"x")
        finally:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (out, err) == ("", "")  # the token is in no log


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn", "python_multipart"])
def test_without_the_extra_it_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., str], missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert 'pip install "outpaint[server]"' in fails()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no.png"], "no.png"),
        (["text.png"], "text.png"),
        (["none.canvas"], "is no canvas"),
        (["--token", "short"], "token"),
        (["--host", "203.0.113.7"], "cannot listen"),
        (["--port", "{taken}"], "cannot listen"),
    ],
)
def test_what_cannot_be_opened_is_said(
    tmp_path: Path, fails: Callable[..., str], words: list[str], said: str
) -> None:
    for name in ("text.png", "none.canvas"):
        (tmp_path / name).write_text("hello")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert said in fails(*(word.format(taken=taken.getsockname()[1]) for word in words))
    assert (tmp_path / "none.canvas").read_text() == "hello"


def test_a_gigabyte_is_refused_before_it_is_sent(start: Start, tmp_path: Path) -> None:
    _, client = start()
    head = "POST /api/v1/canvas/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    address = (client.base_url.host, client.base_url.port)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    for nonsense in (b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: \xff\r\n\r\n"):
        with socket.create_connection(address, timeout=10) as connection:
            connection.sendall(nonsense)
            assert connection.recv(100)[:10] in (b"HTTP/1.1 4", b"HTTP/1.0 4", b"")
    assert client.get("/health").status_code == 200
    assert {each.name for each in tmp_path.iterdir() if "-" not in each.name} == {"untitled.canvas"}


@pytest.mark.parametrize("kills", [pytest.param(8, marks=pytest.mark.slow), pytest.param(50, marks=pytest.mark.long)])
def test_killed_at_any_moment_nothing_accepted_is_lost(
    start: Start, tmp_path: Path, photo: np.ndarray, kills: int
) -> None:
    random = np.random.default_rng(3)
    data, accepted, imported = png(photo), 0, 0
    for _ in range(kills):
        process, client = start("a.canvas")
        layers = [each["name"] for each in client.get("/canvas").json()["layers"]]
        assert layers.count("mirror") in (accepted, accepted + 1) and layers.count("p") in (imported, imported + 1)
        accepted, imported = layers.count("mirror"), layers.count("p")
        Timer(random.uniform(0.2, 1.2), process.kill).start()
        try:
            while True:
                left = 200 * imported
                place = {"left": left, "top": 0}
                client.post("/canvas/import", files={"file": ("p.png", data)}, data=place).raise_for_status()
                imported += 1
                asked = {"frame": {**FRAME, "left": left}, "method": "mirror", "count": 1}
                id = client.post("/jobs", json=asked).json()["id"]
                while client.get(f"/jobs/{id}").json()["state"] in ("waiting", "running"):
                    pass
                client.post(f"/jobs/{id}/accept").raise_for_status()
                accepted += 1
        except httpx2.TransportError:
            process.wait(10)
        with closing(sqlite3.connect(tmp_path / "a.canvas")) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with closing(sqlite3.connect(tmp_path / "a.canvas-jobs")) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    print(f"{imported} imported, {accepted} accepted")
    assert accepted > kills / 3
