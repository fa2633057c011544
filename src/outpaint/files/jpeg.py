"""JPEG: the tables, the sampling and every segment of the file are kept; a multi-picture file is its first picture.

Segments are taken off before Pillow sees the data and put back into what it writes (ITU-T T.81, annex B; JFIF 1.02).
"""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from outpaint.files import exif, recipe
from outpaint.files.codec import Array, Broken, Sheet, Stored, Unsupported
from outpaint.geometry import Extent

_APP0, _APP1, _APP2, _APP14, _COM, _SOS = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE, 0xDA
_FRAMES = {code for code in range(0xC0, 0xD0) if code not in (0xC4, 0xC8, 0xCC)}
_EXIF, _XMP, _ICC, _MPF = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0", b"MPF\0"
_LONGEST = 65533
_SAMPLING = {(1, 1): 0, (2, 1): 1, (2, 2): 2}

_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


def parse(data: bytes) -> Stored:
    segments, scan = _segments(data)
    frame = next(((m, s) for m, s in segments if m in _FRAMES), None)
    if frame is None:
        raise Broken("it ends before the picture begins")
    marker, body = frame
    bits, height, width, parts = struct.unpack_from(">BHHB", body)
    if bits != 8 or parts not in _MODES or marker in (0xC3, 0xC7, 0xCB, 0xCF):
        raise Unsupported(f"is a {bits}-bit JPEG of a kind that cannot be read; convert it to PNG or TIFF")
    block, written = recipe.taken_out(exif.sound(_first(segments, _APP1, _EXIF)))
    density = next((s[7:12] for m, s in segments if m == _APP0 and s[:5] == b"JFIF\0"), None)
    kept = [
        (m, s)
        for m, s in segments
        if m == _COM or (m > _APP0 and m <= 0xEF and m != _APP14 and not s.startswith((_EXIF, _XMP, _ICC, _MPF)))
    ]
    tables = _tables(segments)
    sampling = _sampling(body, parts)
    options: dict[str, Any] = {
        "qtables": tables,
        "progressive": marker in (0xC2, 0xC6, 0xCA, 0xCE),
        "subsampling": sampling,
        "keep_rgb": parts == 3 and _is_rgb(segments, body),
        "density": density,
        "segments": kept,
    }
    pure = b"\xff\xd8" + b"".join(
        _segment(m, s) for m, s in segments if m in (_APP0, _APP14) or not (0xE0 <= m <= 0xEF or m == _COM)
    )

    def load() -> Array:
        try:
            image = JpegImagePlugin.JpegImageFile(BytesIO(pure + data[scan:]))
            return np.asarray(image)
        except (OSError, SyntaxError, ValueError, struct.error, IndexError) as error:
            raise Broken(str(error)) from error

    return Stored(
        "JPEG",
        Extent(width, height),
        _MODES[parts],
        load,
        icc=_profile(segments),
        exif=block,
        xmp=_first(segments, _APP1, _XMP),
        dpi=_dpi(density),
        recipe=written,
        options=options,
    )


def write(sheet: Sheet) -> bytes:
    options = sheet.options
    how: dict[str, Any] = {"quality": 95 if sheet.quality is None else sheet.quality}
    how["subsampling"] = 0 if how["quality"] >= 90 else 2
    if options:
        how["progressive"] = options["progressive"]
        if options["subsampling"] is not None and sheet.mode == "RGB":
            how["subsampling"] = options["subsampling"]
        if sheet.quality is None:
            del how["quality"]
            how["qtables"] = options["qtables"]
        if options["keep_rgb"] and sheet.mode == "RGB":
            how["keep_rgb"] = True
            how["subsampling"] = 0
    bare = _encoded(Image.fromarray(sheet.array, sheet.mode), how)
    block = recipe.put_in(sheet.exif, sheet.recipe)
    if block is not None and len(_EXIF + block) > _LONGEST:
        block = sheet.exif
    extra = [(_APP1, _EXIF + block)] if block is not None else []
    if sheet.xmp is not None:
        extra.append((_APP1, _XMP + sheet.xmp))
    step = _LONGEST - len(_ICC) - 2
    profile = sheet.icc or b""
    pieces = [profile[i : i + step] for i in range(0, len(profile), step)]
    extra += [(_APP2, _ICC + bytes([i + 1, len(pieces)]) + piece) for i, piece in enumerate(pieces)]
    extra += options.get("segments", [])
    for _, body in extra:
        if len(body) > _LONGEST:
            raise Unsupported("has EXIF or XMP longer than 64 KB, which JPEG cannot hold; use --format png or tiff")
    at = 2
    if bare[2:4] == b"\xff\xe0":
        at += 2 + struct.unpack_from(">H", bare, 4)[0]
    density = options.get("density")
    if sheet.dpi is not None and _dpi(density) != sheet.dpi:
        density = struct.pack(">BHH", 1, *(_short(v) for v in sheet.dpi))
    first = bytearray(bare[:at])
    if density and at > 2:
        first[13:18] = density
    return bytes(first) + b"".join(_segment(m, s) for m, s in extra) + bare[at:]


