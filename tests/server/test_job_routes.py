"""From a job to its candidates to the canvas, and everything that may happen between."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from outpaint.canvas import Accept, Document, ImportPhoto
from outpaint.errors import FileError
from outpaint.geometry import Frame
from outpaint.registry import Registry
from outpaint.request import Request
from outpaint.server.easel import Easel
from outpaint.server.feed import Feed, News
from outpaint.server.job import Job
from outpaint.server.job_queue import JobQueue
from outpaint.server.job_store import JobStore
from outpaint.server.limits import Limits
from server.conftest import V1, ask, finished, opened, png, serving


def exported(client: TestClient) -> np.ndarray:
    return opened(client.get(f"{V1}/canvas/export").content)


def test_painted_accepted_undone_redone(with_photo: TestClient, photo: np.ndarray) -> None:
    answer = ask(with_photo, count=3, seed=5)
    assert answer.status_code == 202
    id = answer.json()["id"]
    job = finished(with_photo, id)
    assert (job["state"], job["candidates"], job["progress"], job["error"]) == ("done", 3, 1.0, None)
    pictures = [opened(with_photo.get(f"{V1}/jobs/{id}/candidates/{n}.png").content) for n in range(3)]
    for number, picture in enumerate(pictures):
        np.testing.assert_array_equal(picture[:, :64, :3], photo)
        assert picture.shape == (48, 96, 4)
        assert np.abs(picture[:, 64:, 0] - 255 * abs(0.5 - (5 + number) / 10)).max() <= 1
    accepted = with_photo.post(f"{V1}/jobs/{id}/accept", json={"candidate": 1}).json()
    assert accepted["revision"] == with_photo.get(f"{V1}/canvas").json()["revision"]
    np.testing.assert_array_equal(exported(with_photo), pictures[1])
    with_photo.post(f"{V1}/canvas/undo")
    np.testing.assert_array_equal(exported(with_photo)[..., :3], photo)
    with_photo.post(f"{V1}/canvas/redo")
    np.testing.assert_array_equal(exported(with_photo), pictures[1])
    assert with_photo.get(f"{V1}/jobs/{id}").json()["state"] == "accepted"
    assert with_photo.get(f"{V1}/jobs/{id}/candidates/1.png").status_code == 404
    assert with_photo.post(f"{V1}/jobs/{id}/accept").status_code == 409


@pytest.mark.parametrize("method", ["mirror", pytest.param("patch", marks=pytest.mark.slow)])
def test_what_is_masked_is_painted(with_photo: TestClient, photo: np.ndarray, method: str) -> None:
    stroke = np.full((8, 8), 255, np.uint8)
    with_photo.post(f"{V1}/canvas/mask", files={"file": ("m.png", png(stroke))}, data={"left": 9, "top": 29})
    id = ask(with_photo, method=method, frame={"left": 0, "top": 0, "width": 64, "height": 48}).json()["id"]
    assert finished(with_photo, id, 120)["state"] == "done"
    with_photo.post(f"{V1}/jobs/{id}/accept").raise_for_status()
    outside = np.ones((48, 64), bool)
    outside[29:37, 9:17] = False
    found = exported(with_photo)[..., :3]
    np.testing.assert_array_equal(found[outside], photo[outside])
    assert (found[~outside] != photo[~outside]).any()
    assert with_photo.get(f"{V1}/canvas/mask/0/0/0.png").status_code == 204


def test_a_rejected_job_has_no_candidates(with_photo: TestClient) -> None:
    id = ask(with_photo).json()["id"]
    finished(with_photo, id)
    assert with_photo.delete(f"{V1}/jobs/{id}").json()["state"] == "rejected"
    assert with_photo.get(f"{V1}/jobs/{id}/candidates/0.png").status_code == 404
    assert with_photo.delete(f"{V1}/jobs/{id}").json()["state"] == "rejected"


def test_running_and_waiting_jobs_can_be_cancelled(with_photo: TestClient) -> None:
    running = ask(with_photo, method="slow").json()["id"]
    while with_photo.get(f"{V1}/jobs/{running}").json()["progress"] == 0:
        pass  # two equal jobs that wait would be one
    waiting, last = (ask(with_photo, method=name).json()["id"] for name in ("slow", "flat"))
    assert with_photo.delete(f"{V1}/jobs/{waiting}").json()["state"] == "cancelled"
    assert with_photo.delete(f"{V1}/jobs/{running}").json()["state"] == "cancelled"
    assert finished(with_photo, last, 1)["state"] == "done"
    states = [job["state"] for job in with_photo.get(f"{V1}/jobs").json()]
    assert states == ["cancelled", "cancelled", "done"]


def test_a_cancelled_job_that_then_fails_stays_cancelled_and_keeps_nothing(with_photo: TestClient) -> None:
    id = ask(with_photo, method="stubborn").json()["id"]
    while with_photo.get(f"{V1}/jobs/{id}").json()["state"] == "waiting":
        pass
    assert with_photo.delete(f"{V1}/jobs/{id}").json()["state"] == "cancelled"
    after = ask(with_photo).json()["id"]
    assert finished(with_photo, after)["state"] == "done"
    job = with_photo.get(f"{V1}/jobs/{id}").json()
    assert (job["state"], job["candidates"], job["error"]) == ("cancelled", 0, None)
    failed = finished(with_photo, ask(with_photo, method="stubborn").json()["id"])
    assert failed["state"] == "failed" and "never again" in failed["error"]


@pytest.mark.parametrize(
    ("frame", "words"),
    [((0, 0, 20, 20), "nothing is missing"), ((500, 500, 20, 20), "let it overlap")],
)
def test_a_job_that_cannot_be_done_says_why(with_photo: TestClient, frame: tuple[int, ...], words: str) -> None:
    box = dict(zip(("left", "top", "width", "height"), frame, strict=True))
    job = finished(with_photo, ask(with_photo, frame=box).json()["id"])
    assert job["state"] == "failed" and words in job["error"]


NONSENSE: list[dict] = [
    {"method": "nonsense"},
    {"method": "patch", "prompt": "a dragon"},
    {"method": "flat", "settings": {"nonsense": 1}},
    {"method": "flat", "settings": {"level": 7}},
    {"method": "flat", "settings": {"level": [7]}},
    {"count": 0},
    {"count": 10**30},
    {"seed": -1},
    {"frame": {"left": 0, "top": 0, "width": 0, "height": 5}},
    {"frame": {"left": 0, "top": 0, "width": 2**31, "height": 2**31}},
    {"frame": {"left": 2**80, "top": 0, "width": 5, "height": 5}},
    {"frame": [0, 0, 5, 5]},
    {"surprise": 1},
]


def test_a_job_that_makes_no_sense_is_refused(with_photo: TestClient) -> None:
    for asked in NONSENSE:
        answer = ask(with_photo, **asked)
        assert answer.status_code in (400, 422) and answer.json()["error"], asked
    assert with_photo.get(f"{V1}/jobs").json() == []


def test_many_clients_are_answered_or_asked_to_wait(make: Callable[..., TestClient], photo: np.ndarray) -> None:
    client = make(limits=Limits(waiting=12))
    client.post(f"{V1}/canvas/import", files={"file": ("a.png", png(photo))}).raise_for_status()
    answers = []

    def many() -> None:
        answers.extend(ask(client, method="mirror") for _ in range(10))

    clients = [threading.Thread(target=many) for _ in range(4)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    taken = [each.json()["id"] for each in answers if each.status_code == 202]
    refused = [each for each in answers if each.status_code == 429]
    assert len(answers) == 40 == len(taken) + len(refused)
    assert len(taken) >= 12
    assert all(int(each.headers["retry-after"]) > 0 for each in refused)
    assert {finished(client, id)["state"] for id in taken} == {"done"}


def test_jobs_outlive_the_server(tmp_path: Path, photo: np.ndarray, registry: Registry) -> None:
    with serving(tmp_path, registry=registry) as first:
        first.post(f"{V1}/canvas/import", files={"file": ("a.png", png(photo))}).raise_for_status()
        done = ask(first).json()["id"]
        finished(first, done)
        candidate = first.get(f"{V1}/jobs/{done}/candidates/0.png").content
        elsewhere = {"left": -20, "top": 0, "width": 40, "height": 48}
        slow, flat = (ask(first, method=name, frame=elsewhere).json()["id"] for name in ("slow", "flat"))
        with pytest.raises(FileError, match="open in another"), serving(tmp_path):
            pass
    with serving(tmp_path, registry=registry) as second:
        assert second.get(f"{V1}/jobs/{done}/candidates/0.png").content == candidate
        second.post(f"{V1}/jobs/{done}/accept").raise_for_status()
        second.delete(f"{V1}/jobs/{slow}").raise_for_status()
        assert finished(second, flat)["state"] == "done"


class SlowFeed(Feed):
    """Takes its time with the first news of a job, as a busy machine may."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def tell(self, event: str, subject: str, news: News) -> None:
        if news["state"] == "waiting":
            time.sleep(0.5)
        self.told.append(news["state"])


