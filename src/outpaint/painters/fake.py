"""`fake`: a painter for tests and plug-in authors, with an answer anyone can compute by hand."""

from outpaint.events import Progress
from outpaint.painters.protocol import Brief, Painter, Setting, Steps, View


def paint(view: View, brief: Brief) -> Steps:
    """A flat colour, announced in `steps` steps; known pixels too, to prove that the road keeps them."""
    answer = view.pixels.copy()
    for step in range(1, int(brief.settings["steps"]) + 1):
        answer[:] = float(brief.settings["level"])
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
