"""A file that is there only to be sent."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send


class FleetingFile(FileResponse):
    """What `write` puts into a file that it is given the name of; gone as soon as it is sent, or cannot be."""

    def __init__(self, write: Callable[[Path], None], media_type: str, headers: dict[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "file"
        try:
            write(path)
        except BaseException:
            self._folder.cleanup()
            raise
        super().__init__(path, media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._folder.cleanup()
