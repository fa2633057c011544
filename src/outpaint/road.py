"""The road: request -> plan -> guess -> paint -> blend -> picture. Everything else exists for these lines."""

from collections.abc import Generator
from functools import reduce

import numpy as np

from outpaint.blend.protocol import Seam
from outpaint.crossfade import repainted
from outpaint.events import CandidateDone, Event, Finished, Started, WindowStarted
from outpaint.geometry import Frame
from outpaint.nearest import distance_to
from outpaint.painters.protocol import Steps, View
from outpaint.picture import Picture
from outpaint.pixels import Bools, Pixels
from outpaint.registry import Registry
from outpaint.request import Request
from outpaint.resolve import PainterCall, ResolvedRequest, resolve
from outpaint.result import Result
from outpaint.rim import outside


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
    laid, canvas = asked.laid, picture.within(asked.frame)
    photo = canvas.known.copy()
    for bar in laid.black:
        canvas.fill(bar, np.zeros((*bar.extent.shape, 3), np.float32), np.ones(bar.extent.shape, np.float32))
    seen = canvas.within(canvas.frame) if laid.alone else canvas
    written = canvas.known & ~photo
    shares = np.zeros(written.shape, np.float32)
    waiting = list(enumerate(laid.windows))
    while waiting:
        # A window in the middle of a large hole waits until a neighbour gives it something to continue.
        turn, window = next((each for each in waiting if canvas.knows(each[1])), waiting[0])
        waiting.remove((turn, window))
        yield WindowStarted(number, len(laid.windows) - len(waiting), len(laid.windows))
        place = window.inside(canvas.frame)
        known = seen.known[place].copy()
        if known.all():
            continue
        again, share = repainted(
            laid.crossfade, window, laid.windows, written[place], known, shares[place], laid.alone
        )
        before = seen.pixels(window)
        unknown, answer = yield from _answer(seen, asked, turn, again, registry)
        rim = laid.rim(turn)
        weight = rim.weight(known, window) if rim else unknown.astype(np.float32)
        seam = Seam(before, known, weight > 0, answer, weight, window, asked.seed)
        seam = reduce(lambda mended, name: registry.blend(name).work(mended), asked.blends, seam)
        weight = np.where(seam.painted, np.where(known, seam.weight, 1), 0)
        answer = seam.answer
        if rim:  # what comes back as it was is not written
            weight[known & (answer == before).all(-1)] = 0
        if laid.alone:  # each on the photo, then one over the other
            answer = np.where(known[..., None], before + (answer - before) * weight[..., None], answer)
            weight = np.where(weight > 0, share, 0)
        else:
            weight = np.where(again, weight * share, weight)
        canvas.fill(window, answer, weight)
        written[place] |= weight > 0
    return Result(canvas, written, asked)


def _answer(
    seen: Picture, asked: ResolvedRequest, turn: int, again: Bools, registry: Registry
) -> Generator[Event, None, tuple[Bools, Pixels]]:
    """What the painters say to one window, and what they were asked for; guesses are made on a frame of their own."""
    window, start, rim = asked.windows[turn], asked.laid.start(turn), asked.laid.rim(turn)
    seed = (asked.seed + (turn if asked.laid.reseeded else 0)) % 2**63

    def missing(frame: Frame, kept: Frame | None) -> Bools:
        unknown = widened(~seen.known[frame.inside(seen.frame)], asked.overlap)
        unknown[window.inside(frame)] |= again
        return unknown if kept is None else unknown | outside(kept, frame)

    def told(call: PainterCall, view: View) -> Steps:
        painter = registry.painter(call.name)
        return painter.paint(view, painter.brief(asked.prompt, asked.negative, seed, call.settings))

    *guessing, last = asked.painters
    unknown = missing(window, rim.paint if rim else None)
    view = seen.view(window, unknown.astype(np.float32))
    if guessing:
        wide = seen.view(start, missing(start, rim.guess if rim else None).astype(np.float32))
        answer = wide.pixels  # black, where a tile that is alone sees nothing of the photo
        for call in guessing if not wide.holes.all() else []:
            answer = yield from told(call, wide)
            wide = wide.with_guess(answer)
        view = view.with_guess(answer[window.inside(start)])
    answer = yield from told(last, view)
    return unknown, answer


def widened(unknown: Bools, overlap: int) -> Bools:
    """What is unknown, and the known pixels within `overlap` of it: all that may be written.

    The known pixels that lie deepest are always left, so that there is something to continue.
    """
    if not overlap or not unknown.any():
        return unknown
    distance = distance_to(unknown)
    return np.asarray(distance <= min(overlap, distance.max() - 0.5)) | unknown
