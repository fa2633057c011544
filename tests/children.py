"""Other processes that run this source tree, wherever they are started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}

needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")


def killed(*words: object) -> None:
    """`python WORDS`, which kills itself."""
    died = subprocess.run(
        [sys.executable, *map(str, words)], env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
