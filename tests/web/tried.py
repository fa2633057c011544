"""A few quick methods for the page's tests. As a program: a server with them; arguments: the canvas, the port."""

import sys
import time
from pathlib import Path

import numpy as np

from outpaint.blend import paste
from outpaint.canvas import Document
from outpaint.events import Progress
from outpaint.methods.protocol import Method
from outpaint.painters import fake
from outpaint.painters.protocol import Brief, Limits, Painter, Setting, Steps, View
from outpaint.registry import Registry
from outpaint.server.app import create_app
from outpaint.server.serving import address, listen, serve


def dream(view: View, brief: Brief) -> Steps:
    for step in range(20):
        time.sleep(float(brief.settings["patience"]) / 20)
        yield Progress(step + 1, 20, "dreaming")
    answer = np.full_like(view.pixels, 0.2 + 0.1 * (brief.seed % 8))
    answer[..., 0] = len(brief.prompt) / 10
    return answer


def silent(view: View, brief: Brief) -> Steps:
    """Says nothing for a while, as kernels do."""
    yield Progress(0, 4, "silent")
    time.sleep(6)
    return view.pixels


def fail(view: View, brief: Brief) -> Steps:
    yield Progress(1, 2, "about to fail")
    time.sleep(float(brief.settings["patience"]))
    raise RuntimeError("out of paint")


SETTINGS = (
    Setting("patience", 0.4, "seconds that a candidate takes", low=0, high=60),
    Setting("steps", 20, "how many", low=1, high=50),
    Setting("model", "small", "which model", choices=("small", "large")),
    Setting("tiled", False, "in tiles"),
)
WORDS = frozenset({"prompt", "negative", "seed"})
DREAM = Painter("dream", "Dreams it up.", dream, WORDS, SETTINGS, Limits(multiple=64), "a large model")
SILENT = Painter("silent", "Says nothing.", silent)
FAIL = Painter("fail", "Always fails.", fail, settings=(Setting("patience", 0.0, "seconds", low=0, high=60),))
PLAIN = Painter("plain", "One grey.", fake.paint, frozenset({"seed"}), fake.PAINTER.settings)
METHODS = [
    Method("plain", "One flat grey.", ("plain",)),
    Method("dream", "Dreams up what the words say.", ("dream",)),
    Method("silent", "Works without a word.", ("silent",)),
    Method("fail", "Fails, always.", ("fail",)),
]
REGISTRY = Registry().including(PLAIN, DREAM, SILENT, FAIL, paste.BLEND, *METHODS)

if __name__ == "__main__":
    path = Path(sys.argv[1])
    with (
        Document(path) if path.exists() else Document.create(path) as document,
        listen("127.0.0.1", int(sys.argv[2]), False) as socket,
    ):
        app = create_app(document, registry=REGISTRY)
        print(address("127.0.0.1", socket, None), flush=True)
        serve(app, socket, None)
