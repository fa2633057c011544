"""The document: what it looks like, and what changes it."""

import pathlib
import secrets
from typing import Annotated, Any, Literal
from urllib.parse import quote

import numpy as np
from fastapi import APIRouter, Body, Form, Header, Path, Query, Response
from fastapi.responses import FileResponse

from outpaint.canvas import Done, SetMask, Spot
from outpaint.canvas.cache import TileCache
from outpaint.canvas.commands import layer_name
from outpaint.canvas.importing import import_of
from outpaint.canvas.packing import Samples8
from outpaint.canvas.photo import open_photo
from outpaint.canvas.tiles import TOP, check_frame
from outpaint.errors import RequestError
from outpaint.geometry import Frame
from outpaint.server import answered
from outpaint.server.answered import pictures, problems
from outpaint.server.answers import MEDIA, png_of
from outpaint.server.command_models import CommandModel
from outpaint.server.desk import Desk
from outpaint.server.fleeting import FleetingFile
from outpaint.server.spoken import Length, Place, StepsModel, Upload, box_of

GAP = 64
"""Pixels between the content and a photo that is put beside it."""
MANY = 4096
"""Tiles from which on a page had better draw everything again."""
ENCODED = 64 * 2**20
"""Bytes of tiles as PNG that are kept, because packing one takes longer than making it."""
COARSEST = 6
"""Level of a mask's tiles, of which no pyramid is kept: one is made of 4096 at most."""
_CACHE = {"Cache-Control": "no-cache"}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is what the ETag in If-None-Match stands for"}}

TilePlace = Annotated[int, Path(ge=-(2**23), le=2**23)]


