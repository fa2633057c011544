"""Every setting of every method, by one name from the shell, Python and HTTP; the page draws what HTTP lists."""

import json

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import outpaint
from outpaint import Request, RequestError
from outpaint.cli import run
from outpaint.registry import builtin_registry
from outpaint.resolve import check, resolve
from outpaint.server.method_routes import record_of
from server.conftest import ask

REGISTRY = builtin_registry()
RECORDS = {name: record_of(method, REGISTRY) for name, method in REGISTRY.methods.items()}
TABLE = [(method, setting) for method, record in RECORDS.items() for setting in record["settings"]]
BOUNDED = [(method, setting) for method, setting in TABLE if setting["low"] is not None]
MODELS = [name for name, record in RECORDS.items() if record["needs"]]


def inside(setting):
    """Values that are taken."""
    match setting["kind"]:
        case "choice":
            return setting["choices"]
        case "bool":
            return [True, "no"]
        case "text":
            return ["left"]
        case _:
            return [setting["low"], setting["high"], setting["default"]]


def outside(setting):
    """Values that are refused, and what the refusal names."""
    match setting["kind"]:
        case "choice":
            return [("nonsense", ", ".join(setting["choices"]))]
        case "bool":
            return [("perhaps", "bool")]
        case "text":
            return []
        case kind:
            words = f"between {setting['low']} and {setting['high']}"
            return [(setting["low"] - 1, words), (setting["high"] + 1, words), ("many", kind)]


def test_python_takes_and_refuses_what_http_lists():
    assert len(TABLE) > 250
    for method, setting in TABLE:
        for value in inside(setting):
            check(Request.of(method=method, settings={setting["name"]: value}), REGISTRY)
        for value, words in outside(setting):
            with pytest.raises(RequestError) as told:
                check(Request.of(method=method, settings={setting["name"]: value}), REGISTRY)
            assert words in str(told.value) and setting["name"].split(".")[-1] in str(told.value), (method, setting)
            assert "\n" not in str(told.value)


def test_names_are_listed_once_and_plain_and_their_defaults_go_together():
    for name, record in RECORDS.items():
        names = [setting["name"] for setting in record["settings"]]
        assert len(names) == len(set(names))
        assert not [each for each in names if "." in each], name
        check(
            Request.of(method=name, settings={each["name"]: each["default"] for each in record["settings"]}), REGISTRY
        )


def test_tiles_are_settings_of_poor_mans_and_its_blur_is_the_methods():
    settings = {each["name"]: each for each in RECORDS["poor-mans"]["settings"]}
    assert settings["pixels"]["default"] == 128 and settings["pixels"]["high"] == 256
    assert settings["mask_blur"]["default"] == 4 and settings["faithful"]["kind"] == "bool"
    assert settings["strength"]["default"] == 0.75


def test_a_default_that_is_listed_is_the_one_that_is_used(photo):
    picture = outpaint.Picture.of(photo)
    for name in MODELS:
        asked = resolve(Request.of(method=name, right=9), picture, REGISTRY)
        used = dict(asked.layout.settings)
        for call in asked.painters:
            used |= call.settings
        assert {s["name"]: s["default"] for s in RECORDS[name]["settings"]} == used


def test_the_shell_names_the_range_in_one_line(tmp_path, capsys, photo):
    """Of one setting of each kind for each method; the words are checked before the photo is opened."""
    path = tmp_path / "a.png"
    Image.fromarray(photo).save(path)
    for name in MODELS:
        kinds = {setting["kind"]: setting for setting in RECORDS[name]["settings"] if setting["kind"] != "text"}
        for setting in kinds.values():
            value, words = outside(setting)[0]
            code = run(["extend", str(path), "--right", "9", "-m", name, "--set", f"{setting['name']}={value}"])
            told = capsys.readouterr()
            assert code == 2 and told.out == "" and told.err.count("\n") == 1
            assert told.err.startswith("outpaint: ") and words in told.err
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


def test_http_names_it_too(with_photo: TestClient):
    listed = {record["name"]: record for record in with_photo.get("/api/v1/methods").json()}
    for name in MODELS:
        assert listed[name]["settings"] == json.loads(json.dumps(RECORDS[name]["settings"]))
        setting = next(each for each in listed[name]["settings"] if each["name"] == "steps")
        answer = ask(with_photo, method=name, settings={"steps": setting["high"] + 1})
        assert answer.status_code == 400 and answer.json()["error"].endswith("between 1 and 500, not 501")


NAMES = {
    "resize": "resize_mode denoising_strength cfg_scale steps sampler_name",
    "sd-inpaint": "denoising_strength mask_blur inpainting_fill inpaint_full_res_padding mask_round "
    "initial_noise_multiplier inpainting_mask_weight soft_inpainting schedule_bias preservation_strength "
    "transition_contrast_boost mask_influence difference_threshold difference_contrast",
    "poor-mans": "pixels mask_blur inpainting_fill direction",
    "mk2": "pixels mask_blur direction noise_q color_variation",
    "mosaic": "directions method stretch_area stretch_scale expansion_X expansion_Y overlap steps_S steps_L feather",
    "infinity": "init_mode resize_small_input steps guidance strength eta",
}
"""What the originals call them."""


@pytest.mark.parametrize("method", NAMES)
def test_the_originals_names_are_understood(method):
    listed = {setting["name"]: setting for setting in RECORDS[method]["settings"]}
    parts = (*REGISTRY.parts(REGISTRY.methods[method]).painters, REGISTRY.methods[method].layout)
    own = {other: s.name for part in parts for s in part.settings for other in (s.name, *s.also)}
    for name in NAMES[method].split():
        setting = listed[own[name]]
        check(Request.of(method=method, settings={name: setting["default"]}), REGISTRY)
        for value, words in outside(setting):
            with pytest.raises(RequestError, match=words.split(",")[0].replace("(", ".").replace(")", ".")):
                check(Request.of(method=method, settings={name: value}), REGISTRY)


def test_an_originals_name_sets_the_same(photo):
    picture = outpaint.Picture.of(photo)

    def resolved(**settings):
        return resolve(Request.of(method="sd-inpaint", right=9, settings=settings), picture, REGISTRY).to_json()

    asked = {"denoising_strength": 0.4, "cfg_scale": 3, "inpainting_fill": 2, "diffusion.sampler_name": "Euler a"}
    same = {"strength": 0.4, "guidance": 3, "masked_content": "latent noise", "sampler": "Euler a"}
    assert resolved(**asked) == resolved(**same) != resolved()
    with pytest.raises(RequestError, match="given twice"):
        resolved(strength=0.4, denoising_strength=0.5)
    assert np.array_equal(picture.samples, photo)
