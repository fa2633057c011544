"""Requests: reading, JSON round trips, overriding, resolving and the one line each mistake gets."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outpaint import Amount, Anchor, Extent, Frame, Limits, Painter, Picture, Ratio, Request, RequestError, Setting
from outpaint.methods.protocol import Method
from outpaint.recipe import load_recipe, parse_recipe, write_recipe
from outpaint.registry import builtin_registry
from outpaint.resolve import resolve

REGISTRY = builtin_registry()


def picture(width: int = 64, height: int = 48) -> Picture:
    return Picture.of(np.zeros((height, width, 3), np.uint8))


def test_words_become_values() -> None:
    request = Request.of(right="25%", left=3, to=None, anchor=None, painters="edge")
    assert (request.right, request.left, request.painters) == (Amount.parse("25%"), Amount(3), ("edge",))


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
requests = st.builds(
    lambda size, rest: Request.of(**size, **rest),
    st.one_of(
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("left", "right", "top", "bottom", "all"), st.integers(0, 999))
        ),
        st.fixed_dictionaries({"to": st.just("640x480"), "anchor": st.sampled_from([str(a) for a in Anchor])}),
        st.fixed_dictionaries({"ratio": st.sampled_from(["16:9", "2.39:1"])}),
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "multiple": st.integers(1, 64),
            "force_crop": st.booleans(),
            "method": texts,
            "painters": st.lists(texts, max_size=3),
            "blend": texts,
            "overlap": st.integers(0, 99),
            "prompt": texts,
            "negative": texts,
            "seed": st.integers(0, 2**63 - 1),
            "count": st.integers(1, 9),
            "settings": st.dictionaries(
                texts, st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
            ),
        },
    ),
)


@given(requests)
def test_json_and_recipe_give_the_request_back(request: Request) -> None:
    assert Request.of(**json.loads(json.dumps(request.to_json()))) == request
    assert parse_recipe(write_recipe(request)) == request


def test_json_holds_only_what_differs_from_the_defaults() -> None:
    assert Request().to_json() == {}
    assert Request.of(right="25%", seed=7).to_json() == {"right": "25%", "seed": 7}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", 'no "request"'),
        ('{"request": 3}', 'no "request"'),
        ('{"request": {"rigth": 3}}', "did you mean right"),
        ('{"request": {"seed": "three"}}', "seed is a whole number"),
        ('{"request": {"count": 0}}', "count is a whole number"),
        ('{"request": {"left": [1]}}', "amount"),
        ('{"request": {"method": 5}}', "method is text"),
        ('{"request": {"blend": 5}}', "blend is text"),
        ('{"request": {"painters": [5]}}', "list of names"),
        ('{"request": {"painters": 5}}', "list of names"),
        ('{"request": {"settings": 5}}', "mapping"),
        ('{"request": {"settings": {"a": [5]}}}', "setting a"),
        ('{"request": {"anchor": 5}}', "unknown anchor"),
        ('{"request": {"ratio": {}}}', "16:9"),
        ('{"request": {"force_crop": "no"}}', "true or false"),
    ],
)
def test_a_broken_recipe_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        parse_recipe(text)


def test_recipes_are_loaded_from_json_files(tmp_path) -> None:
    path = tmp_path / "wide.json"
    path.write_text(write_recipe(Request.of(ratio="16:9")))
    assert load_recipe(path).ratio == Ratio(16, 9)
    with pytest.raises(RequestError, match="cannot read the recipe"):
        load_recipe(tmp_path / "none.json")


def test_a_new_size_replaces_the_whole_old_size() -> None:
    old = Request.of(to="640x480", anchor="left", seed=5, prompt="sea")
    new = old.overridden(right="25%", seed=None)
    assert new == Request.of(right="25%", seed=5, prompt="sea")
    assert old.overridden(seed=6) == Request.of(to="640x480", anchor="left", seed=6, prompt="sea")


def test_a_new_method_replaces_painters_and_settings() -> None:
    old = Request.of(right=1, painters=["mosaic"], settings={"kind": "mirror"}, blend="feather")
    assert old.overridden(method="edge") == Request.of(right=1, method="edge")
    assert old.overridden(painters=["edge"]) == Request.of(right=1, painters=["edge"])


def test_values_of_other_libraries_are_understood() -> None:
    numbers = Request.of(right=np.int64(5), left=np.float32(6), seed=np.int64(3), ratio=None)
    assert numbers == Request(right=Amount(5), left=Amount(6), seed=3)
    assert Request.of(to=(100, 80)).to == Extent(100, 80) and Request.of(ratio=1.5).ratio == Ratio(1.5, 1)
    assert Request.of(to="100x80") == Request(to="100x80") and len({Request(), Request.of(seed=0)}) == 1


def test_a_blend_that_adds_grain_makes_candidates_differ() -> None:
    assert resolve(Request.of(right=5, method="smear", count=2), picture(), REGISTRY).count == 2


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "nothing to paint"),
        ({"left": 0, "right": "0%"}, "nothing to paint"),
        ({"to": "64x48"}, "nothing to paint"),
        ({"ratio": "4:3"}, "nothing to paint"),
        ({"to": "32x48"}, "smaller than the photo"),
        ({"to": "99x99", "right": 5}, "contradict"),
        ({"to": "99x99", "ratio": "1:1"}, "contradict"),
        ({"right": 5, "anchor": "left"}, "anchor goes with"),
        ({"right": 5, "method": "pach"}, "did you mean patch"),
        ({"right": 5, "painters": ["edgy"]}, "did you mean edge"),
        ({"right": 5, "blend": "poison"}, "did you mean poisson"),
        ({"right": 5, "blend": ""}, "unknown blend"),
        ({"right": 5, "prompt": "a castle"}, "cannot read a prompt"),
        ({"right": 5, "negative": "dogs"}, "cannot read a negative"),
        ({"right": 5, "settings": {"stepps": 3}}, "setting"),
        ({"right": 5, "painters": ["fake"], "settings": {"stepps": 3}}, "did you mean steps"),
        ({"right": 5, "painters": ["fake"], "settings": {"level": 3}}, "between 0 and 1"),
        ({"right": 5, "painters": ["fake"], "settings": {"steps": "many"}}, "type int"),
        ({"right": 5, "method": "edge", "count": 3}, "would be the same"),
        ({"right": 5, "painters": ["fake"], "settings": {"steps": "inf"}}, "type int"),
        ({"right": 10_000_000}, "--max-pixels"),
        ({"right": 60, "max_pixels": 3100}, "--max-pixels"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(asked: dict, message: str) -> None:
    with pytest.raises(RequestError, match=message) as caught:
        resolve(Request.of(**asked), picture(), REGISTRY)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [{"seed": -1}, {"seed": 1.5}, {"count": 0}, {"overlap": -1}, {"multiple": 0}, {"seed": True}, {"max_pixels": 0}],
)
def test_numbers_out_of_range_are_refused(wrong: dict) -> None:
    with pytest.raises(RequestError, match="whole number"):
        Request.of(**wrong)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(RequestError, match="did you mean right"):
        Request.of(rigth=3)


def test_a_fully_transparent_or_masked_photo_is_refused() -> None:
    nothing = picture().without(np.ones((48, 64), bool))
    with pytest.raises(RequestError, match="nothing of the photo is known"):
        resolve(Request.of(right=5), nothing, REGISTRY)


def test_resolving_decides_everything() -> None:
    asked = Request.of(all="25%", painters=["fake"], settings={"steps": "3"}, blend="paste", seed=4)
    resolved = resolve(asked, picture(), REGISTRY)
    assert resolved.frame == Frame(-16, -12, 96, 72)
    assert resolved.windows == (resolved.frame,)
    assert resolved.painters[0].settings == {"steps": 3, "level": 0.5}
    assert json.loads(json.dumps(resolved.to_json()))["frame"] == [-16, -12, 96, 72]


def test_a_candidate_can_be_repeated_alone() -> None:
    resolved = resolve(Request.of(right=5, count=4, seed=10), picture(), REGISTRY)
    alone = resolved.candidate(2)
    assert (alone.seed, alone.count) == (12, 1)
    assert resolve(alone.asked, picture(), REGISTRY) == alone


def test_a_setting_can_name_its_painter() -> None:
    def work(view, brief):
        return view.pixels

    one, two = (Painter(name, "", work, settings=(Setting("size", 1, ""),)) for name in ("one", "two"))
    registry = REGISTRY.including(one, two)
    settings = {"size": 5, "two.size": 9}
    asked = resolve(Request.of(right=1, painters=["one", "two"], settings=settings), picture(), registry)
    assert [call.settings["size"] for call in asked.painters] == [5, 9]


def test_a_method_brings_settings_that_the_request_overrides() -> None:
    registry = REGISTRY.including(Method("dim", "", ("fake",), settings={"level": 0.25, "steps": 1}))
    asked = resolve(Request.of(right=1, method="dim", settings={"steps": 5}), picture(), registry)
    assert asked.painters[0].settings == {"steps": 5, "level": 0.25}


def test_limits_of_a_chain_are_the_tightest() -> None:
    def work(view, brief):
        return view.pixels

    small = Painter("small", "", work, limits=Limits(largest=Extent(32, 64), context=8))
    flat = Painter("flat", "", work, limits=Limits(largest=Extent(64, 32), context=16))
    registry = REGISTRY.including(small, flat)
    asked = resolve(Request.of(right=64, painters=["small", "flat"]), picture(), registry)
    assert all(window.width <= 32 and window.height <= 32 for window in asked.windows)
    whole = resolve(Request.of(right=64, painters=["small", "fake"]), picture(), registry)
    assert all(window.width <= 32 for window in whole.windows)


@pytest.mark.parametrize(
    ("setting", "given_", "value"),
    [
        (Setting("n", 1, "", low=0, high=9), "7", 7),
        (Setting("n", 1, "", low=0, high=9), 7.0, 7),
        (Setting("x", 0.5, ""), "1e-3", 0.001),
        (Setting("b", False, ""), "yes", True),
        (Setting("b", True, ""), "off", False),
        (Setting("c", "a", "", choices=("a", "b")), "b", "b"),
    ],
)
def test_settings_read_words(setting: Setting, given_: object, value: object) -> None:
    assert setting.read(given_) == value
    assert type(setting.read(given_)) is type(setting.default)


@pytest.mark.parametrize(
    ("setting", "given_"),
    [
        (Setting("n", 1, ""), "1.5"),
        (Setting("n", 1, "", low=0), -1),
        (Setting("n", 1, ""), True),
        (Setting("x", 0.5, "", high=1), "nan"),
        (Setting("x", 0.5, ""), None),
        (Setting("b", False, ""), "maybe"),
        (Setting("c", "a", "", choices=("a", "b")), "z"),
    ],
)
def test_settings_refuse_what_they_cannot_read(setting: Setting, given_: object) -> None:
    with pytest.raises(RequestError, match=f"setting {setting.name}"):
        setting.read(given_)
