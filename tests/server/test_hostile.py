"""Clients that mean harm, on a real socket: bodies that never end, connections that say nothing, broken forms."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outpaint.server.guard import Door, Guard
from outpaint.server.limits import Limits
from server.conftest import V1, png
from server.live import live

HEAD = f"POST {V1}/canvas/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
written: list[str] | None = None
"""What this process opens for writing, while somebody looks."""


def look(event: str, values: tuple) -> None:
    if written is not None and event == "open" and isinstance(values[0], str | bytes):
        mode, flags = values[1], values[2]
        if any(letter in (mode or "") for letter in "wax+") or flags & 3:
            written.append(values[0] if isinstance(values[0], str) else values[0].decode())
    elif written is not None and event in ("os.mkdir", "os.rename", "os.link", "os.symlink", "shutil.copyfile"):
        written.append(str(values[:2]))


sys.addaudithook(look)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    limits = Limits(upload=200_000, body=10_000, patience=2, pixels=10_000)
    with live(folder / "a.canvas", limits=limits) as url:
        yield url


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client() as client:
        yield client


def connected(url: str) -> socket.socket:
    where = urlsplit(url)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=10)


def status(connection: socket.socket) -> int:
    return int(connection.recv(1000).split()[1])


PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_a_body_without_a_length_ends_at_the_limit(url: str) -> None:
    with connected(url) as connection:
        connection.sendall((HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunk(PART))
        for number in range(1000):  # what comes after the limit is thrown away, so that the answer can be read
            connection.sendall(chunk(bytes(100_000)))
            if number % 100 == 0:
                assert httpx2.get(url + "api/v1/health").status_code == 200
        assert status(connection) == 413


STOPPED = [b"Content-Length: 1000\r\n\r\n" + PART, b"Transfer-Encoding: chunked\r\n\r\n" + chunk(PART)]


@pytest.mark.parametrize("framing", STOPPED)
def test_a_body_that_stops_is_given_up(url: str, framing: bytes) -> None:
    with connected(url) as connection:
        begun = time.monotonic()
        connection.sendall(HEAD.encode() + framing)
        assert status(connection) == 408
        assert 1.9 < time.monotonic() - begun < 8


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "Content-Length: -1\r\n\r\n",
        "Content-Length: x\r\n\r\n",
        "Content-Length: 9999999999999999999999\r\n\r\n", "Transfer-Encoding: gzip\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "X: " + "y" * 100_000 + "\r\n\r\n",
    ],
)  # fmt: skip
def test_nonsense_about_the_body_is_the_clients_error(url: str, framing: str) -> None:
    with connected(url) as connection:
        connection.sendall((HEAD + framing).encode())
        assert 400 <= status(connection) < 500


def test_a_stream_of_events_is_not_given_up(url: str) -> None:
    with httpx2.Client(timeout=10) as client, client.stream("GET", url + "api/v1/events") as stream:
        lines = stream.iter_lines()
        assert [next(lines) for _ in range(3)] == ["retry: 1000", "", "event: canvas"]
        time.sleep(3)  # longer than the patience
        client.post(url + "api/v1/canvas/commands", json={"kind": "AddLayer", "name": "x"}).raise_for_status()
        assert sum(line == "event: canvas" for line, _ in zip(lines, range(4), strict=False)) == 1


def test_connections_that_say_nothing_hold_nobody_up(url: str) -> None:
    with ExitStack() as stack:
        for number in range(150):
            connection = stack.enter_context(connected(url))
            connection.sendall((HEAD + "X-Slow: ").encode()[: number + 1])
        begun = time.monotonic()
        assert httpx2.get(url + "api/v1/canvas").status_code == 200
        assert time.monotonic() - begun < 2


PHOTO = png(np.zeros((4, 4, 3), np.uint8))
NAMES = st.text(max_size=30) | st.sampled_from(["../../x", "/etc/x", "..\\x", "C:\\x", "a\0b", "file", "left", "top"])
FORMS = st.lists(st.tuples(NAMES, NAMES, st.sampled_from([PHOTO, b"1", b"-7", b"", b"\xff"])), max_size=4)


@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile")  # Starlette leaves one to the garbage collector
@given(FORMS, st.integers(0, 400), st.binary(max_size=20), st.integers(0, 20), st.sampled_from(["import", "mask"]))
@settings(max_examples=150)
def test_a_broken_form_writes_nothing_outside(
    client: httpx2.Client, url: str, parts: list[tuple[str, str, bytes]], at: int, more: bytes, less: int, route: str
) -> None:
    """A form with any names, some bytes of which are others."""
    global written
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode() + data + b"\r\n"
        for name, file, data in [("file", "a.png", PHOTO), *parts]
    )
    body = body[:at] + more + body[at + less :] + b"--x--\r\n"
    written = []
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post(f"{url}api/v1/canvas/{route}", content=body, headers=headers)
    seen, written = written, None
    assert answer.status_code < 500 and (answer.status_code < 300 or answer.json()["error"])
    assert seen == []  # SQLite's own files are not opened by Python, and are looked at below


def test_there_is_nothing_but_the_canvas(url: str, folder: Path) -> None:
    names = {each.name for each in folder.rglob("*")}
    assert names <= {"a.canvas", "a.canvas-jobs", "a.canvas-wal", "a.canvas-shm", "a.canvas-jobs-wal"}


@pytest.mark.parametrize(
    ("listening", "host", "known"),
    [
        ("127.0.0.1", "127.0.0.1.", False),
        ("127.0.0.1", "localhost.", False),
        ("127.0.0.1", "LocalHost:80", True),
        ("127.0.0.1", "[0:0::1]:80", False),
        ("127.0.0.1", "localhost, evil.example", False),
        ("127.0.0.1", "localhost:80:80", False),
        ("127.0.0.1", "localhost:-1", False),
        ("127.0.0.1", "[127.0.0.1]", True),
        ("127.0.0.1", "0x7f.1", False),
        ("::1", "[::1]:7860", True),
        ("::1", "[::1%25eth0]", False),
        ("::", "[FE80::1]:7860", True),
        ("::", "evil.example", False),
        ("0.0.0.0", "10.0.0.7:7860", True),
        ("0.0.0.0", "10.0.0.7.nip.io:7860", False),
        ("nas.local", "NAS.local:7860", True),
        ("nas.local", "nas.local.", False),
    ],
)
def test_names_that_the_server_answers_to(url: str, listening: str, host: str, known: bool) -> None:
    guard = Guard(None, Door(listening), Limits())  # type: ignore[arg-type]
    scope = {"path": "/", "query_string": b""}
    assert (guard._refusal(scope, {"host": host}) is None) == known
    assert guard._refusal(scope, {"host": host, "origin": "null"}) is not None
