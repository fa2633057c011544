"""The diffusion painter over HTTP: one call, jobs, and cancelling within a step."""

import json
import time

import numpy as np
import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

from outpaint.server.easel import Easel
from server.conftest import V1, ask, finished, opened, png

pytestmark = pytest.mark.diffusion


@pytest.fixture
def model(models):
    return str(models("sd1-inpainting"))


def test_one_call_extends_a_photo(client, photo, model):
    request = {"right": "20", "method": "sd-inpaint", "prompt": "sky", "settings": {"model": model, "steps": 2}}
    answer = client.post(
        f"{V1}/extend", files={"photo": ("a.png", png(photo))}, data={"request": json.dumps(request)}
    )
    assert answer.status_code == 200
    found = opened(answer.content)
    assert found.shape == (48, 84, 4) and np.array_equal(found[:, :64, :3], photo)


def test_a_job_paints_and_one_without_a_model_says_what_it_needs(with_photo, photo, model):
    settings = {"model": model, "steps": 2}
    job = finished(
        with_photo, ask(with_photo, method="sd-inpaint", prompt="sky", settings=settings).json()["id"], 120
    )
    assert job["state"] == "done"
    picture = opened(with_photo.get(f"{V1}/jobs/{job['id']}/candidates/0.png").content)
    assert np.array_equal(picture[:, :64, :3], photo)
    job = finished(with_photo, ask(with_photo, method="sd-inpaint").json()["id"])
    assert job["state"] == "failed" and "needs a model" in job["error"]


def test_a_faithful_job_that_rounds_its_size_up_still_fits_its_frame(with_photo, model):
    settings = {"model": model, "steps": 1, "faithful": True, "process_width": 64}
    job = finished(with_photo, ask(with_photo, method="mk2", settings=settings).json()["id"], 120)
    assert job["state"] == "done", job
    shown = opened(with_photo.get(f"{V1}/jobs/{job['id']}/candidates/0.png").content)
    assert shown.shape[:2] == (48, 96)
    accepted = with_photo.post(f"{V1}/jobs/{job['id']}/accept")
    assert accepted.status_code == 200, accepted.text


def test_a_job_is_cancelled_within_a_step(with_photo, model):
    settings = {"model": model, "steps": 500}
    id = ask(with_photo, method="sd-inpaint", settings=settings).json()["id"]
    end = time.monotonic() + 60
    while with_photo.get(f"{V1}/jobs/{id}").json()["progress"] == 0 and time.monotonic() < end:
        time.sleep(0.02)
    asked = time.monotonic()
    with_photo.delete(f"{V1}/jobs/{id}")
    job = finished(with_photo, id)
    assert job["state"] == "cancelled", job
    assert time.monotonic() - asked < 5


def test_the_form_of_the_page_has_the_models_fields(client):
    methods = {method["name"]: method for method in client.get(f"{V1}/methods").json()}
    settings = {each["name"]: each for each in methods["sd-inpaint"]["settings"]}
    assert {"prompt", "negative", "seed"} <= set(methods["sd-inpaint"]["reads"])
    assert settings["model"]["kind"] == "text" and settings["steps"]["kind"] == "int"
    assert settings["masked_content"]["choices"] == ["fill", "original", "latent noise", "latent nothing"]


def test_a_running_job_shows_what_it_is_at_if_asked_to(with_photo, photo, model):
    settings = {"model": model, "steps": 500, "preview": True}
    id = ask(with_photo, method="sd-inpaint", settings=settings).json()["id"]
    end = time.monotonic() + 60
    while not (job := with_photo.get(f"{V1}/jobs/{id}").json())["preview"] and time.monotonic() < end:
        time.sleep(0.02)
    assert job["preview"] > 0
    answer = with_photo.get(f"{V1}/jobs/{id}/preview.png")
    found = opened(answer.content)
    assert found.shape == (48, 96, 4) and np.array_equal(found[:, :64, :3], photo)
    with_photo.delete(f"{V1}/jobs/{id}")
    assert finished(with_photo, id)["preview"] == 0
    assert with_photo.get(f"{V1}/jobs/{id}/preview.png").status_code == 204


def test_a_model_that_nobody_paints_with_is_let_go(make, photo, model):
    from outpaint.painters.diffusion import kept

    client = make(easel=Easel(0.3))
    client.post(f"{V1}/canvas/import", files={"file": ("sky.png", png(photo))}).raise_for_status()
    settings = {"model": model, "steps": 1}
    for prompt in ("sky", "sea"):  # and the next one who comes has it loaded again
        job = finished(client, ask(client, method="sd-inpaint", prompt=prompt, settings=settings).json()["id"], 120)
        assert job["state"] == "done", job
        end = time.monotonic() + 20
        while kept._kept and time.monotonic() < end:
            time.sleep(0.02)
        assert not kept._kept
