"""The road: request -> plan -> guess -> paint -> blend -> picture. Everything else exists for these lines."""

from collections.abc import Generator
from functools import reduce

import numpy as np

from outpaint.blend.protocol import Seam
from outpaint.events import CandidateDone, Event, Finished, Started, WindowStarted
from outpaint.nearest import distance_to
from outpaint.picture import Picture
from outpaint.pixels import Bools
from outpaint.registry import Registry
from outpaint.request import Request
from outpaint.resolve import ResolvedRequest, resolve
from outpaint.result import Result


def road(picture: Picture, request: Request, registry: Registry) -> Generator[Event, None, None]:
    """Extend one picture, candidate after candidate; closing the generator stops the work at once."""
    asked = resolve(request, picture, registry)
    yield Started(asked)
    for number in range(asked.count):
        yield CandidateDone(number, (yield from candidate(picture, asked.candidate(number), number, registry)))
    yield Finished()


def candidate(
    picture: Picture, asked: ResolvedRequest, number: int, registry: Registry
) -> Generator[Event, None, Result]:
    """Paint window after window on a copy of the picture, laid on the larger frame."""
    canvas = picture.within(asked.frame)
    written = np.zeros_like(canvas.known)
    waiting = list(asked.windows)
    while waiting:
        # A window in the middle of a large hole waits until a neighbour gives it something to continue.
        window = next((each for each in waiting if canvas.knows(each)), waiting[0])
        waiting.remove(window)
        yield WindowStarted(number, len(asked.windows) - len(waiting), len(asked.windows))
        place = window.inside(canvas.frame)
        known = canvas.known[place].copy()
        painted = widened(~known, asked.overlap)
        if not painted.any():
            continue
        view = canvas.view(window, painted.astype(np.float32))
        guess = view
        for call in asked.painters:
            painter = registry.painter(call.name)
            brief = painter.brief(asked.prompt, asked.negative, asked.seed, call.settings)
            guess = guess.with_guess((yield from painter.paint(guess, brief)))
        seam = Seam(view.pixels, known, painted, guess.pixels, view.unknown, window, asked.seed)
        seam = reduce(lambda mended, name: registry.blend(name).work(mended), asked.blends, seam)
        canvas.fill(window, seam.answer, np.where(painted, np.where(known, seam.weight, 1), 0))
        written[place] |= painted
    return Result(canvas, written, asked)


def widened(unknown: Bools, overlap: int) -> Bools:
    """What is unknown, and the known pixels within `overlap` of it: all that may be written.

    The known pixels that lie deepest are always left, so that there is something to continue.
    """
    if not overlap or not unknown.any():
        return unknown
    distance = distance_to(unknown)
    return np.asarray(distance <= min(overlap, distance.max() - 0.5)) | unknown