def _short(value: float) -> int:
    return min(max(round(value), 1), 0xFFFF)


def _encoded(image: Image.Image, how: dict[str, Any]) -> bytes:
    """Pillow's encoder needs the whole of a progressive picture in one buffer and may have guessed it too small."""
    out = BytesIO()
    try:
        image.save(out, "JPEG", **how)
    except OSError:
        if not how.get("progressive"):
            raise
        out = BytesIO()
        image.save(out, "JPEG", **(how | {"progressive": False}))
    return out.getvalue()


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Marker and body of everything before the first scan, and where that scan begins."""
    found = list(_walk(data))
    return [(marker, body) for marker, body, _ in found[:-1]], found[-1][2]


def _walk(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Broken("a segment has no marker")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _SOS:
            yield marker, b"", at
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD9:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            break
        yield marker, data[at + 4 : at + 2 + length], at
        at += 2 + length
    raise Broken("it ends before the picture begins")


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _first(segments: list[tuple[int, bytes]], marker: int, prefix: bytes) -> bytes | None:
    return next((s[len(prefix) :] for m, s in segments if m == marker and s.startswith(prefix)), None)


def _profile(segments: list[tuple[int, bytes]]) -> bytes | None:
    """The colour profile put together from its numbered pieces; None if one is missing."""
    pieces = {s[12]: s[14:] for m, s in segments if m == _APP2 and s.startswith(_ICC) and len(s) > 14}
    return b"".join(pieces[i] for i in sorted(pieces)) if sorted(pieces) == list(range(1, len(pieces) + 1)) else None


def _tables(segments: list[tuple[int, bytes]]) -> list[list[int]]:
    """Quantisation tables in the order of their numbers, each in reading order of the 8 x 8 block."""
    tables: dict[int, list[int]] = {}
    for _, body in (pair for pair in segments if pair[0] == 0xDB):
        at = 0
        while at < len(body):
            wide, number = divmod(body[at], 16)
            size = 128 if wide else 64
            values = struct.unpack_from(">64H" if wide else "64B", body[at + 1 : at + 1 + size].ljust(size, b"\1"))
            natural = [0] * 64
            for value, place in zip(values, _ZIGZAG, strict=True):
                natural[place] = value
            tables[number] = natural
            at += 1 + size
    return [tables[number] for number in sorted(tables)]


def _zigzag() -> list[int]:
    """Places in reading order along the diagonals of the block, alternately up and down."""
    cells = [(y, x) for y in range(8) for x in range(8)]
    cells.sort(key=lambda c: (sum(c), c[0] if sum(c) % 2 else c[1]))
    return [y * 8 + x for y, x in cells]


_ZIGZAG = _zigzag()


def _sampling(frame: bytes, parts: int) -> int | None:
    """0, 1, 2 for 4:4:4, 4:2:2, 4:2:0, as Pillow counts them; None for anything else."""
    factors = [divmod(frame[7 + 3 * i], 16) for i in range(parts)] if len(frame) >= 6 + 3 * parts else []
    if parts != 3 or factors[1:] != [(1, 1), (1, 1)]:
        return None
    return _SAMPLING.get(factors[0])


def _is_rgb(segments: list[tuple[int, bytes]], frame: bytes) -> bool:
    """Whether the three components are RGB itself: Adobe's transform says 0, or their names are R, G, B."""
    adobe = _first(segments, _APP14, b"Adobe")
    if adobe is not None and len(adobe) >= 7:
        return adobe[6] == 0
    jfif = any(m == _APP0 and s[:5] == b"JFIF\0" for m, s in segments)
    return not jfif and frame[6:15:3] == b"RGB"


def _dpi(density: bytes | None) -> tuple[float, float] | None:
    unit, x, y = struct.unpack(">BHH", density) if density and len(density) == 5 else (0, 0, 0)
    scale = {1: 1.0, 2: 2.54}.get(unit)
    return (x * scale, y * scale) if scale and x and y else None
