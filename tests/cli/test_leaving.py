"""Signals that end the program: no half file, whatever they interrupt, even a function that C calls."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from cli.running import at_work

pytestmark = pytest.mark.usefixtures("heard")

SWALLOWED = """
import ctypes, signal, sys
from outpaint.painters import fake

plain = fake.Progress

def told(step, *more, **named):
    if step == 3:
        ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal({number}))()
    print(step, flush=True)
    return plain(step, *more, **named)

fake.Progress = told
{before}
from outpaint.__main__ import main
main()
"""


def extended(shot, number, before="", steps=9):
    code = SWALLOWED.format(number=int(number), before=before)
    words = ["extend", str(shot), "--right", "20", "--painter", "fake", "--set", f"steps={steps}"]
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("steps", [9, 3])  # in the middle, and with the last event of the painter
def test_a_signal_whose_exception_is_swallowed_ends_the_run_at_the_next_event(number, steps, shot):
    done = extended(shot, number, steps=steps)
    assert done.returncode == 128 + number
    assert done.stdout.split() == ["1", "2", "3"]  # the first two events, and the one that came too late
    assert list(shot.parent.iterdir()) == [shot]
    assert done.stderr.count("\n") == (number == signal.SIGINT), done.stderr


def test_a_signal_that_the_caller_ignores_stays_ignored(shot):
    """As with nohup, and with Ctrl-C where a shell has put the program into the background."""
    for number in signal.SIGINT, signal.SIGHUP:
        done = extended(shot, number, before=f"signal.signal({int(number)}, signal.SIG_IGN)")
        assert done.returncode == 0, done.stderr
        shot.with_name("shot-extended.png").unlink()


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="sees by /proc what processes do")


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_leaves_no_half_file(shot, tmp_path, photo, how, workers):
    Image.fromarray(photo).save(tmp_path / "two.png")
    before = sorted(tmp_path.rglob("*"))
    process = subprocess.Popen(
        [sys.executable, "-m", "outpaint", "extend", str(shot), str(tmp_path / "two.png"), "--all", "3000",
         "--painter", "noise", "--painter", "matched-noise", "--workers", str(workers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    at_work(process, workers)
    process.send_signal(how)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 128 + how
    assert b"Traceback" not in error, error.decode()
    assert sorted(tmp_path.rglob("*")) == before


@needs_proc
def test_workers_do_not_outlive_a_parent_that_is_killed(shot, tmp_path, photo):
    for name in ("a.png", "b.png", "c.png"):
        Image.fromarray(photo).save(tmp_path / name)
    words = ["extend", str(tmp_path), "--all", "2500", "--painter", "noise", "--painter", "noise", "--workers", "2"]
    process = subprocess.Popen([sys.executable, "-m", "outpaint", *words], stderr=subprocess.DEVNULL)
    at_work(process, 2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert children and not any(Path(f"/proc/{child}").exists() for child in children)
