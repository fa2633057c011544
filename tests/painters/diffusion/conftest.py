"""Tiny models of the families that diffusers' own pipelines paint."""

import pytest


@pytest.fixture(scope="session")
def families(tmp_path_factory):
    return tmp_path_factory.mktemp("families")


@pytest.fixture
def folders(families, monkeypatch):
    """`folders(kind)`: settings of such a model, as a folder that is made once.

    Qwen-Image-Edit's class paints a megapixel whatever it is asked for; here it is 64 x 64.
    """
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_inpaint as edit

    import checkpoints_of_families
    from outpaint.painters.diffusion.extra import quiet

    plain = edit.calculate_dimensions
    monkeypatch.setattr(edit, "calculate_dimensions", lambda area, ratio: plain(64 * 64, ratio))

    def settings(kind):
        found = families / kind
        if not found.exists():
            with quiet():
                checkpoints_of_families.folder(kind, found)
        return {"model": str(found), "window": 64, "steps": 2, "guidance": 3.0}

    return settings
