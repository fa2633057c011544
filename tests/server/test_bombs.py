"""Files that are far more than they look cost the real server neither its memory nor an answer."""

import re
from pathlib import Path

import pytest

from server.bombs import claims, swellings
from server.test_serving import Start, start

__all__ = ["start"]

MOST = 400
"""Megabytes that the server may have needed at any time; bare it has about 100."""


def most(pid: int) -> float:
    """Megabytes of memory that a process had at its largest."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_bombs_are_refused_and_forgotten(start: Start) -> None:
    process, client = start()
    before = most(process.pid)
    place = {"left": 0, "top": 0, "right": "10", "method": "mirror"}
    for name, data in claims():
        for path, field in (("canvas/import", "file"), ("canvas/mask", "file"), ("extend", "photo")):
            answer = client.post(path, files={field: ("a", data)}, data=place)
            assert answer.status_code == 400 and answer.json()["error"], (name, path, answer.text)
    assert most(process.pid) < before + 50
    for name, data in swellings(2**29):  # what is too much of a file may be left unread
        answer = client.post("canvas/import", files={"file": ("a", data)})
        assert answer.status_code in (200, 400), (name, answer.text)
        assert most(process.pid) < MOST, name
    print(f"{before:.0f} MB before, {most(process.pid):.0f} MB at most")
    assert client.get("/health").status_code == 200
