"""A recipe: a request as JSON text, embedded in every result so that it can be repeated on any photo."""

import json
from pathlib import Path

from outpaint import __version__
from outpaint.errors import OutpaintError, RequestError
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
    try:
        return Request.of(**record["request"])
    except TypeError as error:
        raise RequestError(f"the recipe holds a value of the wrong type: {error}") from None


def load_recipe(path: Path) -> Request:
    """From a JSON file, or from an earlier result of this program; OutpaintError if there is none in it."""
    if path.suffix.lower() == ".json":
        try:
            return parse_recipe(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise RequestError(f"cannot read the recipe {path}: {error}") from None
    from outpaint.files import read_recipe

    text = read_recipe(path)
    if text is None:
        raise OutpaintError(f"{path} has no recipe in it; use a picture that outpaint made, or a .json file")
    return parse_recipe(text)
