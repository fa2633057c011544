"""News for everybody who listens: the newest state of each thing, so that a slow listener costs no memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from threading import Lock
from typing import Any

News = Mapping[str, Any]


class Listener:
    """What one page has not been told yet, by subject; later news of a subject replaces earlier."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = Lock()
        self._waiting: dict[tuple[str, str], News] = {}
        self._something = asyncio.Event()
        self._over = False

    def tell(self, event: str, subject: str, news: News) -> None:
        """From any thread."""
        with self._lock:
            self._waiting.pop((event, subject), None)
            self._waiting[event, subject] = news
        self._wake()

    def end(self) -> None:
        """From any thread: no more news."""
        self._over = True
        self._wake()

    async def hear(self, patience: float) -> AsyncIterator[tuple[str, News] | None]:
        """Event and news, None whenever there was nothing for `patience` seconds."""
        while not self._over:
            try:
                await asyncio.wait_for(self._something.wait(), patience)
            except TimeoutError:
                yield None
                continue
            self._something.clear()
            with self._lock:
                waiting, self._waiting = self._waiting, {}
            for (event, _), news in waiting.items():
                yield event, news

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._something.set)


class Feed:
    """All listeners."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: set[Listener] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._listeners)

    def join(self) -> Listener:
        """Inside a running event loop."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
            closed = self._closed
        if closed:
            listener.end()
        return listener

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)

    def tell(self, event: str, subject: str, news: News) -> None:
        """From any thread."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.tell(event, subject, news)

    def close(self) -> None:
        """End every stream, so that a server that is asked to stop need not wait for them."""
        with self._lock:
            self._closed = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener.end()
