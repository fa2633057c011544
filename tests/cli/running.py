"""The program as people and scripts run it, and what it leaves behind."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image


def run(
    *words: object, stdin: bytes | None = None, env: dict[str, str] | None = None, text: bool = False
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "outpaint", *map(str, words)],
        capture_output=True,
        input=stdin,
        env={**os.environ, **(env or {})},
        text=text,
        timeout=120,
    )


def refuse(folder: Path, *words: object, says: str, code: int = 2, **more) -> None:
    """The command fails with one clear line and writes nothing."""
    before = files(folder)
    done = run(*words, **more)
    error = done.stderr.decode()
    assert done.returncode == code, error
    assert error.count("\n") == 1 and error.startswith("outpaint: "), error
    assert says in error and "Traceback" not in error, error
    assert done.stdout == b""
    assert files(folder) == before


def pixels(path: Path | io.BytesIO) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def at_work(process: subprocess.Popen, count: int) -> None:
    """Waits until the program, or `count` of its children if that is more than one, have begun to paint.

    It shows by their memory: a picture of 25 megapixels takes more than everything else.
    """
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if sum(_megabytes(number) > 350 for number in (children if count > 1 else [process.pid])) >= count:
            return
        time.sleep(0.02)
    raise AssertionError("it was done, or has died, before it was seen at work")


def _megabytes(number: int | str) -> float:
    """Resident memory of a process."""
    try:
        pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
    except OSError:  # it has ended
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
