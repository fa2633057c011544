"""TIFF's image file directories, the structure inside TIFF files and EXIF blocks: read them, lay them out.

Classic and big TIFF, both byte orders (TIFF 6.0; Exif 2.32, 4.6.2). Values stay bytes in the order of their file.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outpaint.files.codec import Broken

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of one value of each field type."""

_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_WORDS = {2: 1, 5: 4, 10: 4} | {kind: size for kind, size in SIZES.items() if kind not in (2, 5, 10)}

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7

EXIF, GPS, INTEROP = 34665, 34853, 40965
POINTERS = frozenset({EXIF, GPS, INTEROP})
"""Tags whose value is the place of a directory of their own."""


@dataclass(frozen=True)
class Entry:
    """One field: its type, its value's bytes, and where the entry and its value lie in the data."""

    kind: int
    data: bytes
    at: int = 0
    value_at: int = 0

    @property
    def count(self) -> int:
        return len(self.data) // SIZES[self.kind]

    def values(self, order: str) -> tuple[Any, ...]:
        """Numbers; a rational is a quotient (0 if its denominator is), bytes of other kinds are small integers."""
        if self.kind in (5, 10):
            flat = struct.unpack(f"{order}{self.count * 2}{'I' if self.kind == 5 else 'i'}", self.data)
            return tuple(a / b if b else 0.0 for a, b in zip(flat[::2], flat[1::2], strict=True))
        return struct.unpack(f"{order}{self.count}{_CODES.get(self.kind, 'B')}", self.data)

    def turned(self) -> "Entry":
        """The same value in the other byte order."""
        word = _WORDS[self.kind]
        if word == 1:
            return self
        pieces = [self.data[i : i + word][::-1] for i in range(0, len(self.data), word)]
        return Entry(self.kind, b"".join(pieces))


Directory = dict[int, Entry]
Tree = Mapping[int, "Entry | Tree"]


@dataclass(frozen=True)
class Head:
    """Byte order as `struct` writes it, whether offsets have 8 bytes, and where the first directory is."""

    order: str
    big: bool
    first: int

    @property
    def first_at(self) -> int:
        """Where the offset of the first directory is written."""
        return 8 if self.big else 4


def read_head(data: bytes) -> Head:
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None or len(data) < 8:
        raise Broken("no TIFF header")
    version, first = struct.unpack_from(f"{order}HI", data, 2)
    if version == 43 and len(data) >= 16:
        return Head(order, True, struct.unpack_from(f"{order}Q", data, 8)[0])
    if version != 42:
        raise Broken("no TIFF header")
    return Head(order, False, first)


def read_directory(data: bytes, at: int, head: Head) -> tuple[Directory, int]:
    """The entries of the directory at `at`, but those that point nowhere, and the offset of the next one."""
    order, big = head.order, head.big
    if at < 8:
        raise Broken("a directory lies outside the data")
    number, step, inline = ("Q", 20, 8) if big else ("H", 12, 4)
    try:
        (count,) = struct.unpack_from(order + number, data, at)
        start = at + struct.calcsize(order + number)
        end = start + count * step
        (following,) = struct.unpack_from(order + ("Q" if big else "I"), data, end)
    except struct.error:
        if at + struct.calcsize(order + number) > len(data):
            raise Broken("a directory lies outside the data") from None
        following, end = 0, min(end, len(data) - len(data[start:]) % step)
    found: Directory = {}
    for place in range(start, min(end, len(data) - step + 1), step):
        tag, kind, length = struct.unpack_from(f"{order}HH{'Q' if big else 'I'}", data, place)
        size = length * SIZES.get(kind, 0)
        value = place + step - inline
        if size > inline:
            (value,) = struct.unpack_from(order + ("Q" if big else "I"), data, value)
        if size and value + size <= len(data) and tag not in found:
            found[tag] = Entry(kind, bytes(data[value : value + size]), place, value)
    return found, following


def pointed(found: Entry | None, order: str) -> int:
    """The offset that an entry holds; 0 if it holds none."""
    return int(found.values(order)[0]) if found and found.kind in (SHORT, LONG, 13, 16, 18) else 0


def tree_of(data: bytes, tags: Directory, head: Head) -> dict[int, Any]:
    """The entries with the directories they point to in place of the pointers; what lies outside is left out."""
    tree: dict[int, Any] = {tag: e for tag, e in tags.items() if tag not in POINTERS and e.kind < 13}
    for pointer in POINTERS & tags.keys():
        try:
            inner, _ = read_directory(data, pointed(tags[pointer], head.order), head)
        except Broken:
            continue
        own = {tag: e for tag, e in inner.items() if tag not in (EXIF, GPS)}
        tree[pointer] = (
            tree_of(data, own, head) if pointer == EXIF else {t: e for t, e in own.items() if t != INTEROP}
        )
    return {tag: item for tag, item in tree.items() if item}


def block_of(tree: Tree, order: str) -> bytes:
    """A header and the directory behind it."""
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8) + lay_out(tree, 8, order)


def entry(kind: int, values: Sequence[Any] | bytes, order: str) -> Entry:
    """An entry of numbers; rationals are written with denominator 10000 unless they are whole."""
    if isinstance(values, bytes):
        return Entry(kind, values)
    if kind == RATIONAL:
        pairs = [(round(v), 1) if v == round(v) else (round(v * 10000), 10000) for v in values]
        return Entry(kind, b"".join(struct.pack(f"{order}II", *pair) for pair in pairs))
    return Entry(kind, struct.pack(f"{order}{len(values)}{_CODES[kind]}", *values))


def lay_out(tree: Tree, at: int, order: str, following: int = 0) -> bytes:
    """A classic directory that starts at the even offset `at`, its values and sub-directories right behind it."""
    tail = at + 2 + 12 * len(tree) + 4
    table, behind = [struct.pack(f"{order}H", len(tree))], bytearray()
    for tag in sorted(tree):
        item = tree[tag]
        if not isinstance(item, Entry):
            place = tail + len(behind)
            behind += lay_out(item, place, order)
            table.append(struct.pack(f"{order}HHII", tag, LONG, 1, place))
        elif len(item.data) <= 4:
            table.append(struct.pack(f"{order}HHI", tag, item.kind, item.count) + item.data.ljust(4, b"\0"))
        else:
            table.append(struct.pack(f"{order}HHII", tag, item.kind, item.count, tail + len(behind)))
            behind += item.data
        behind += b"\0" * (len(behind) % 2)
    table.append(struct.pack(f"{order}I", following))
    return b"".join(table) + bytes(behind)
