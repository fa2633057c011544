"""One call: photo in, larger photo out, without a canvas."""

import asyncio
import json
from threading import BoundedSemaphore, Event
from typing import Annotated, BinaryIO

import starlette.requests
from fastapi import APIRouter, Form, Response
from fastapi.concurrency import run_in_threadpool

from outpaint.api import extend_events
from outpaint.errors import RequestError
from outpaint.events import CandidateDone, Started
from outpaint.files import check_writable, encode_picture, open_picture, output_format
from outpaint.request import Request
from outpaint.server.answered import pictures, problems
from outpaint.server.answers import MEDIA, Busy
from outpaint.server.desk import Desk
from outpaint.server.spoken import Upload

Word = Annotated[str | None, Form(max_length=100)]
Text = Annotated[str | None, Form(max_length=10_000)]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["extend"])
    seats = BoundedSemaphore(desk.limits.extending)

    @router.post(
        "/extend", response_class=Response, responses={**pictures(*MEDIA.values()), **problems(400, 409, 429)}
    )
    async def extend_photo(
        connection: starlette.requests.Request,
        photo: Upload,
        mask: Upload | None = None,
        left: Word = None,
        right: Word = None,
        top: Word = None,
        bottom: Word = None,
        all: Word = None,
        ratio: Word = None,
        size: Word = None,
        anchor: Word = None,
        method: Word = None,
        blend: Word = None,
        overlap: Annotated[int | None, Form()] = None,
        prompt: Text = None,
        negative: Text = None,
        seed: Annotated[int | None, Form()] = None,
        format: Word = None,
        request: Annotated[str | None, Form(max_length=100_000)] = None,
    ) -> Response:
        """The larger picture, in the photo's own format unless `format` names another.

        request: the whole record as JSON, which the other fields then overrule. mask: white is painted anew.
        """
        asked = _record(request).overridden(
            left=left or None, right=right or None, top=top or None, bottom=bottom or None, all=all or None,
            to=size or None, ratio=ratio or None, anchor=anchor or None, method=method or None,
            blend=blend or None, overlap=overlap, prompt=prompt, negative=negative, seed=seed, count=1,
        )  # fmt: skip
        if not seats.acquire(blocking=False):
            raise Busy("too many pictures are being extended; try again in a moment")
        stop, files = Event(), (photo.file, mask.file if mask else None)
        work = asyncio.ensure_future(run_in_threadpool(_extend, desk, *files, asked, format or None, stop))
        work.add_done_callback(lambda _: seats.release())
        try:
            while not (await asyncio.wait({work}, timeout=0.5))[0]:
                if await connection.is_disconnected():
                    stop.set()
            return await work
        finally:
            stop.set()

    return router


def _record(text: str | None) -> Request:
    if not text:
        return Request()
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise RequestError('the request is not a JSON object; write {"right": "25%"}')
    return Request.of(**fields)


def _extend(
    desk: Desk, file: BinaryIO, mask: BinaryIO | None, asked: Request, format: str | None, stop: Event
) -> Response:
    """On a thread: waits for its turn, then walks the road until somebody hangs up."""
    with desk.large:
        photo = open_picture(file.read(), min(asked.max_pixels, desk.limits.pixels))
        events = extend_events(photo, mask=mask.read() if mask else None, request=asked, registry=desk.registry)
    while not desk.queue.easel.acquire(timeout=0.5):
        if stop.is_set():
            raise Busy("nobody waits for the answer any more")
    try:
        for event in events:
            if stop.is_set():
                raise Busy("nobody waits for the answer any more")
            if isinstance(event, Started):
                check_writable(photo, extent=desk.small_enough(event.request.frame).extent, format=format)
            if isinstance(event, CandidateDone):
                encoded = encode_picture(event.result.picture, format, recipe=event.result.recipe)
                return Response(encoded, media_type=MEDIA[output_format(photo, None, format)])
    finally:
        events.close()
        desk.queue.easel.release()
    raise RequestError("nothing was painted; ask for an amount, a size or a ratio")
