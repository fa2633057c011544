"""Who is let in, and what is too much: never a 5xx, never a file that is not the page's."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from outpaint.server.guard import Door
from outpaint.server.limits import Limits
from server import bombs
from server.conftest import BASE, V1, png, serving

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example:7860", "evil@127.0.0.1", "", "[::1", "localhost:99999x", "192.168.1.5"],
)
def test_another_host_is_refused(steady: TestClient, host: str) -> None:
    answer = steady.get(f"{V1}/health", headers={"Host": host})
    assert answer.status_code == 403 and answer.json()["error"]


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860"])
def test_this_machine_is_known(steady: TestClient, host: str) -> None:
    assert steady.get(f"{V1}/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:7860", "http://["]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_from_elsewhere_are_refused(steady: TestClient, origin: str, method: str) -> None:
    answer = steady.request(method, f"{V1}/canvas/undo", headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_own_page_is_let_in(client: TestClient) -> None:
    assert client.post(f"{V1}/canvas/undo", headers={"Origin": BASE}).status_code == 200
    sneaky = client.get(f"{V1}/canvas/export", headers={"Sec-Fetch-Site": "cross-site"})
    assert sneaky.status_code == 403


def test_every_answer_carries_the_policy(steady: TestClient) -> None:
    for path in ("/", f"{V1}/health", "/nothing", f"{V1}/canvas/tiles/99/0/0.png"):
        headers = steady.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_token_is_asked_for_and_remembered(make: Callable[..., TestClient]) -> None:
    client = make(door=Door("0.0.0.0", TOKEN))
    lan = {"Host": "192.168.1.5:7860"}
    assert client.get("/", headers=lan).status_code == 401
    assert client.get(f"{V1}/health").json()["error"].startswith("a token")
    for wrong in ("Bearer nonsense", f"Basic {TOKEN}", "Bearer", "Bearer \xff"):
        assert client.get(f"{V1}/health", headers={"Authorization": wrong.encode("latin-1")}).status_code == 401
    assert client.get(f"{V1}/health?token=nonsense").status_code == 401
    assert client.get(f"{V1}/health", headers={"Authorization": f"Bearer {TOKEN}", **lan}).status_code == 200
    cookie = client.get(f"{V1}/health?token={TOKEN}").headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert client.get(f"{V1}/health").status_code == 200
    assert client.get(f"{V1}/health", headers={"Host": "evil.example"}).status_code == 403


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a server with a page of its own, and a secret beside the page."""
    tmp_path = tmp_path_factory.mktemp("page")
    web = tmp_path / "web"
    web.mkdir()
    (web / "index.html").write_text("<p>hello")
    (web / "main.js").write_text("1")
    (tmp_path / "secret").write_text("secret")
    (web / "link.js").symlink_to(tmp_path / "secret")
    with serving(tmp_path, web=web) as client:
        yield client


def test_the_page_is_served(page: TestClient) -> None:
    assert page.get("/").text == "<p>hello"
    answer = page.get("/static/main.js")
    assert answer.text == "1" and "javascript" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret", "%2e%2e/secret", "..%2fsecret", "%2e%2e%2fsecret", "..\\secret", "%00", "main.js%00.png",
        "//etc/passwd", "%2fetc%2fpasswd", "link.js", "a" * 5000, "\u00e9%ff", ".",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_page(page: TestClient, path: str) -> None:
    answer = page.get(f"/static/{path}")
    assert 400 <= answer.status_code < 500 and "secret" not in answer.text


def endless() -> Iterator[bytes]:
    for _ in range(100):
        yield bytes(10_000)


def test_too_large_a_body_is_refused_unread(make: Callable[..., TestClient]) -> None:
    client = make(limits=Limits(upload=100_000, body=10_000))
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    plain = {"Content-Type": "application/json"}
    for path, headers in ((f"{V1}/canvas/import", multipart), (f"{V1}/jobs", plain), (f"{V1}/extend", multipart)):
        assert client.post(path, content=bytes(200_000), headers=headers).status_code == 413
        assert client.post(path, content=endless(), headers=headers).status_code == 413
        assert client.post(path, content=b"", headers={**headers, "Content-Length": str(10**9)}).status_code == 413


