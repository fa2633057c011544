"""Progress on stderr, only where a person looks at it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from outpaint.events import Event, Notice, Progress, WindowStarted


class Watcher:
    """Shows the events of running jobs: a bar on a terminal, notices with -v, nothing when quiet."""

    def __init__(self, photos: int, workers: int, *, quiet: bool, verbose: bool) -> None:
        self._photos = photos
        self._blind = photos > 1 and workers > 1  # the workers' events stay in their processes
        self._verbose = verbose and not quiet
        self._bar: Any = None
        self._share = (0, 1)
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._bar = Progress(
                *columns,
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,  # standard output may be a file that wants every byte
                redirect_stderr=False,
            )

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
            self._photo = self._bar.add_task("photos", total=self._photos, visible=self._photos > 1)
            self._paint = self._bar.add_task("painting", total=1.0, visible=not self._blind)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def see(self, event: Event) -> None:
        """Take note of one event of the photo in work."""
        match event:
            case Notice(text) if self._bar:
                self._bar.console.print(text, style="dim", highlight=False)
            case Notice(text) if self._verbose:
                print(text, file=sys.stderr)
            case WindowStarted(_, number, total):
                self._share = (number - 1, total)
                self._move(0.0)
            case Progress(step, total, _):
                self._move(step / max(total, 1))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The terminal is clear for a while, for lines that stay."""
        if self._bar:
            self._bar.stop()
        try:
            yield
        finally:
            if self._bar:
                self._bar.start()

    def next(self) -> None:
        """One photo is done."""
        if self._bar:
            self._bar.advance(self._photo)
            self._share = (0, 1)
            self._move(0.0)

    def _move(self, within: float) -> None:
        if self._bar:
            before, total = self._share
            self._bar.update(self._paint, completed=(before + within) / total)
