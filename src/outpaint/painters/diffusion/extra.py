"""The packages of the extra `[diffusion]`, imported when something is painted."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Lock
from typing import Any

from outpaint.errors import MissingExtra
from outpaint.painters.protocol import Pixels, Steps


def torch_of() -> Any:
    """The module torch; MissingExtra with the pip line if it or diffusers is not installed."""
    try:
        import diffusers  # noqa: F401
        import torch
        import transformers  # noqa: F401
    except ImportError:
        raise MissingExtra("the painter 'diffusion'", "diffusion") from None
    return torch


def first_line(error: BaseException) -> str:
    """What a library says first, short enough for one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def out_of_memory(error: BaseException) -> bool:
    """Main memory's or a card's, as torch and its libraries say it."""
    words = str(error).lower()
    signs = ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")
    return isinstance(error, MemoryError) or any(sign in words for sign in signs)


def free_memory() -> None:
    """Give back what nobody holds any more; models are full of circles, which only the collector finds."""
    import gc

    torch = torch_of()
    gc.collect()
    for card in (torch.cuda, torch.mps):
        if card.is_available():
            card.empty_cache()


@contextmanager
def quiet() -> Iterator[None]:
    """The libraries keep their remarks to themselves meanwhile; errors still come as exceptions.

    Any number of threads may be here; the last one that leaves puts everything back.
    """
    global _inside
    with _counting:
        _inside += 1
        if _inside == 1:
            _undoing.enter_context(_muted())
    try:
        yield
    finally:
        with _counting:
            _inside -= 1
            if not _inside:
                _undoing.close()


_counting, _inside, _undoing = Lock(), 0, ExitStack()


def quietly(steps: Steps) -> Steps:
    """The same steps, each of them quiet."""
    with closing(steps):
        while True:
            try:
                with quiet():
                    event = next(steps)
            except StopIteration as end:
                answer: Pixels = end.value
                return answer
            yield event


@contextmanager
def _muted() -> Iterator[None]:
    import warnings

    import diffusers
    import transformers

    logs = (diffusers.utils.logging, transformers.utils.logging)
    before = [(log.get_verbosity(), log.is_progress_bar_enabled()) for log in logs]
    for log in logs:
        log.set_verbosity_error()
        log.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for log, (level, bars) in zip(logs, before, strict=True):
            log.set_verbosity(level)
            if bars:
                log.enable_progress_bar()
