"""The two calls of the library: `extend` for the picture, `extend_events` for everything on the way to it."""

from collections.abc import Iterator
from typing import Any

from outpaint.errors import PainterError
from outpaint.events import Event, Finished
from outpaint.picture import Picture
from outpaint.registry import Registry, default_registry
from outpaint.request import Request
from outpaint.result import Result, results
from outpaint.road import road

Photo = Any
"""str, Path, bytes, an open binary file, a Pillow image, a numpy array, or a Picture."""


def extend(
    photo: Photo,
    *,
    mask: Photo | None = None,
    request: Request | None = None,
    registry: Registry | None = None,
    **asked: Any,
) -> Result:
    """Make a photo larger, or repaint a part of it, and return the result.

    photo: a path, bytes, open binary file, Pillow image, numpy array (H x W, H x W x 1..4, uint8 or uint16) or
        Picture. Nothing is written to it.
    mask: the same kinds, as large as the photo; white is painted anew.
    request, asked: what to do, as a Request, as its fields (right="25%", to="1920x1080", method="patch"), or both,
        the fields winning.
    Raises OutpaintError with one line that says what to do.
    """
    picture = _open(photo, mask, request, asked)
    for event in road(picture, _request(request, asked), registry or default_registry()):
        if isinstance(event, Finished):
            return results(event)
    raise PainterError("the road ended without a picture")


def extend_events(
    photo: Photo,
    *,
    mask: Photo | None = None,
    request: Request | None = None,
    registry: Registry | None = None,
    **asked: Any,
) -> Iterator[Event]:
    """The same as `extend`, as a generator of events that ends with Finished; closing it stops the work."""
    picture = _open(photo, mask, request, asked)
    yield from road(picture, _request(request, asked), registry or default_registry())


def _request(request: Request | None, asked: dict[str, Any]) -> Request:
    return request.overridden(**asked) if request else Request.of(**asked)


def _open(photo: Photo, mask: Photo | None, request: Request | None, asked: dict[str, Any]) -> Picture:
    from outpaint.files import open_mask, open_picture

    limit = _request(request, asked).max_pixels
    picture = photo if isinstance(photo, Picture) else open_picture(photo, max_pixels=limit)
    return picture if mask is None else picture.without(open_mask(mask, picture.extent))
