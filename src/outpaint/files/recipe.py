"""The recipe, the text of a request, inside EXIF's UserComment.

Ours begins with "outpaint:". A comment that somebody else wrote stays in front of it, on lines of its own; one whose
characters cannot be told stays alone, and the picture then carries no recipe.
"""

from outpaint.files import exif
from outpaint.files.codec import Broken

KEY = "outpaint"
_MARK = f"{KEY}:"


def taken_out(block: bytes | None) -> tuple[bytes | None, str | None]:
    """The EXIF block with the recipe removed from its comment, and that recipe."""
    theirs, recipe = split(exif.user_comment(block))
    if block is None or recipe is None:
        return block, None
    return exif.with_user_comment(block, theirs), recipe


def put_in(block: bytes | None, recipe: str | None) -> bytes | None:
    """The EXIF block with the recipe in its comment, behind whatever was there."""
    if recipe is None:
        return block
    try:
        theirs = exif.user_comment(block)
        if theirs is None and exif.has_user_comment(block):
            return block
        return exif.with_user_comment(block, "\n".join([theirs, _MARK + recipe] if theirs else [_MARK + recipe]))
    except Broken:
        return block


def split(comment: str | None) -> tuple[str, str | None]:
    """Somebody's comment and our recipe, which is all that follows the mark at the beginning of a line."""
    comment = comment or ""
    if comment.startswith(_MARK):
        return "", comment.removeprefix(_MARK)
    theirs, mark, recipe = comment.partition("\n" + _MARK)
    return theirs, recipe if mark else None
