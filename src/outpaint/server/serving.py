"""Running the application: the socket, uvicorn, the browser."""

import errno
import logging
import socket
import webbrowser
from threading import Timer

import uvicorn

from outpaint.errors import RequestError
from outpaint.server.app import CanvasApp
from outpaint.server.guard import ANYWHERE

TRIES = 20


class _Server(uvicorn.Server):
    """Ends the event streams first; they would otherwise keep the server from stopping."""

    def __init__(self, config: uvicorn.Config, app: CanvasApp) -> None:
        super().__init__(config)
        self._canvas = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._canvas.feed.close()
        await super().shutdown(sockets)


def listen(host: str, port: int, next_free: bool) -> socket.socket:
    """A listening socket; RequestError if the address cannot be had, `next_free`: not at the next ports either."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = port + TRIES if next_free else port
    while True:
        # Named, because asyncio switches Nagle's delay (40 ms an answer) off only where it reads TCP.
        found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind((host, port))
            found.listen(128)
            return found
        except OSError as error:
            found.close()
            if error.errno == errno.EADDRINUSE and port < last:
                port += 1
                continue
            why = error.strerror or str(error)
            raise RequestError(
                f"cannot listen on {host} port {port} ({why}); choose another --port or --host"
            ) from None


def address(host: str, listening: socket.socket, token: str | None) -> str:
    """What to open in a browser on this machine, or on another if the host is one that others can reach."""
    name = _outward(listening.family) if host in ANYWHERE else host
    name = f"[{name}]" if ":" in name else name
    query = f"?token={token}" if token else ""
    return f"http://{name}:{listening.getsockname()[1]}/{query}"


def _outward(family: int) -> str:
    """The address by which others see this machine: the one a packet to far away would have; none is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("2001:db8::1" if family == socket.AF_INET6 else "192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "localhost"


def serve(app: CanvasApp, listening: socket.socket, browse: str | None) -> None:
    """Until Ctrl-C, which is the ordinary end. browse: what to open in the browser."""
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # a warning for each broken form, by any client
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3, ws="none")
    if browse:
        opener = Timer(0.5, webbrowser.open, (browse,))
        opener.daemon = True
        opener.start()
    try:
        _Server(config, app).run(sockets=[listening])
    except KeyboardInterrupt:
        return
