"""Server-sent events: what happens on the canvas and in the queue, to everybody who listens."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from outpaint.server.answered import problems
from outpaint.server.answers import Busy
from outpaint.server.desk import Desk
from outpaint.server.feed import News
from outpaint.server.job import OPEN

SILENCE = 15.0
"""Seconds after which a comment shows that the connection still stands."""
AGAIN = 1000
"""Milliseconds after which a browser that lost the connection comes back."""
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events without end",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'event: canvas\ndata: {"revision": 7}\n\n',
            }
        },
    }
}


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["events"])

    @router.get("/events", response_class=StreamingResponse, responses={**STREAM, **problems(429)})
    async def listen() -> StreamingResponse:
        """`canvas` with the revision, `job` with the job; at first how things stand, then every change."""
        if len(desk.feed) >= desk.limits.listeners:
            raise Busy("too many pages are open; close some")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)

    async def stream() -> AsyncIterator[str]:
        listener = desk.feed.join()
        try:
            yield f"retry: {AGAIN}\n\n"
            yield _line("canvas", {"revision": await run_in_threadpool(lambda: desk.document.revision)})
            for job in await run_in_threadpool(desk.queue.jobs):
                if job.state in OPEN or job.state == "done":
                    yield _line("job", job.to_json())
            async for heard in listener.hear(SILENCE):
                yield ": still here\n\n" if heard is None else _line(*heard)
        finally:
            desk.feed.leave(listener)

    return router


def _line(event: str, news: News) -> str:
    return f"event: {event}\ndata: {json.dumps(news)}\n\n"
