"""`outpaint canvas`: paint without borders, in the browser."""

import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outpaint.errors import MissingExtra, RequestError
from outpaint.server.easel import REST

if TYPE_CHECKING:
    from outpaint.canvas import Document

PORT = 7860


def canvas(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PHOTO|FILE.canvas]",
            help="A photo or a workspace to begin with, or a canvas; untitled.canvas.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(metavar="N", help=f"{PORT}, or the next that is free.", min=0, max=65535)
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
    token: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="What a client has to know; made up for any address but this machine."),
    ] = None,
    forget_after: Annotated[
        float,
        typer.Option(
            metavar="MINUTES",
            help=f"Let go of a model when nobody has painted for so long, {REST // 60}; 0 keeps it.",
            min=0,
            show_default=False,
        ),
    ] = REST / 60,
) -> None:
    """Open the canvas in the browser: drop a photo, move the frame over its border, paint, go on.

    PHOTO becomes the first layer of PHOTO.canvas beside it, which is opened if it is there already. So does what
    stablediffusion-infinity or openOutpaint saved. Everything is kept in that one file at once; Ctrl-C ends.
    """
    if not all(map(find_spec, ("fastapi", "python_multipart", "uvicorn"))):
        raise MissingExtra("outpaint canvas", "server")
    from outpaint.server.app import create_app
    from outpaint.server.easel import Easel
    from outpaint.server.guard import LOCAL, Door
    from outpaint.server.serving import address, listen, serve

    if token is not None and not (token.isascii() and token.isalnum() and len(token) >= 8):
        raise RequestError("a token is 8 or more letters and digits; leave --token out to have one made")
    if token is None and host not in LOCAL:
        token = secrets.token_hex(16)
    with open_canvas(file) as document, listen(host, PORT if port is None else port, port is None) as socket:
        app = create_app(document, door=Door(host, token), easel=Easel(60 * forget_after))
        where = address(host, socket, token)
        print(f"{document.path.name} is at {where} (Ctrl-C ends)", flush=True)
        serve(app, socket, None if no_open else where)


def open_canvas(file: Path | None) -> "Document":
    """The canvas of this name, or that of this photo or workspace; made now if there is none yet."""
    from outpaint.canvas import Document

    file = file or Path("untitled.canvas")
    if file.suffix.lower() == ".canvas":
        return Document(file) if file.exists() else Document.create(file)
    path = file.with_suffix(".canvas")
    if path.exists():
        return Document(path)
    from outpaint.canvas.commands import layer_name
    from outpaint.canvas.importing import import_of, is_workspace
    from outpaint.files.read import read_bytes, stored

    data, name = read_bytes(file)
    if not is_workspace(data):
        stored(data, name)  # complains by the file's name
    return Document.create(path, first=import_of(data, name=layer_name(file.stem, "Photo")))


def register(app: typer.Typer) -> None:
    app.command()(canvas)
