"""`fake`: a painter for tests and plug-in authors, with an answer anyone can compute by hand."""

import numpy as np

from outpaint.events import Progress
from outpaint.painters.protocol import Brief, Painter, Setting, Steps, View


def paint(view: View, brief: Brief) -> Steps:
    """The grey |level - (seed mod 10) / 10|, announced in `steps` steps; known pixels too, to try the road."""
    answer = np.full_like(view.pixels, abs(float(brief.settings["level"]) - brief.seed % 10 / 10))
    for step in range(1, int(brief.settings["steps"]) + 1):
        yield Progress(step, int(brief.settings["steps"]), "fake", preview=answer)
    return answer


PAINTER = Painter(
    name="fake",
    about="One flat grey, for tests: overwrites even what is known, so that the road must protect it.",
    work=paint,
    reads=frozenset({"prompt", "negative", "seed"}),
    settings=(
        Setting("steps", 2, "how many progress events to send", low=0, high=1000),
        Setting("level", 0.5, "the grey, 0 is black", low=0, high=1),
    ),
)
