"""The calls of the library: `extend` for the picture, `extend_events` for everything on the way to it."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any, Unpack

from outpaint.events import CandidateDone, Event
from outpaint.picture import Picture
from outpaint.registry import Registry, default_registry
from outpaint.request import Request, RequestFields
from outpaint.result import Result
from outpaint.road import road

Photo = Any
"""str, Path, bytes, an open binary file, a Pillow image, a numpy array, or a Picture."""


def extend(
    photo: Photo,
    *,
    mask: Photo | None = None,
    request: Request | None = None,
    registry: Registry | None = None,
    **asked: Unpack[RequestFields],
) -> Result:
    """Make a photo larger, or repaint a part of it, and return the result.

    photo: a path, bytes, open binary file, Pillow image, numpy array (H x W, H x W x 1..4: grey, grey and alpha, RGB,
        RGBA; uint8, uint16, or floats in 0..1) or the picture of an earlier result. Nothing is written to it.
    mask: the same kinds, as large as the photo; white is painted anew.
    request, asked: what to do, as a Request, as its fields (right="25%", to="1920x1080", method="patch"), or both,
        the fields winning.
    Raises OutpaintError with one line that says what to do.
    """
    events = extend_events(photo, mask=mask, request=request, registry=registry, **asked)
    first, *others = [event.result for event in events if isinstance(event, CandidateDone)]
    return replace(first, others=tuple(others))


def extend_events(
    photo: Photo,
    *,
    mask: Photo | None = None,
    request: Request | None = None,
    registry: Registry | None = None,
    **asked: Unpack[RequestFields],
) -> Generator[Event, None, None]:
    """The same as `extend`, as a generator of events; closing it stops the work.

    The photo is opened and the request checked now; painting begins with the first event that is asked for.
    """
    from outpaint.files import open_mask, open_picture
    from outpaint.resolve import check

    wanted = request.overridden(**asked) if request else Request.of(**asked)
    known = registry or default_registry()
    check(wanted, known)
    picture = photo if isinstance(photo, Picture) else open_picture(photo, max_pixels=wanted.max_pixels)
    if mask is not None:
        picture = picture.without(open_mask(mask, picture.extent))
    return road(picture, wanted, known)


def forget_models() -> None:
    """Let go of the model that is kept for the next picture, and of the memory it takes here or on a card."""
    from outpaint.painters.diffusion.kept import forget

    forget()
