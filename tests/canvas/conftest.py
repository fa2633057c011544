"""A canvas to work on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outpaint.canvas import Document


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """An empty one, closed after the test."""
    with Document.create(tmp_path / "a.canvas") as document:
        yield document
