"""One call: photo in, larger photo out."""

import json
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from outpaint.files import read_recipe
from outpaint.server.limits import Limits
from server.conftest import opened, png

EXTEND = "/api/v1/extend"


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"right": "50%", "left": "3"}, (99, 48)),
        ({"all": "10"}, (84, 68)),
        ({"ratio": "2:1"}, (96, 48)),
        ({"size": "80x60", "anchor": "top-left"}, (80, 60)),
        ({"request": '{"right": "32", "seed": 5}', "seed": "3"}, (96, 48)),
    ],
)
def test_the_photo_is_in_the_answer(steady: TestClient, photo: np.ndarray, fields: dict, size: tuple) -> None:
    answer = steady.post(EXTEND, files={"photo": ("a.png", png(photo))}, data={"method": "mirror", **fields})
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    found = opened(answer.content)
    assert found.shape[1::-1] == size
    left, top = {"left": (3, 0), "all": (10, 10), "ratio": (16, 0)}.get(next(reversed(fields)), (0, 0))
    np.testing.assert_array_equal(found[top : top + 48, left : left + 64, :3], photo)


def test_the_format_is_the_photos_own(steady: TestClient, photo: np.ndarray) -> None:
    out = BytesIO()
    Image.fromarray(photo).save(out, "JPEG", quality=90)
    files = {"photo": ("a.jpg", out.getvalue())}
    answer = steady.post(EXTEND, files=files, data={"method": "mirror", "right": "8"})
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).format == "JPEG"
    answer = steady.post(EXTEND, files=files, data={"method": "mirror", "right": "8", "format": "webp"})
    assert answer.headers["content-type"] == "image/webp"


def test_the_servers_limit_holds_and_is_in_no_recipe(make: Callable[..., TestClient], photo: np.ndarray) -> None:
    client, files = make(limits=Limits(pixels=10_000)), {"photo": ("a.png", png(photo))}
    answer = client.post(EXTEND, files=files, data={"method": "mirror", "right": "100%"})
    assert json.loads(read_recipe(answer.content))["request"] == {"method": "mirror", "right": "100%"}
    answer = client.post(EXTEND, files=files, data={"method": "mirror", "right": "300%"})
    assert answer.status_code == 400 and "10000 pixels allowed" in answer.json()["error"]


def test_a_mask_is_painted_anew(steady: TestClient, photo: np.ndarray) -> None:
    mask = np.zeros((48, 64), np.uint8)
    mask[10:20, 10:20] = 255
    files = {"photo": ("a.png", png(photo)), "mask": ("m.png", png(mask))}
    answer = steady.post(EXTEND, files=files, data={"method": "flat"})
    found = opened(answer.content)[..., :3]
    np.testing.assert_array_equal(found[mask == 0], photo[mask == 0])
    assert np.abs(found[mask > 0].astype(int) - 127).max() <= 1


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"right": "much"},
        {"right": "99999999"},
        {"right": "1e400"},
        {"size": "10x10"},
        {"right": "8", "ratio": "1:1"},
        {"right": "8", "method": "nonsense"},
        {"right": "8", "seed": "-1"},
        {"right": "8", "seed": "9" * 40},
        {"right": "8", "format": "../../x"},
        {"right": "8", "request": "[1]"},
        {"right": "8", "request": "[" * 90_000},
        {"right": "8", "request": '{"max_pixels": 1}'},
        {"right": "8", "request": '{"settings": {"x": [1]}}'},
        {"request": '{"right": {"a": 1}}'},
        {"right": "8", "prompt": "a dragon", "method": "mirror"},
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(steady: TestClient, photo: np.ndarray, fields: dict) -> None:
    answer = steady.post(EXTEND, files={"photo": ("a.png", png(photo))}, data=fields)
    assert answer.status_code in (400, 422)
    assert "\n" not in answer.json()["error"]
