"""Files that somebody wants on a canvas: photos, and what other programs saved."""

from outpaint.canvas.commands import MAX_IMPORT, ImportPhoto, ImportWorkspace
from outpaint.canvas.importing.reading import is_workspace

__all__ = ["import_of", "is_workspace"]


def import_of(
    data: bytes, left: int = 0, top: int = 0, name: str = "Photo", max_pixels: int = MAX_IMPORT
) -> ImportPhoto | ImportWorkspace:
    """The command that puts a file's content with its top-left corner at left, top; its `frame` says how large it is.

    FileError, at once or when it is done, if the file is neither a picture nor a workspace; then nothing has changed.
    """
    kind = ImportWorkspace if is_workspace(data) else ImportPhoto
    return kind(data, left, top, name, max_pixels)
