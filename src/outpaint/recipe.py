"""A recipe: a request as JSON text, embedded in every result so that it can be repeated on any photo."""

import json
from pathlib import Path

from outpaint import __version__
from outpaint.errors import RequestError
from outpaint.request import Request


def write_recipe(request: Request) -> str:
    """The request as one line of JSON, with the version that made it."""
    return json.dumps({"outpaint": __version__, "request": request.to_json()}, ensure_ascii=False, sort_keys=True)


def parse_recipe(text: str) -> Request:
    """Read what `write_recipe` wrote; RequestError if it is anything else."""
    try:
        record = json.loads(text)
    except ValueError as error:
        raise RequestError(f"the recipe is not JSON ({error}); use a result of outpaint or a .json file") from None
    if not isinstance(record, dict) or not isinstance(record.get("request"), dict):
        raise RequestError('the recipe has no "request" in it; use a result of outpaint or a .json file of one')
    return Request.of(**record["request"])


def load_recipe(path: Path) -> Request:
    """From a JSON file, or from an earlier result of this program; OutpaintError if there is none in it."""
    from outpaint.files import read_recipe

    text: str | None
    try:
        with path.open("rb") as file:
            is_json = path.suffix.lower() == ".json" or file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        text = path.read_text("utf-8-sig") if is_json else read_recipe(path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise RequestError(
            f"cannot read the recipe {path} ({why}); name a result of outpaint or a .json file"
        ) from None
    if text is None:
        raise RequestError(f"{path} has no recipe in it; name a picture that outpaint made, or a .json file")
    return parse_recipe(text)
