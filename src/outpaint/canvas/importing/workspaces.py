"""Which program a workspace comes from."""

from outpaint.canvas.importing import infinity, open_outpaint
from outpaint.canvas.importing.reading import Workspace, parsed
from outpaint.errors import FileError


def read_workspace(data: bytes, name: str, max_pixels: int) -> Workspace:
    """FileError if it is none that is known here, or damaged; nothing of the document is needed for that."""
    record = parsed(data)
    if infinity.reads(record):
        return infinity.read(record, name, max_pixels)
    if open_outpaint.reads(record):
        return open_outpaint.read(record, name, max_pixels)
    raise FileError(
        "this is JSON but no workspace; save one in stablediffusion-infinity or openOutpaint, or give a photo"
    )
