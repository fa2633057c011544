"""`outpaint methods`, `painters`, `blends`, `show`, and the frame around them."""

import json
from functools import partial

import pytest
from PIL import Image

from cli import running
from outpaint import __version__
from outpaint.registry import builtin_registry

run = partial(running.run, text=True)


@pytest.mark.parametrize("room", ["methods", "painters", "blends"])
def test_lists_name_everything(room: str) -> None:
    names = list(getattr(builtin_registry(), room))
    plain, programs = run(room), json.loads(run(room, "--json").stdout)
    assert [record["name"] for record in programs][: len(names)] == names
    assert all(name in plain.stdout for name in names) and plain.returncode == 0 and plain.stderr == ""


def test_painters_tell_their_settings() -> None:
    fake = next(each for each in json.loads(run("painters", "--json").stdout) if each["name"] == "fake")
    assert {"name": "level", "default": 0.5, "low": 0, "high": 1}.items() <= fake["settings"][1].items()


def test_show_tells_what_is_in_a_file(tmp_path) -> None:
    path = tmp_path / "grey.png"
    Image.new("L", (9, 7), 50).save(path)
    facts = json.loads(run("show", path, "--json").stdout)
    assert (facts["format"], facts["width"], facts["height"], facts["mode"]) == ("PNG", 9, 7, "L")
    assert "PNG" in run("show", path).stdout


def test_show_finds_the_recipe(tmp_path) -> None:
    Image.new("RGB", (9, 7), "red").save(tmp_path / "a.jpg", quality=95)
    run("extend", tmp_path / "a.jpg", "--right", 3, "-m", "edge")
    facts = json.loads(run("show", tmp_path / "a-extended.jpg", "--json").stdout)
    assert json.loads(facts["recipe"])["request"] == {"right": "3px", "method": "edge"}


@pytest.mark.parametrize("words", [["show", "/nowhere.png"], ["show"], ["shwo"], ["methods", "--jsn"]])
def test_mistakes_are_one_line(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("outpaint: ") and done.stderr.count("\n") == 1


def test_version_and_help() -> None:
    assert run("--version").stdout == f"outpaint {__version__}\n"
    assert "extend" in run("--help").stdout and run("-h").returncode == 0
    assert "--right" in run("extend", "--help").stdout


def test_methods_tell_how_they_cut_and_what_can_be_set() -> None:
    records = {each["name"]: each for each in json.loads(run("methods", "--json").stdout)}
    assert records["patch"]["layout"] == "outwards" and records["patch"]["settings"] == []
    tiles = records["poor-mans"]
    assert tiles["layout"] == "tiles" and tiles["defaults"]["strength"] == 0.75
    pixels = next(setting for setting in tiles["settings"] if setting["name"] == "pixels")
    assert (pixels["default"], pixels["low"], pixels["high"]) == (128, 8, 256)


@pytest.mark.parametrize("room", ["methods", "painters"])
def test_lists_say_once_what_models_need_of_memory(room: str) -> None:
    told = run(room).stdout
    assert told.count("GB of memory") == 1 and "SDXL" in told and "pip install" in told
    records = {each["name"]: each for each in json.loads(run(room, "--json").stdout)}
    assert "GB of memory" in records["mk2" if room == "methods" else "diffusion"]["memory"]
    assert records["patch"]["needs"] == "nothing" and records["patch"]["memory"] == ""


def test_faithful_is_refused_where_there_is_no_original(tmp_path) -> None:
    Image.new("RGB", (9, 7), "red").save(tmp_path / "a.png")
    done = run("extend", tmp_path / "a.png", "--right", 3, "-m", "smear", "--faithful")
    assert done.returncode == 2 and "faithful" in done.stderr and done.stderr.count("\n") == 1
    sized = run("extend", tmp_path / "a.png", "--right", 3, "--painter", "resize", "--faithful")
    with Image.open(tmp_path / "a-extended.png") as larger:
        assert sized.returncode == 0 and larger.size == (12, 7)
