"""EXIF blocks, changed in place: only what has become untrue is rewritten, and nothing else moves.

Maker notes hold offsets from the start of the block, so a block that is taken apart and laid out anew loses them.
What grows is written behind the end, and the pointer to it is turned. A block is a TIFF structure without the
leading "Exif\\0\\0" (Exif 2.32, 4.5 and 4.6).
"""

import struct

from outpaint.files import ifd
from outpaint.files.codec import Broken
from outpaint.geometry import Extent

_ORIENTATION, _USER_COMMENT, _WIDTH, _HEIGHT = 274, 37510, 40962, 40963
_IMAGE_WIDTH, _IMAGE_LENGTH = 256, 257
_THUMBNAIL, _THUMBNAIL_LENGTH = 513, 514
_ASCII, _UNICODE, _PLAIN = b"ASCII\0\0\0", b"UNICODE\0", bytes(8)
_EMPTY = b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, _ORIENTATION, ifd.SHORT, 1, 1) + bytes(4)


def sound(block: bytes | None) -> bytes | None:
    """The block without its prefix; laid out anew if it is damaged, None if nothing in it can be read."""
    block = (block or b"").removeprefix(b"Exif\0\0")
    try:
        head = ifd.read_head(block)
        first, _ = ifd.read_directory(block, head.first, head)
        if not head.big and all(_whole(block, at, head) for at in _places(first, head)):
            return block
        tree = ifd.tree_of(block, first, head)
    except Broken:
        return None
    return ifd.block_of(tree, head.order) if tree else None


def _places(first: ifd.Directory, head: ifd.Head) -> list[int]:
    """Where the directories begin that are going to be changed."""
    return [head.first] + ([ifd.pointed(first[ifd.EXIF], head.order)] if ifd.EXIF in first else [])


def _whole(block: bytes, at: int, head: ifd.Head) -> bool:
    """Whether a directory lies inside the block from its count to the offset of the next one."""
    if at < 8 or at + 2 > len(block):
        return False
    (count,) = struct.unpack_from(f"{head.order}H", block, at)
    return bool(at + 2 + 12 * count + 4 <= len(block))


def orientation(block: bytes | None) -> int:
    """1..8; anything else in the block counts as 1, upright."""
    if block is None:
        return 1
    head = ifd.read_head(block)
    found = ifd.read_directory(block, head.first, head)[0].get(_ORIENTATION)
    value = found.values(head.order)[0] if found and found.kind in (ifd.SHORT, ifd.LONG, ifd.BYTE) else 1
    return int(value) if 1 <= value <= 8 else 1


def upright(block: bytes) -> bytes:
    """The block of a picture whose orientation has been applied: tag reset to 1, thumbnail dropped."""
    head = ifd.read_head(block)
    first, following = ifd.read_directory(block, head.first, head)
    if _ORIENTATION in first:
        block = _set(block, None, _ORIENTATION, ifd.entry(ifd.SHORT, [1], head.order))
    if not following:
        return block
    changed = bytearray(block)
    struct.pack_into(
        f"{head.order}I", changed, head.first + 2 + 12 * struct.unpack_from(f"{head.order}H", block, head.first)[0], 0
    )
    try:
        thumbnail, _ = ifd.read_directory(block, following, head)
    except Broken:
        return bytes(changed)
    start = ifd.pointed(thumbnail.get(_THUMBNAIL), head.order)
    length = ifd.pointed(thumbnail.get(_THUMBNAIL_LENGTH), head.order)
    if start and length:
        stop = min(start + length, len(changed))
        if stop == len(changed):
            del changed[start:]
        else:
            changed[start:stop] = bytes(max(0, stop - start))
    return bytes(changed)


def resized(block: bytes, extent: Extent) -> bytes:
    """The block with the sizes it names, if it names any, set to this one."""
    head = ifd.read_head(block)
    first, _ = ifd.read_directory(block, head.first, head)
    inner = _sub(block, head, first)
    for pointer, found, tags in (
        (None, first, (_IMAGE_WIDTH, _IMAGE_LENGTH)),
        (ifd.EXIF, inner, (_WIDTH, _HEIGHT)),
    ):
        for tag, size in zip(tags, extent, strict=True):
            if tag in found:
                block = _set(block, pointer, tag, ifd.entry(ifd.LONG, [size], head.order))
    return block


def user_comment(block: bytes | None) -> str | None:
    """The text of the UserComment; None if there is none or its characters cannot be told."""
    if block is None:
        return None
    head = ifd.read_head(block)
    first, _ = ifd.read_directory(block, head.first, head)
    found = _sub(block, head, first).get(_USER_COMMENT)
    if found is None:
        return None
    charset, text = found.data[:8], found.data[8:]
    try:
        if charset == _UNICODE:
            return _utf16(text, head.order).rstrip("\0 ")
        if charset in (_ASCII, _PLAIN):
            return text.decode("utf-8").rstrip("\0 ")
    except UnicodeDecodeError:
        pass
    return None


