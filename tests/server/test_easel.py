"""A model is let go when nobody has painted for long, once, and never under somebody's hands."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from children import ENVIRONMENT
from outpaint.server.easel import Easel
from server.conftest import V1, ask, finished, png


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_rests_only_after_painting_and_once() -> None:
    clock, forgotten = Clock(), []
    easel = Easel(60, lambda: forgotten.append(clock.now), clock)
    for clock.now in range(0, 200, 10):  # nobody has painted yet
        easel.tidy()
    with easel:
        clock.now = 1000
        easel.tidy()  # somebody is at it
    for clock.now in range(1000, 1300, 10):
        easel.tidy()
        if clock.now == 1050:
            assert easel.acquire(timeout=0.1)
            easel.release()
    assert forgotten == [1110]


def test_zero_is_never() -> None:
    clock = Clock()
    easel = Easel(0, pytest.fail, clock)
    with easel:
        pass
    clock.now = 1e9
    easel.tidy()


@pytest.mark.parametrize("way", ["job", "extend"])
def test_a_server_forgets(make: Callable[..., TestClient], photo, way: str) -> None:
    forgotten: list[float] = []
    client = make(easel=Easel(0.2, lambda: forgotten.append(time.monotonic())))
    client.post(f"{V1}/canvas/import", files={"file": ("sky.png", png(photo))}).raise_for_status()
    assert not forgotten
    if way == "job":
        finished(client, ask(client).json()["id"])
    else:
        answer = client.post(f"{V1}/extend", files={"photo": ("a.png", png(photo))}, data={"right": "9"})
        answer.raise_for_status()
    end = time.monotonic() + 20
    while not forgotten and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(1.2)  # two more looks
    assert len(forgotten) == 1


def test_where_no_model_was_it_costs_no_torch() -> None:
    code = (
        "import sys; from outpaint.server.easel import Easel; easel = Easel(1e-9)\n"
        "with easel: pass\n"
        "easel.tidy(); assert 'outpaint.api' in sys.modules\n"
        "assert not {'torch', 'diffusers', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], env=ENVIRONMENT, check=True, timeout=60)
