"""What a person asks for: one record, with many optional fields, that fits any photo.

The library, the command line and a picture's embedded recipe all speak it; whatever speaks HTTP or draws a page
later speaks it too. `outpaint.resolve` turns it into a record of decisions for one picture.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self, SupportsIndex, TypedDict

from outpaint.errors import RequestError, unknown_name
from outpaint.geometry import Amount, Anchor, Extent, Ratio

MAX_PIXELS = 200_000_000
DEFAULT_METHOD = "patch"

Value = bool | int | float | str


class RequestFields(TypedDict, total=False):
    """The fields of a request as people write them; None means not given."""

    left: Amount | str | float | None
    right: Amount | str | float | None
    top: Amount | str | float | None
    bottom: Amount | str | float | None
    all: Amount | str | float | None
    to: Extent | str | tuple[int, int] | None
    ratio: Ratio | str | float | None
    anchor: Anchor | str | None
    multiple: int | None
    force_crop: bool | None
    max_pixels: int | None
    method: str | None
    painters: str | Iterable[str] | None
    blend: str | None
    overlap: int | None
    prompt: str | None
    negative: str | None
    seed: int | None
    count: int | None
    settings: Mapping[str, Value] | None


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a photo. Values are read as people write them: right="25%", to="1920x1080", anchor="top".

    left, right, top, bottom, all: how much to add on a side (`all`: on those not named).
    to, ratio: or the size, or the shape, that should come out; anchor: where the photo sits in it.
    multiple: round the result up to multiples of this. force_crop: cut what sticks out of a smaller `to`.
    max_pixels: the largest photo and result. method: a named way.
    painters: instead of a method, these, with blend "paste" unless one is named.
    blend: instead of the method's; several joined by `+`.
    overlap: pixels of the photo next to the new area that may be repainted; 0 keeps all of them.
    prompt, negative, settings: for painters that read them; a setting is `setting` or `painter.setting`.
    seed: same seed, same picture. count: how many candidates, with seeds seed, seed + 1, ...

    RequestError for a value that cannot be read.
    """

    left: Amount | None = None
    right: Amount | None = None
    top: Amount | None = None
    bottom: Amount | None = None
    all: Amount | None = None
    to: Extent | None = None
    ratio: Ratio | None = None
    anchor: Anchor | None = None
    multiple: int = 1
    force_crop: bool = False
    max_pixels: int = MAX_PIXELS
    method: str = DEFAULT_METHOD
    painters: tuple[str, ...] = ()
    blend: str | None = None
    overlap: int = 0
    prompt: str = ""
    negative: str = ""
    seed: int = 0
    count: int = 1
    settings: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name, read in _READERS.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, read(name, value))

    @classmethod
    def of(cls, **given: Any) -> Self:
        """The same as the constructor, but None means not given and an unknown field is a RequestError."""
        for name in given:
            if name not in _READERS:
                raise unknown_name("field", name, _READERS)
        return cls(**{name: value for name, value in given.items() if value is not None})

    def overridden(self, **given: Any) -> "Request":
        """This request with the given fields (None: not given) on top.

        A size asked for in any way replaces the whole old size, because a width of one request and a ratio of
        another would contradict each other. A method or painters replace the old ones likewise, with their blend
        and settings.
        """
        new = {name: value for name, value in given.items() if value is not None}
        old: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        if any(name in new for name in ("left", "right", "top", "bottom", "all", "to", "ratio")):
            for name in ("left", "right", "top", "bottom", "all", "to", "ratio", "anchor", "multiple", "force_crop"):
                del old[name]
        if "method" in new or "painters" in new:
            for name in ("painters", "blend", "settings"):
                del old[name]
        return type(self).of(**{**old, **new})

    def to_json(self) -> dict[str, Any]:
        """Only the fields that differ from their defaults, as JSON values that `of` reads back."""
        plain: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != getattr(_DEFAULT, each.name):
                plain[each.name] = _PLAIN.get(type(value), lambda value: value)(value)
        return plain


def _whole(low: int, high: int) -> Callable[[str, Any], int]:
    def read(name: str, given: Any) -> int:
        if not isinstance(given, SupportsIndex) or isinstance(given, bool) or not low <= int(given) <= high:
            words = name.replace("_", "-")
            raise RequestError(f"{words} is a whole number from {low} to {high}, not {given!r}")
        return int(given)

    return read


def _kind(kind: type, what: str) -> Callable[[str, Any], Any]:
    def read(name: str, given: Any) -> Any:
        if not isinstance(given, kind):
            raise RequestError(f"{name.replace('_', '-')} is {what}, not {given!r}")
        return given

    return read


def _names(name: str, given: Any) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(each, str) for each in names):
        raise RequestError(f"{name} is a list of names, not {given!r}")
    return names


def _settings(name: str, given: Any) -> dict[str, Value]:
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise RequestError(f"{name} is a mapping of names to values, not {given!r}")
    for key, value in given.items():
        if not isinstance(value, Value):
            raise RequestError(f"setting {key} is a number, a word or yes or no, not {value!r}")
    return dict(given)


_text, _flag = _kind(str, "text"), _kind(bool, "true or false")

_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("left", "right", "top", "bottom", "all"), lambda name, given: Amount.parse(given)),
    "to": lambda name, given: Extent.parse(given),
    "ratio": lambda name, given: Ratio.parse(given),
    "anchor": lambda name, given: Anchor.parse(given),
    "multiple": _whole(1, 4096),
    "force_crop": _flag,
    "max_pixels": _whole(1, 10**12),
    "method": _text,
    "painters": _names,
    "blend": _text,
    "overlap": _whole(0, 4096),
    "prompt": _text,
    "negative": _text,
    "seed": _whole(0, 2**63 - 1),
    "count": _whole(1, 1000),
    "settings": _settings,
}
_PLAIN: Mapping[type, Callable[[Any], Any]] = {**dict.fromkeys((Amount, Extent, Ratio, Anchor), str), tuple: list}
_DEFAULT = Request()
