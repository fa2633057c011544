"""The painter from the shell and over HTTP."""

import pytest

pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')

import json
import signal
import subprocess
import sys

import numpy as np
from PIL import Image

import checkpoints
from outpaint.painters.diffusion.settings import SETTINGS
from painters.diffusion.painting import PAINTER

pytestmark = [pytest.mark.diffusion, pytest.mark.usefixtures("heard")]


def run(*words):
    command = [sys.executable, "-m", "outpaint", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def shot(tmp_path, photo):
    Image.fromarray(photo).save(tmp_path / "shot.png")
    return tmp_path / "shot.png"


def test_the_line_of_the_issue(shot, photo, models, tmp_path):
    lora = checkpoints.lora(tmp_path / "style.safetensors", "kohya")
    model = models("sd1", ".safetensors")
    quick = ("--set", "steps=2", "--set", f"config={models('sd1')}")
    words = (
        "extend",
        shot,
        "--right",
        20,
        "--method",
        "sd-inpaint",
        "--model",
        model,
        "--prompt",
        "red tree",
        *quick,
    )
    code, out, error = run(*words, "--lora", f"{lora}:0.8")
    assert (code, error) == (0, "")
    with Image.open(out.strip()) as picture:
        assert np.array_equal(np.asarray(picture)[:, :64], photo)
        assert picture.size == (84, 48)
        recipe = json.loads(picture.text["outpaint"])
        assert recipe["request"]["settings"]["loras"] == f"{lora}:0.8"


def test_failures_are_one_line_and_leave_no_file(shot, models, tmp_path):
    damaged = checkpoints.damaged(tmp_path / "damaged.safetensors")
    before = sorted(tmp_path.iterdir())
    for model, words in ((damaged, "damaged"), (tmp_path / "no.ckpt", "there is no file")):
        code, out, error = run("extend", shot, "--right", 20, "-m", "sd-inpaint", "--model", model)
        assert code == 2 and out == "" and error.count("\n") == 1, error
        assert error.startswith("outpaint: ") and words in error
    code, out, error = run("extend", shot, "--right", 20, "-m", "blended")
    assert code == 2 and "--model FILE" in error and error.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


TELLING = """
from outpaint.painters.diffusion import stable

def told(*given):
    for step in plain(*given):
        yield step
        print("step", flush=True)

plain, stable.sampled = stable.sampled, told
from outpaint.__main__ import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_file(number, shot, models, tmp_path):
    before = sorted(tmp_path.iterdir())
    words = ["extend", str(shot), "--right", "20", "-m", "sd-inpaint", "--model", str(models("sd1"))]
    command = [sys.executable, "-c", TELLING, *words, "--set", "steps=500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "step\n"
        process.send_signal(number)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 128 + number and "Traceback" not in error
    assert sorted(tmp_path.iterdir()) == before


def test_lists_show_what_is_needed():
    code, out, _ = run("methods", "--json")
    records = {record["name"]: record for record in json.loads(out)}
    assert code == 0 and records["patch"]["needs"] == "nothing" and not records["patch"]["memory"]
    for name in "sd-inpaint", "blended":
        assert 'outpaint[diffusion]"' in records[name]["needs"] and "GB" in records[name]["memory"]
    names = [setting.name for setting in SETTINGS]
    assert len(names) == len(set(names)) and tuple(PAINTER.settings) == SETTINGS
