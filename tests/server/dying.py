"""A child process that accepts a candidate and is killed before its job says so: `python dying.py FOLDER`."""

import os
import signal
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from outpaint.server.job_store import JobStore
from server.conftest import ask, finished, png, serving

PHOTO = np.full((48, 64, 3), 90, np.uint8)


def main(folder: str) -> None:
    move = JobStore.move

    def moved(self: JobStore, id: str, state: str, *more: object, **named: object) -> None:
        if state == "accepted":
            os.kill(os.getpid(), signal.SIGKILL)
        move(self, id, state, *more, **named)

    JobStore.move = moved
    with serving(Path(folder)) as client:
        client.post("/api/v1/canvas/import", files={"file": ("sky.png", png(PHOTO))}).raise_for_status()
        ids = [ask(client, method="mirror").json()["id"] for _ in range(2)]
        assert [finished(client, id)["state"] for id in ids] == ["done", "done"]
        client.post(f"/api/v1/jobs/{ids[0]}/accept").raise_for_status()


if __name__ == "__main__":
    main(sys.argv[1])