def test_old_news_never_comes_after_new(tmp_path: Path, photo: np.ndarray, registry: Registry) -> None:
    feed = SlowFeed()
    with Document.create(tmp_path / "a.canvas", first=ImportPhoto(png(photo))) as document:
        queue = JobQueue(document, registry, feed, Limits(), Easel())
        queue.start()
        id = queue.add(Frame(0, 0, 96, 48), Request.of(method="flat")).id
        for _ in range(200):
            if queue.job(id).state == "done":
                break
            time.sleep(0.02)
        queue.stop()
    assert feed.told[0] == "waiting"
    assert feed.told[-1] == "done"


def test_the_queue_outlives_a_list_that_cannot_be_read(
    with_photo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = JobStore._rows, threading.Event()

    def broken(self: JobStore, question: str, *values: str | int) -> list[tuple[Any, ...]]:
        if not question.endswith("ORDER BY number"):
            return real(self, question, *values)
        asked.set()
        return real(self, "SELECT * FROM nowhere")

    with monkeypatch.context() as patch:
        patch.setattr(JobStore, "_rows", broken)
        first = ask(with_photo).json()["id"]
        assert asked.wait(10)  # by the thread of the queue
        answer = with_photo.get(f"{V1}/jobs")
        assert (answer.status_code, "cannot read" in answer.json()["error"]) == (400, True)
    second = ask(with_photo).json()["id"]
    assert [finished(with_photo, each)["state"] for each in (first, second)] == ["done", "done"]


def test_a_job_whose_end_cannot_be_written_is_done_again(
    with_photo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    move, failed = JobStore.move, threading.Event()

    def full(self: JobStore, id: str, state: str, *more: object, **named: object) -> None:
        if state == "done" and not failed.is_set():
            failed.set()
            raise FileError("no space left")
        move(self, id, state, *more, **named)

    monkeypatch.setattr(JobStore, "move", full)
    first = ask(with_photo).json()["id"]
    assert failed.wait(10)
    second = ask(with_photo, seed=1).json()["id"]
    assert [finished(with_photo, each)["state"] for each in (first, second)] == ["done", "done"]


def test_a_candidate_is_accepted_while_the_others_are_painted(with_photo: TestClient) -> None:
    """Nobody waits for those any more, not even after a kill that left the job unmarked."""
    id = ask(with_photo, method="slow", count=8).json()["id"]
    assert with_photo.post(f"{V1}/jobs/{id}/accept", json={"candidate": 0}).status_code in (404, 409)
    while with_photo.get(f"{V1}/jobs/{id}").json()["candidates"] == 0:
        time.sleep(0.05)
    with_photo.post(f"{V1}/jobs/{id}/accept", json={"candidate": 0}).raise_for_status()
    assert with_photo.get(f"{V1}/jobs/{id}").json()["state"] == "accepted"
    below = {"left": 0, "top": 0, "width": 64, "height": 96}
    assert finished(with_photo, ask(with_photo, frame=below).json()["id"], 4)["state"] == "done"
    assert with_photo.get(f"{V1}/jobs/{id}").json()["state"] == "accepted"
    assert [each["name"] for each in with_photo.get(f"{V1}/canvas").json()["layers"]] == ["sky", "slow", "Mask"]


def test_a_job_of_which_a_candidate_was_accepted_does_not_begin_again(
    make: Callable[..., TestClient], tmp_path: Path, photo: np.ndarray
) -> None:
    job = Job("abcdefghijkl", Frame(0, 0, 96, 48), Request.of(method="slow"), "running", 1)
    blank = np.zeros((48, 96, 4), np.uint8)
    with Document.create(tmp_path / "a.canvas", first=ImportPhoto(png(photo))) as document:
        document.do(Accept(job.frame, blank + 255, blank[..., 0] + 1, job="abcdefghijkl"))
    store = JobStore(tmp_path / "a.canvas-jobs")
    store.add(job)
    store.close()
    assert make().get(f"{V1}/jobs/abcdefghijkl").json()["state"] == "accepted"


def test_what_waits_already_is_not_put_in_twice(with_photo: TestClient) -> None:
    first = ask(with_photo, method="slow").json()
    waiting, again = (ask(with_photo, seed=1).json() for _ in range(2))
    other = ask(with_photo, seed=2).json()
    assert waiting["id"] == again["id"]
    assert len({each["id"] for each in (first, waiting, other)}) == 3
    assert len(with_photo.get(f"{V1}/jobs").json()) == 3
    with_photo.delete(f"{V1}/jobs/{first['id']}")


def test_an_overlap_is_painted_too(with_photo: TestClient, photo: np.ndarray) -> None:
    job = finished(with_photo, ask(with_photo, overlap=8).json()["id"])
    assert job["overlap"] == 8
    picture = opened(with_photo.get(f"{V1}/jobs/{job['id']}/candidates/0.png").content)
    np.testing.assert_array_equal(picture[:, :56, :3], photo[:, :56])
    assert (picture[:, 56:64, :3] != photo[:, 56:]).any()
