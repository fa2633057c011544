"""The registry is a value: found, extended, copied, and patient with broken plug-ins."""

import importlib.metadata

import pytest

from outpaint import Painter, RequestError
from outpaint.registry import Registry, builtin_registry, default_registry

PROMISED_PAINTERS = {
    "diffuse", "edge", "edge-pad", "fake", "matched-noise", "mirror", "mosaic", "noise", "patch", "perlin", "smear",
    "resize", "infinity-init", "diffusion",
}  # fmt: skip
MODEL_METHODS = {"resize", "poor-mans", "mk2", "sd-inpaint", "mosaic", "infinity", "fill", "blended"}


def test_what_the_readme_promises_is_there() -> None:
    registry = builtin_registry()
    assert set(registry.painters) >= PROMISED_PAINTERS
    assert set(registry.blends) >= {"paste", "feather", "poisson", "colour", "grain", "aligned"}
    assert set(registry.methods) >= {"patch", "edge", "mirror", "smear", "diffuse", "tiles"} | MODEL_METHODS


def test_names_are_keys_and_methods_name_things_that_exist() -> None:
    registry = builtin_registry()
    for room in (registry.painters, registry.blends, registry.methods):
        assert all(name == entry.name and entry.about for name, entry in room.items())
    for method in registry.methods.values():
        assert all(registry.painter(name) for name in method.painters)
        assert all(registry.blend(name) for name in method.blend.split("+"))


def test_methods_set_only_what_differs_from_a_default() -> None:
    registry = builtin_registry()
    for method in registry.methods.values():
        parts = [*registry.parts(method).painters, method.layout]
        for name, value in method.settings.items():
            assert any(s.default != value for part in parts for s in part.settings if s.name == name), name


def test_every_setting_accepts_its_own_default() -> None:
    for painter in builtin_registry().painters.values():
        for setting in painter.settings:
            assert setting.read(setting.default) == setting.default and setting.about
        assert painter.reads <= {"prompt", "negative", "seed"}


def test_including_makes_a_new_registry() -> None:
    mine = Painter("mine", "", lambda view, brief: view.pixels)
    larger = builtin_registry().including(mine)
    assert larger.painter("mine") is mine
    assert "mine" not in builtin_registry().painters


def test_a_name_is_given_once() -> None:
    again = Painter("edge", "", lambda view, brief: view.pixels)
    with pytest.raises(RequestError, match="two painters named 'edge'"):
        builtin_registry().including(again)


def test_an_empty_registry_says_what_it_knows() -> None:
    with pytest.raises(RequestError, match="unknown painter 'edge'"):
        Registry().painter("edge")


class Point:
    """Stands in for an installed entry point."""

    def __init__(self, name: str, load) -> None:
        self.name, self.value, self.load = name, f"somewhere:{name}", load


@pytest.fixture
def fresh_default():
    default_registry.cache_clear()
    yield default_registry
    default_registry.cache_clear()


def test_plugins_enter_by_entry_points_and_broken_ones_are_named(monkeypatch, fresh_default) -> None:
    good = Painter("stranger", "", lambda view, brief: view.pixels)

    def fail():
        raise ImportError("no module named torch")

    points = {"outpaint.painters": [Point("good", lambda: good), Point("bad", fail), Point("odd", lambda: 3)]}
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points.get(group, []))
    registry = fresh_default()
    assert registry.painter("stranger") is good
    assert registry.broken["outpaint.painters: bad"] == "ImportError: no module named torch"
    assert "is no painter" in registry.broken["outpaint.painters: odd"]
    assert set(registry.painters) > PROMISED_PAINTERS
