"""How errors and pictures go out: one line that says what to do, and bytes."""

import zlib
from io import BytesIO

import numpy as np
import numpy.typing as npt
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from outpaint.errors import MissingExtra, OutpaintError

MEDIA = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "PPM": "image/x-portable-anymap",
    "QOI": "image/qoi",
}


class Busy(OutpaintError):
    """There is too much to do already; `seconds` later it may be less."""

    def __init__(self, text: str, seconds: int = 5) -> None:
        super().__init__(text)
        self.seconds = seconds


class NotThere(OutpaintError):
    """A name that nothing has."""


class NotNow(OutpaintError):
    """Possible in another state only."""


def error(status: int, text: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": " ".join(text.split())}, status, headers)


def explain_errors(app: FastAPI) -> None:
    """Every error leaves as {"error": "one line"}; what a client can cause is never a 5xx."""

    @app.exception_handler(OutpaintError)
    async def ours(_: Request, problem: OutpaintError) -> JSONResponse:
        if isinstance(problem, Busy):
            return error(429, str(problem), {"Retry-After": str(problem.seconds)})
        status = {NotThere: 404, NotNow: 409, MissingExtra: 409}.get(type(problem), 400)
        return error(status, str(problem))

    @app.exception_handler(RequestValidationError)
    async def unreadable(_: Request, problem: RequestValidationError) -> JSONResponse:
        first = problem.errors()[0]
        where = ".".join(str(each) for each in first["loc"][1:]) or "the request"
        return error(422, f"{where:.100}: {first['msg']}; see /api/v1/openapi.json")

    @app.exception_handler(HTTPException)
    async def plain(_: Request, problem: HTTPException) -> JSONResponse:
        return error(problem.status_code, str(problem.detail), dict(problem.headers or {}))

    @app.exception_handler(MemoryError)
    async def memory(_: Request, problem: MemoryError) -> JSONResponse:
        return error(413, "there is not enough memory for this; ask for something smaller")

    @app.exception_handler(Exception)
    async def surprise(_: Request, problem: Exception) -> JSONResponse:
        return error(500, f"the server failed ({type(problem).__name__}); please report what you did")


def png_of(pixels: npt.NDArray[np.uint8]) -> bytes:
    """H x W x 4, lossless; fast rather than small, for it seldom goes further than this machine."""
    from PIL import Image

    out = BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.save(out, "PNG", compress_level=1, compress_type=zlib.Z_RLE)  # of photos smaller, too, than without
    return out.getvalue()
