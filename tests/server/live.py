"""A real server on a socket, in this process: what the test client of Starlette spares an application."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn

from outpaint.canvas import Document
from outpaint.server.app import create_app
from outpaint.server.serving import address, listen


@contextmanager
def live(path: Path, **options: Any) -> Iterator[str]:
    """The address, ending in a slash, of a server on this canvas; it is made if it is not there."""
    with (
        Document(path) if path.exists() else Document.create(path) as document,
        listen("127.0.0.1", 0, False) as socket,
    ):
        app = create_app(document, **options)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, ws="none"))
        thread = Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield address("127.0.0.1", socket, None)
        finally:
            app.feed.close()
            server.should_exit = True
            thread.join(20)
