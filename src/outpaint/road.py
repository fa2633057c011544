"""The road: request -> plan -> guess -> paint -> blend -> picture. Everything else exists for these lines."""

from collections.abc import Generator
from functools import reduce

import numpy as np

from outpaint.blend.protocol import Seam
from outpaint.crossfade import repainted
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
    waiting = list(enumerate(asked.windows))
    laid = np.zeros(written.shape, np.float32)
    while waiting:
        # A window in the middle of a large hole waits until a neighbour gives it something to continue.
        turn, window = next((each for each in waiting if canvas.knows(each[1])), waiting[0])
        waiting.remove((turn, window))
        yield WindowStarted(number, len(asked.windows) - len(waiting), len(asked.windows))
        place = window.inside(canvas.frame)
        known = canvas.known[place].copy()
        painted = widened(~known, asked.overlap)
        if not painted.any():
            continue
        again, share = repainted(asked.crossfade, window, asked.windows, written[place], known, laid[place])
        painted |= again
        view = canvas.view(window, painted.astype(np.float32))
        guess, answer = view, view.pixels
        seed = asked.seed + (turn if asked.reseeded else 0)
        for call in asked.painters:
            painter = registry.painter(call.name)
            brief = painter.brief(asked.prompt, asked.negative, seed % 2**63, call.settings)
            answer = yield from painter.paint(guess, brief)
            guess = guess.with_guess(answer)
        seam = Seam(view.pixels, known, painted, answer, view.unknown, window, asked.seed)
        seam = reduce(lambda mended, name: registry.blend(name).work(mended), asked.blends, seam)
        weight = np.where(again, seam.weight * share, seam.weight)
        canvas.fill(window, seam.answer, np.where(painted, np.where(known, weight, 1), 0))
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