def routes(desk: Desk) -> APIRouter:
    router, document = APIRouter(prefix="/canvas", tags=["canvas"]), desk.document
    encoded = TileCache(ENCODED)
    edition = secrets.token_hex(4)  # another canvas may have been at this address before, with the same revisions

    def told(done: Done, **more: Any) -> dict[str, Any]:
        if done.changed:
            desk.changed(done.revision)
        return {"revision": done.revision, **more}

    @router.get("", response_model=answered.Canvas)
    def get_canvas() -> dict[str, Any]:
        revision = document.revision
        layers = [
            {name: getattr(each, name) for name in ("id", "name", "visible", "opacity", "locked", "kind")}
            for each in document.layers
        ]
        content, masked = document.content_box(), document.mask_box()
        return {
            "revision": revision,
            "name": document.path.stem,
            "layers": layers,
            "content": box_of(content) if content else None,
            "masked": box_of(masked) if masked else None,
            **walkable(),
        }

    @router.get(
        "/tiles/{level}/{column}/{row}.png",
        response_class=Response,
        responses={**pictures("image/png", empty=True), **UNCHANGED, **problems(400)},
    )
    def get_tile(
        level: Annotated[int, Path(ge=0, le=TOP)],
        column: TilePlace,
        row: TilePlace,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """RGBA, 256 x 256, of the canvas at one 2**level-th of its size; 204 where it is empty."""
        spot = Spot(column, row)
        check_frame(spot.frame(level))
        revision = document.tile_revision(level, spot)
        headers = {**_CACHE, "ETag": f'"{edition}-{revision}"'}
        if if_none_match == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        data = encoded.get((level, spot, revision), lambda: packed(document.tile(level, spot))).tobytes()
        if not data:
            return Response(status_code=204, headers=headers)
        return Response(data, media_type="image/png", headers=headers)

    @router.get(
        "/mask/{level}/{column}/{row}.png",
        response_class=Response,
        responses={**pictures("image/png", empty=True), **problems(400)},
    )
    def get_mask_tile(level: Annotated[int, Path(ge=0, le=COARSEST)], column: TilePlace, row: TilePlace) -> Response:
        """White with the mask as alpha, at one 2**level-th of its size; 204 where nothing is masked."""
        check_frame(Spot(column, row).frame(level))
        values = document.mask_tile(level, Spot(column, row))
        if not values.any():
            return Response(status_code=204, headers=_CACHE)
        white = values[..., None].repeat(4, -1)
        white[..., :3] = 255
        return Response(png_of(white), media_type="image/png", headers=_CACHE)

    @router.get("/changes", response_model=answered.Changes)
    def get_changes(since: Annotated[int, Query(ge=0, lt=2**63)]) -> dict[str, Any]:
        found = document.changes_since(since)
        lost = since > found.revision or len(found.picture) > MANY
        return {
            "revision": found.revision,
            "tiles": "all" if lost else sorted(found.picture),
            "mask": "all" if lost else sorted(found.mask),
            "layers": lost or found.layers is not None,
        }

    @router.get("/history", response_model=list[answered.HistoryStep])
    def get_history(limit: Annotated[int, Query(ge=1, le=10_000)] = 100) -> list[dict[str, Any]]:
        """The newest first, undone ones too."""
        return [
            {name: getattr(step, name) for name in ("kind", "values", "name", "made", "done")} | {"number": step.id}
            for step in document.history(limit)
        ]

    @router.post("/commands", response_model=answered.Changed, responses=problems(400))
    def do_command(told_command: Annotated[CommandModel, Body()]) -> dict[str, Any]:
        """Everything that changes the canvas without a picture; each is one step of the history."""
        done = document.do(told_command.command())
        return told(done, layer=done.layer)

    @router.post("/import", response_model=answered.Imported, responses=problems(400, 429))
    def import_photo(
        file: Upload,
        left: Annotated[Place | None, Form()] = None,
        top: Annotated[Place | None, Form()] = None,
    ) -> dict[str, Any]:
        """A photo becomes a layer; a workspace of stablediffusion-infinity or openOutpaint, its layers.

        Without left and top it lies beside what is there. `layer` is null if it is not one layer that was made.
        """
        content = document.content_box()
        corner = (content.right + GAP, content.top) if content else (0, 0)
        left, top = corner[0] if left is None else left, corner[1] if top is None else top
        with desk.large:
            found = import_of(file.file.read(), left, top, _layer_name(file.filename), desk.limits.pixels)
            done = document.do(found)
        return told(done, layer=done.layer, frame=box_of(found.frame))

    @router.post("/mask", response_model=answered.Changed, responses=problems(400, 429))
    def change_mask(
        file: Upload,
        left: Annotated[Place, Form()],
        top: Annotated[Place, Form()],
        mode: Annotated[Literal["add", "erase"], Form()] = "add",
    ) -> dict[str, Any]:
        """A grey picture, white is masked; of one with transparency, the alpha is the mask."""
        with desk.large:
            pixels = open_photo(file.file.read(), desk.limits.pixels)
        clear = bool((pixels[..., 3] < 255).any())
        values = pixels[..., 3].copy() if clear else pixels[..., :3].max(-1)
        frame = Frame(left, top, values.shape[1], values.shape[0])
        return told(document.do(SetMask(frame, values, "add" if mode == "add" else "subtract")))

    @router.post("/undo", response_model=answered.Walked, responses=problems(400))
    def undo(steps: Annotated[StepsModel | None, Body()] = None) -> dict[str, Any]:
        return told(document.undo((steps or StepsModel()).count), **walkable())

    @router.post("/redo", response_model=answered.Walked, responses=problems(400))
    def redo(steps: Annotated[StepsModel | None, Body()] = None) -> dict[str, Any]:
        return told(document.redo((steps or StepsModel()).count), **walkable())

    @router.get(
        "/export",
        response_class=Response,
        responses={**pictures("image/png", "image/jpeg", "image/webp", "image/tiff"), **problems(400, 429)},
    )
    def export_picture(
        what: Literal["content", "frame", "everything"] = "content",
        left: Place = 0,
        top: Place = 0,
        width: Length | None = None,
        height: Length | None = None,
        format: Literal["png", "jpeg", "webp", "tiff"] = "png",
        quality: Annotated[int | None, Query(ge=1, le=100)] = None,
        alt: Annotated[str, Query(max_length=2000, description="what it shows, in words; kept in the file")] = "",
    ) -> Response:
        """A picture file; a JPEG has white where the canvas is transparent."""
        frame = document.everything_box() if what == "everything" else document.content_box()
        if what == "frame":
            if width is None or height is None:
                raise RequestError("a frame has left, top, width and height; give all four")
            frame = Frame(left, top, width, height)
        if frame is not None:
            desk.small_enough(frame)
        background = (255, 255, 255) if format == "jpeg" else None
        with desk.large:
            data = document.encode(frame, format, quality=quality, background=background, alt=alt)
        name = f"{document.path.stem}.{'jpg' if format == 'jpeg' else format}"
        return Response(data, media_type=MEDIA[format.upper()], headers={"Content-Disposition": _attached(name)})

    @router.get(
        "/file", response_class=FileResponse, responses={**pictures("application/vnd.sqlite3"), **problems(429)}
    )
    def save_canvas() -> FleetingFile:
        """The canvas with its layers, its mask and its history, as `outpaint canvas FILE.canvas` opens it."""
        headers = {"Content-Disposition": _attached(f"{document.path.stem}.canvas")}
        with desk.large:
            return FleetingFile(document.copy, "application/vnd.sqlite3", headers)

    def walkable() -> dict[str, bool]:
        can_undo, can_redo = document.ends()
        return {"can_undo": can_undo, "can_redo": can_redo}

    return router


def packed(pixels: Samples8 | None) -> Samples8:
    """A tile's PNG; nothing for nothing."""
    return np.frombuffer(b"" if pixels is None else png_of(pixels), np.uint8)


def _attached(name: str) -> str:
    """The Content-Disposition of a file to keep, whatever letters its name has (RFC 6266)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
    return f'attachment; filename="{plain}"' + (
        "" if plain == name else f"; filename*=UTF-8''{quote(name, '', errors='replace')}"
    )


def _layer_name(filename: str | None) -> str:
    """Only what is written on a layer: no file is ever opened by this name."""
    return layer_name(pathlib.PurePath((filename or "").replace("\\", "/")).stem, "Photo")
