"""What a page learns of a method: the settings of its painters and of its layout, each name once."""

import pytest

pytest.importorskip("fastapi", reason='the server needs pip install "outpaint[server]"')

from outpaint.registry import builtin_registry
from outpaint.server.method_routes import record_of

REGISTRY = builtin_registry()


@pytest.mark.parametrize("name", sorted(REGISTRY.methods))
def test_a_setting_is_named_once_and_can_be_set_by_that_name(name):
    from outpaint import Request
    from outpaint.resolve import check

    record = record_of(REGISTRY.methods[name], REGISTRY)
    names = [setting["name"] for setting in record["settings"]]
    assert len(names) == len(set(names))
    check(Request.of(method=name, settings={each["name"]: each["default"] for each in record["settings"]}), REGISTRY)


def test_tiles_are_settings_of_poor_mans_and_its_blur_is_the_methods():
    settings = {each["name"]: each for each in record_of(REGISTRY.methods["poor-mans"], REGISTRY)["settings"]}
    assert settings["pixels"]["default"] == 128 and settings["pixels"]["high"] == 256
    assert settings["mask_blur"]["default"] == 4 and settings["faithful"]["kind"] == "bool"
    assert settings["strength"]["default"] == 0.75