BAD = [
    bombs.png(50_000, 50_000), bombs.png(2**31 - 1, 2**31 - 1), bombs.png(64, 64), b"", b"GIF89a",
    b"\xff\xd8\xff\xe0",
    b"II*\0\1\0\0\0",
    b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"P6 99999 99999 255\n", b"<svg/>", b"/etc/passwd", b"x" * 1000,
]  # fmt: skip


@pytest.mark.parametrize("data", BAD)
def test_a_file_that_is_no_photo_is_refused(steady: TestClient, data: bytes) -> None:
    place = {"left": 0, "top": 0, "right": "10"}
    for path, field in (("canvas/import", "file"), ("canvas/mask", "file"), ("extend", "photo")):
        answer = steady.post(f"{V1}/{path}", files={field: ("../a.png", data)}, data=place)
        assert 400 <= answer.status_code < 500 and answer.json()["error"]
    assert steady.get(f"{V1}/canvas").json()["revision"] == 0


FIELD = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--x--"),
        ("multipart/form-data; boundary=x", FIELD % b"file" + b"\r\nno\r\n--x--"),
        ("multipart/form-data; boundary=" + "y" * 5000, b"--y"),
        ("multipart/form-data; boundary=x; charset=nonsense", FIELD % b"a" + b"\r\n\xff\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n\xff\xfe: \x00\r\n\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", (FIELD % b"left" + b"\r\n1\r\n") * 3000),
        ("application/x-www-form-urlencoded", b"file=%ff&left=" + b"9" * 5000),
        ("application/json", b"{" * 5000),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"count": NaN}'),
        ("application/json", b'{"count": 1e999}'),
        ("application/json", b"\xff\xfe"),
        ("text/plain; charset=nonsense", b"x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["canvas/import", "canvas/mask", "extend", "jobs", "canvas/commands"])
def test_what_cannot_be_read_is_the_clients_error(steady: TestClient, path: str, kind: str, body: bytes) -> None:
    answer = steady.post(f"{V1}/{path}", content=body, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500 and answer.json()["error"]


@pytest.mark.parametrize(
    "path",
    [
        "canvas/tiles/24/0/0.png", "canvas/tiles/-1/0/0.png", "canvas/tiles/0/99999999999999999999/0.png",
        "canvas/tiles/0/x/0.png", "canvas/tiles/23/5/5.png", "canvas/tiles/0/8388608/0.png",
        "canvas/mask/0/8388608/0.png",
        "canvas/changes", "canvas/changes?since=-1", "canvas/changes?since=99999999999999999999",
        "canvas/history?limit=0", "canvas/export?what=nonsense", "canvas/export?what=frame",
        "canvas/export?what=frame&left=0&top=0&width=100000&height=100000",
        "canvas/export?what=frame&width=-1&height=5",
        "canvas/export?format=exe", "canvas/export?quality=1e3", "jobs/nonsense", "jobs/%00", "jobs/%ff",
        "jobs/x/candidates/0.png", "jobs/x/candidates/99999999999999999999.png", "nonsense", "../../etc/passwd",
    ],
)  # fmt: skip
def test_what_is_not_there_is_the_clients_error(steady: TestClient, path: str) -> None:
    answer = steady.get(f"{V1}/{path}")
    assert 400 <= answer.status_code < 500 and answer.json()["error"]


def test_nothing_was_written_beside_the_canvas(client: TestClient, tmp_path: Path, photo: np.ndarray) -> None:
    for name in ("../../x.png", "/tmp/x.png", "..\\x.png", "x\0.png", ""):
        client.post(f"{V1}/canvas/import", files={"file": (name or "x", png(photo))})
    assert {each.name.split("-")[0] for each in tmp_path.iterdir()} == {"a.canvas"}
