"""A canvas of a gigapixel through the server: opened at once, looked at quickly, in little memory."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from canvas.test_large import tiled
from server.test_bombs import most
from server.test_serving import Start, start

__all__ = ["start"]

WIDTH, HEIGHT = 1920, 1080


def spots(content: dict, level: int) -> list[str]:
    """The tiles of a view of 1920 x 1080 screen pixels in the middle, and what is asked for each."""
    side = 256 << level
    left = content["left"] + (content["width"] - (WIDTH << level)) // 3
    top = content["top"] + (content["height"] - (HEIGHT << level)) // 3
    columns = range(left // side, (left + (WIDTH << level) - 1) // side + 1)
    rows = range(top // side, (top + (HEIGHT << level) - 1) // side + 1)
    return [f"canvas/tiles/{level}/{column}/{row}.png" for row in rows for column in columns]


def looked_at(start: Start, folder: Path, side: int, relaxed: float) -> None:
    """Six connections, as a browser has; `cold`: tiles nobody has seen; `again`: another page; `warm`: the same."""
    tiled(folder / "a.canvas", side)
    begun = time.perf_counter()
    process, client = start("a.canvas")
    canvas = client.get("/canvas").json()
    figures: dict = {"started": time.perf_counter() - begun}
    begun = time.perf_counter()
    assert client.get("/canvas").json()["content"]["width"] >= side * 256 - 512
    figures["canvas"] = time.perf_counter() - begun
    with ThreadPoolExecutor(6) as pool:
        for level in range(6):
            tags: dict[str, str] = {}

            def fetch(path: str, tags: dict[str, str] = tags) -> int:
                answer = client.get("/" + path, headers={"If-None-Match": tags[path]} if path in tags else {})
                tags[path] = answer.headers["etag"]
                return answer.status_code

            paths = spots(canvas["content"], level)
            times = {}
            for name in ("cold", "again", "warm"):
                if name == "again":
                    tags.clear()
                begun = time.perf_counter()
                answers = list(pool.map(fetch, paths))
                times[name] = time.perf_counter() - begun
                assert set(answers) <= ({304} if name == "warm" else {200, 204})
            figures[level] = {"tiles": len(paths), **times}
    figures["memory"] = most(process.pid)
    print(json.dumps(figures, indent=1))
    assert figures["canvas"] < relaxed
    assert max(figures[level]["again"] for level in range(6)) < 0.1 * relaxed
    assert max(figures[level]["warm"] for level in range(6)) < 0.1 * relaxed
    assert figures["memory"] < 500


def test_a_large_canvas_over_http(start: Start, tmp_path: Path) -> None:
    looked_at(start, tmp_path, 20, 10)


@pytest.mark.slow
def test_a_gigapixel_over_http(start: Start, tmp_path: Path) -> None:
    looked_at(start, tmp_path, 124, 3)
