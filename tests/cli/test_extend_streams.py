"""Standard input, standard output, terminals and full disks."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cli.running import files, pixels, run


def test_through_standard_input_and_output(shot, photo) -> None:
    done = run("extend", "-", "--left", 4, "--method", "edge", stdin=shot.read_bytes())
    assert done.returncode == 0 and done.stderr == b""
    assert np.array_equal(pixels(io.BytesIO(done.stdout))[:, 4:], photo)
    done = run("extend", "-", "--left", 4, "-m", "edge", "-o", shot.with_name("x.png"), stdin=shot.read_bytes())
    assert done.returncode == 0 and shot.with_name("x.png").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_on_standard_output_is_one_line(shot) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "outpaint", "extend", "-", "--right", "4", "-m", "edge"],
            input=shot.read_bytes(), stdout=full, stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2 and done.stderr.decode().count("\n") == 1
    assert "No space left" in done.stderr.decode()


def test_a_full_disk_leaves_no_half_file(shot, tmp_path) -> None:
    """A file size limit stands in for a full disk: the kernel refuses the same write the same way."""
    before = files(tmp_path)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        f"sys.argv = ['outpaint', 'extend', {str(shot)!r}, '--all', '900', '--painter', 'noise'];"
        "sys.dont_write_bytecode = True; from outpaint.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120)
    assert done.returncode == 2, done.stderr
    assert done.stderr.decode().count("\n") == 1, done.stderr
    assert files(tmp_path) == before


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess:
    line = line.replace("outpaint ", f"{sys.executable} -m outpaint ")
    return subprocess.run(["bash", "-c", line], cwd=cwd, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("outpaint extend shot.png --right 4 -m edge >/dev/full", 2, "standard output"),
        ("outpaint methods >/dev/full", 2, "standard output"),
        ("outpaint extend shot.png --right 4 -m edge 2>&-", 0, ""),
        ("outpaint extend shot.png --right 4 -m edge -q >&-", 0, ""),
        ("outpaint extend - --right 4 -m edge -o x.png <&-", 2, "empty"),
        ("outpaint painters | true; exit ${PIPESTATUS[0]}", 1, ""),
    ],
)
def test_streams_that_are_full_or_closed(shot, tmp_path, line, code, says) -> None:
    done = shell(line, tmp_path)
    error = done.stderr.decode()
    assert done.returncode == code and "Traceback" not in error and says in error and error.count("\n") <= 1, error
    assert shot.with_name("shot-extended.png").exists() == ("extend shot.png" in line)


def test_a_terminal_shows_progress_and_standard_output_stays_a_stream(shot, tmp_path) -> None:
    """stderr is a terminal and stdout a file, as in `outpaint ... --json | jq`."""
    pty = pytest.importorskip("pty")
    terminal, other = pty.openpty()
    command = [sys.executable, "-m", "outpaint", "extend", str(shot), "--all", "9", "-m", "mirror", "--json"]
    with (tmp_path / "out.json").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=other, stdin=subprocess.DEVNULL)
        os.close(other)
        shown = b""
        while True:
            try:
                shown += (chunk := os.read(terminal, 4096))
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
    assert process.wait(timeout=60) == 0
    assert json.loads((tmp_path / "out.json").read_text())["width"] == 82
    assert b"painting" in shown and b"width" not in shown