def has_user_comment(block: bytes | None) -> bool:
    """Whether there is a UserComment of any kind, readable or not, that is not blank."""
    if block is None:
        return False
    head = ifd.read_head(block)
    found = _sub(block, head, ifd.read_directory(block, head.first, head)[0]).get(_USER_COMMENT)
    return found is not None and bool(found.data[8:].strip(b"\0 "))


def with_user_comment(block: bytes | None, text: str) -> bytes:
    """The block with this UserComment; a new, nearly empty block if there was none."""
    block = block or _EMPTY
    order = ifd.read_head(block).order
    if text.isascii():
        value = _ASCII + text.encode("ascii")
    else:
        value = _UNICODE + text.encode("utf-16-le" if order == "<" else "utf-16-be")
    return _set(block, ifd.EXIF, _USER_COMMENT, ifd.Entry(ifd.UNDEFINED, value))


def _utf16(text: bytes, order: str) -> str:
    """Exif leaves the byte order of UNICODE open: a mark decides, else where ASCII has its zeros, else the block."""
    text = text[: len(text) // 2 * 2]
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return text.decode("utf-16")
    even, odd = text[::2].count(0), text[1::2].count(0)
    little = odd > even if odd != even else order == "<"
    return text.decode("utf-16-le" if little else "utf-16-be")


def _sub(block: bytes, head: ifd.Head, first: ifd.Directory) -> ifd.Directory:
    """The Exif directory; empty if there is none or it lies outside the block."""
    pointer = first.get(ifd.EXIF)
    if pointer is None:
        return {}
    try:
        return ifd.read_directory(block, ifd.pointed(pointer, head.order), head)[0]
    except Broken:
        return {}


def _set(block: bytes, pointer: int | None, tag: int, new: ifd.Entry) -> bytes:
    """One entry set in the first directory (`pointer` None) or in the one that `pointer` leads to."""
    head = ifd.read_head(block)
    order = head.order
    first, _ = ifd.read_directory(block, head.first, head)
    directory = first if pointer is None else _sub(block, head, first)
    changed = bytearray(block)
    if tag in directory:
        old = directory[tag]
        struct.pack_into(f"{order}HHI", changed, old.at, tag, new.kind, new.count)
        if old.value_at > old.at + 8 or len(old.data) > 4:
            changed[old.value_at : old.value_at + len(old.data)] = bytes(len(old.data))
        if len(new.data) <= 4:
            changed[old.at + 8 : old.at + 12] = new.data.ljust(4, b"\0")
            return bytes(changed)
        at = old.value_at if len(old.data) >= len(new.data) else _end(changed)
        changed[at : at + len(new.data)] = new.data
        struct.pack_into(f"{order}I", changed, old.at + 8, at)
        return bytes(changed)
    if pointer is not None and not directory:
        at = _end(changed)
        changed += ifd.lay_out({tag: new}, at, order)
        return _set(bytes(changed), None, pointer, ifd.entry(ifd.LONG, [at], order))
    return _added(changed, head, first, pointer, tag, new)


def _added(
    changed: bytearray, head: ifd.Head, first: ifd.Directory, pointer: int | None, tag: int, new: ifd.Entry
) -> bytes:
    """A copy of the directory with one more entry behind the end; old values stay where they are."""
    order = head.order
    old_at = head.first if pointer is None else ifd.pointed(first[pointer], order)
    (count,) = struct.unpack_from(f"{order}H", changed, old_at)
    rows = [bytes(changed[i : i + 12]) for i in range(old_at + 2, old_at + 2 + 12 * count, 12)]
    following = bytes(changed[old_at + 2 + 12 * count :][:4]).ljust(4, b"\0")
    at = _end(changed)
    value = new.data.ljust(4, b"\0")
    if len(new.data) > 4:
        value = struct.pack(f"{order}I", at + 2 + 12 * (count + 1) + 4)
    rows.append(struct.pack(f"{order}HHI", tag, new.kind, new.count) + value)
    rows.sort(key=lambda row: struct.unpack_from(f"{order}H", row)[0])
    changed += struct.pack(f"{order}H", count + 1) + b"".join(rows) + following
    changed += new.data if len(new.data) > 4 else b""
    where = head.first_at if pointer is None else first[pointer].at + 8
    struct.pack_into(f"{order}I", changed, where, at)
    return bytes(changed)


def _end(changed: bytearray) -> int:
    """The even offset behind the end, where something new may begin."""
    changed += b"\0" * (len(changed) % 2)
    return len(changed)
