"""A child process that does random commands for ever and says so after each: `python acknowledging.py FILE SEED`.

Every line it prints is one command that was accepted: the revision it led to and a hash of the whole document.
"""

import sys
from hashlib import sha256
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from canvas.dense import PLANE
from canvas.strokes import random_command
from outpaint.canvas import Document, ImportPhoto
from outpaint.errors import RequestError

PHOTO = (Path(__file__).parents[2] / "docs" / "images" / "before-after.jpg").read_bytes()


def digest(document: Document) -> str:
    """Of layers and all pixels."""
    found = sha256(repr(document.layers).encode())
    for each in document.layers:
        found.update(document.layer_view(each.id, PLANE).tobytes())
    return found.hexdigest()


def main(path: str, seed: str) -> None:
    random = np.random.default_rng(int(seed))
    document = Document(path)
    while True:
        chance = random.random()
        try:
            if chance < 0.15:
                document.undo()
            elif chance < 0.25:
                document.redo()
            elif chance < 0.3:
                document.view(PLANE, 90, 80)
            elif chance < 0.35:
                document.do(ImportPhoto(PHOTO, *random.integers(-300, 100, 2).tolist()))
            else:
                document.do(random_command(random, [each.id for each in document.layers if each.kind == "pixels"]))
        except RequestError:
            continue
        print(document.revision, digest(document), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
