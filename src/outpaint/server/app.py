"""The application: routes round one canvas, with the guard in front."""

import importlib.resources
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from outpaint import __version__
from outpaint.canvas import Document
from outpaint.registry import Registry, default_registry
from outpaint.server import canvas_routes, event_routes, extend_routes, job_routes, method_routes, model_routes
from outpaint.server.answered import EVERYWHERE
from outpaint.server.answers import error, explain_errors
from outpaint.server.desk import Desk
from outpaint.server.easel import Easel
from outpaint.server.feed import Feed
from outpaint.server.guard import Door, Guard
from outpaint.server.job_queue import JobQueue
from outpaint.server.limits import Limits
from outpaint.server.page import Page

ABOUT = """An endless canvas and the painters that continue its pictures.

Pixels travel as bytes, never as text. A refusal is `{"error": "one line that says what to do"}`. Where a token is
asked for, send it as `Authorization: Bearer`. What other clients change is told by the events.
"""


class CanvasApp:
    """What uvicorn runs. `feed` is closed when the server shall stop, which ends the event streams."""

    def __init__(self, app: ASGIApp, feed: Feed) -> None:
        self.feed = feed
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def create_app(
    document: Document,
    *,
    door: Door | None = None,
    limits: Limits | None = None,
    registry: Registry | None = None,
    easel: Easel | None = None,
    web: Path | None = None,
) -> CanvasApp:
    """The application for one canvas, which stays open afterwards; FileError if another server has it open.

    easel: says when a model that nobody paints with is let go.   web: the folder of the page.
    """
    limits, registry, feed = limits or Limits(), registry or default_registry(), Feed()
    queue = JobQueue(document, registry, feed, limits, easel or Easel())
    desk = Desk(document, registry, queue, feed, limits)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        desk.queue.start()
        yield
        feed.close()
        await run_in_threadpool(desk.queue.stop)

    api = FastAPI(
        title="outpaint",
        version=__version__,
        description=ABOUT,
        lifespan=life,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        responses=EVERYWHERE,
        generate_unique_id_function=lambda route: route.name,
    )
    explain_errors(api)
    v1 = APIRouter(prefix="/api/v1")
    for each in (method_routes, model_routes, canvas_routes, job_routes, event_routes, extend_routes):
        v1.include_router(each.routes(desk))
    api.include_router(v1)

    folder = web or Path(str(importlib.resources.files("outpaint"))) / "web"

    @api.get("/", include_in_schema=False)
    def index() -> Response:
        page = folder / "index.html"
        if not page.is_file():
            return error(404, "the page is not part of this installation; use the routes under /api/v1")
        return FileResponse(page, headers={"Cache-Control": "no-cache"})

    api.mount("/static", Page(directory=folder, check_dir=False))
    return CanvasApp(Guard(api, door or Door(), limits), feed)
