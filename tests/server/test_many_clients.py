"""Many clients at a time while a page listens: nobody is forgotten, and the page stays quick."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import httpx2
import numpy as np
import pytest

from outpaint.registry import Registry
from server.conftest import png
from server.live import live

JOB = {"method": "mirror", "count": 1}


def frame(number: int) -> dict[str, int]:
    """A piece of the long photo of its own for each job, and 12 rows below it."""
    return {"left": 64 * number, "top": 0, "width": 64, "height": 60}


class Listener:
    """A page: hears everything, and fetches tiles and the canvas all the while."""

    def __init__(self, url: str) -> None:
        self.heard: dict[str, str] = {}
        self.times: list[float] = []
        self._url = url + "api/v1"
        self._over, self._ready = Event(), Event()
        self._threads = [Thread(target=self._listen), Thread(target=self._look)]

    def __enter__(self) -> "Listener":
        for each in self._threads:
            each.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join(30)

    def _listen(self) -> None:
        with httpx2.Client(timeout=30) as client, client.stream("GET", self._url + "/events") as stream:
            for line in stream.iter_lines():
                if line.startswith("data: ") and "id" in (news := json.loads(line[6:])):
                    self.heard[news["id"]] = news["state"]
                self._ready.set()
                if self._over.is_set():
                    return

    def _look(self) -> None:
        paths = ("canvas/tiles/0/0/0.png", "canvas", "jobs", "canvas/tiles/1/0/0.png", "canvas/history")
        with httpx2.Client(timeout=30) as client:
            while not self._over.is_set():
                for path in paths:
                    begun = time.perf_counter()
                    assert client.get(f"{self._url}/{path}").status_code == 200
                    self.times.append(time.perf_counter() - begun)
                time.sleep(0.02)


def client_of(url: str, requests: int, number: int) -> Iterator[tuple[str, str]]:
    """Asks until every request is taken, as the refusals say; the id of each job, and what it made of it."""
    random, ids = np.random.default_rng(number), []
    with httpx2.Client(base_url=url + "api/v1", timeout=60) as client:
        for each in range(number * requests, (number + 1) * requests):
            while (answer := client.post("/jobs", json={"frame": frame(each), **JOB})).status_code != 202:
                assert answer.status_code == 429 and answer.json()["error"]
                yield "", "refused"
                time.sleep(min(int(answer.headers["retry-after"]), 0.5))
            ids.append(answer.json()["id"])
        for id, end in zip(ids, random.choice(["accepted", "rejected", "cancelled", "done"], requests), strict=True):
            while end != "cancelled" and client.get(f"/jobs/{id}").json()["state"] in ("waiting", "running"):
                time.sleep(0.05)
            if end == "accepted":
                client.post(f"/jobs/{id}/accept").raise_for_status()
            elif end != "done":
                end = client.delete(f"/jobs/{id}").json()["state"]  # one to cancel may be done already
            yield id, str(end)


def crowd(url: str, clients: int, requests: int) -> None:
    """All of them at a time; prints the figures."""
    begun = time.perf_counter()
    with Listener(url) as listener, ThreadPoolExecutor(clients) as pool:
        answers = [
            each for found in pool.map(lambda n: list(client_of(url, requests, n)), range(clients)) for each in found
        ]
        ends = {id: end for id, end in answers if id}
        took = time.perf_counter() - begun
        jobs = {job["id"]: job["state"] for job in httpx2.get(url + "api/v1/jobs").json()}
        end = time.monotonic() + 5
        while listener.heard != ends and time.monotonic() < end:
            time.sleep(0.05)
        httpx2.post(url + "api/v1/jobs", json={"frame": frame(0), **JOB}).raise_for_status()  # one last word
    refused = sum(end == "refused" for _, end in answers)
    p50, p95 = np.quantile(listener.times, (0.5, 0.95))
    print(f"{len(ends)} jobs in {took:.1f} s, {refused} refusals, {dict(Counter(ends.values()))};")
    print(f"{len(listener.times)} looks meanwhile: median {p50 * 1e3:.0f} ms, 95 % below {p95 * 1e3:.0f} ms")
    assert len(ends) == clients * requests
    assert ends.items() <= jobs.items()
    assert ends.items() <= listener.heard.items()
    assert p95 < 0.5


@pytest.fixture
def url(tmp_path: Path, registry: Registry, photo: np.ndarray) -> Iterator[str]:
    with live(tmp_path / "a.canvas", registry=registry) as url:
        files = {"file": ("a.png", png(np.tile(photo, (1, 200, 1))))}
        httpx2.post(url + "api/v1/canvas/import", files=files).raise_for_status()
        yield url


def test_some_clients_at_a_time(url: str) -> None:
    crowd(url, 6, 5)


@pytest.mark.slow
def test_two_hundred_requests_of_twenty_clients(url: str) -> None:
    crowd(url, 20, 10)


def test_an_answer_does_not_wait_for_anything(url: str) -> None:
    """Not for Nagle's algorithm either, which takes 40 ms where nobody switches it off."""
    with httpx2.Client(base_url=url + "api/v1") as client:
        times = []
        for _ in range(21):
            begun = time.perf_counter()
            client.get("/health").raise_for_status()
            times.append(time.perf_counter() - begun)
    assert sorted(times)[10] < 0.03
