"""The document against the oracle: random commands, undo and redo, reopened again and again."""

from pathlib import Path

import numpy as np
import pytest

from canvas.dense import PLANE, DenseHistory, premultiplied
from canvas.strokes import random_command
from outpaint.canvas import MASK_ID, Document
from outpaint.errors import RequestError


def agree(document: Document, oracle: DenseHistory) -> None:
    """Layers, pixels, mask and view are the oracle's."""
    *layers, mask = document.layers
    said = [(each.id, each.name, each.visible, each.opacity, each.locked) for each in layers]
    assert said == oracle.now.state()[0]
    assert mask.kind == "mask"
    for layer, dense in zip(layers, oracle.now.layers, strict=True):
        close(document.layer_view(layer.id, PLANE), dense.pixels)
    np.testing.assert_array_equal(document.layer_view(MASK_ID, PLANE), oracle.now.mask)
    close(document.view(PLANE, *PLANE.extent), oracle.now.view())


def close(found: np.ndarray, wanted: np.ndarray) -> None:
    """Equal but for halves that single and double precision round to different sides: one level, premultiplied."""
    if not np.array_equal(found, wanted):
        a, b = premultiplied(found), premultiplied(wanted)
        assert np.abs(a - b).max() < 2.01
        assert (np.abs(a - b) > 0.1).mean() < 1e-3


@pytest.mark.parametrize("seed", range(2))
def test_every_step_is_the_oracles(tmp_path: Path, seed: int) -> None:
    random, oracle = np.random.default_rng(seed), DenseHistory()
    document = Document.create(tmp_path / "a.canvas")
    for number in range(30):
        chance = random.random()
        before = document.revision
        if chance < 0.2:
            done = document.undo()
            assert done.changed == oracle.undo()
        elif chance < 0.35:
            done = document.redo()
            assert done.changed == oracle.redo()
        else:
            command = random_command(random, [each.id for each in oracle.now.layers])
            if not oracle.do(command):
                with pytest.raises(RequestError):
                    document.do(command)
                assert document.revision == before
                continue
            done = document.do(command)
        assert done.revision == document.revision == before + done.changed
        for layer, dense in zip(document.layers, oracle.now.layers, strict=False):
            dense.pixels = adopted(dense.pixels, document.layer_view(layer.id, PLANE))
        agree(document, oracle)
        if number % 8 == 7:
            document.close()
            document = Document(document.path)
            agree(document, oracle)
    while oracle.undo():
        assert document.undo().changed
        agree(document, oracle)
    assert not document.undo().changed
    while oracle.redo():
        assert document.redo().changed
    agree(document, oracle)
    document.close()


def adopted(dense: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Differences of rounding that `close` allows do not add up over many commands."""
    close(found, dense)
    return found.copy()
