"""A photo for the command line."""

from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def shot(tmp_path, photo) -> Path:
    Image.fromarray(photo).save(tmp_path / "shot.png")
    return tmp_path / "shot.png"
