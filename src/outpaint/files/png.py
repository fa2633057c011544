"""PNG of every depth and colour type; chunks that still hold true are kept (PNG specification, third edition).

Up to eight bits Pillow decodes; sixteen bits of more than one channel it would halve, so those are decoded here.
"""

import re
import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import PngImagePlugin

from outpaint.files import exif, recipe
from outpaint.files.codec import EIGHT, SIXTEEN, Array, Broken, Format, Sheet, Stored
from outpaint.files.png_rows import filtered, levels, packed
from outpaint.geometry import Extent

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP = b"XML:com.adobe.xmp"
_TYPES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_OURS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"eXIf", b"pHYs", b"acTL", b"fcTL", b"fdAT"}
_STALE = {b"tIME", b"hIST"}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_EARLY = {b"cHRM", b"cICP", b"gAMA", b"sBIT", b"sRGB", b"mDCV", b"cLLI"}

Chunk = tuple[bytes, bytes]


def parse(data: bytes) -> Stored:
    chunks = _chunks(data)
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise Broken("its header is damaged")
    width, height, bits, kind, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    if bits not in _DEPTHS.get(kind, ()) or not width or not height:
        raise Broken("its header is damaged")
    first = dict(reversed(chunks))
    if b"IDAT" not in first or (kind == 3 and b"PLTE" not in first):
        raise Broken("the picture itself is missing")
    mode = "1" if (kind, bits) == (0, 1) else _TYPES[kind] + (";16" if bits == 16 else "")
    key, palette = _transparency(first, kind, bits)
    texts = [_text(name, body) for name, body in chunks if name in _TEXTS]
    words = dict(texts)
    block = exif.sound(first.get(b"eXIf") or _raw_profile(words))
    kept = [
        (name, body)
        for name, body in chunks
        if name not in _OURS | _STALE
        and (name in _TEXTS or name in _EARLY or name in (b"bKGD", b"sPLT") or name[3:].islower())
        and not (name in _TEXTS and _text(name, body)[0] in (_XMP, recipe.KEY.encode(), *_RAW))
    ]

    def load() -> Array:
        if bits == 16:
            return _decoded(chunks, width, height, _CHANNELS[kind], bool(interlace))
        plain = [c for c in chunks if c[0] in (b"IHDR", b"PLTE", b"IDAT", b"IEND")]
        array = np.asarray(PngImagePlugin.PngImageFile(BytesIO(SIGNATURE + b"".join(_chunk(*c) for c in plain))))
        return np.where(array, np.uint8(255), np.uint8(0)) if mode == "1" else array

    written = words.get(recipe.KEY.encode())
    profile_name, profile = _profile(first.get(b"iCCP"))
    return Stored(
        "PNG",
        Extent(width, height),
        mode,
        load,
        bits=bits,
        frames=int.from_bytes(first[b"acTL"][:4], "big") if b"acTL" in first else 1,
        palette=palette,
        key=key,
        icc=profile,
        exif=recipe.taken_out(block)[0],
        xmp=words.get(_XMP),
        dpi=_dpi(first.get(b"pHYs")),
        recipe=written.decode("utf-8", "replace") if written is not None else recipe.taken_out(block)[1],
        options={
            "chunks": kept,
            "aspect": _aspect(first.get(b"pHYs")),
            "profile": profile_name,
            "type": (kind, bits),
        },
    )


def write(sheet: Sheet) -> bytes:
    mode, _, deep = sheet.mode.partition(";")
    kind = next(k for k, m in _TYPES.items() if m == {"1": "L"}.get(mode, mode))
    bits = 16 if deep else 1 if mode == "1" else sheet.bits if kind in (0, 3) else 8
    options = sheet.options
    same = options.get("type") == (kind, bits)
    kept: list[Chunk] = [c for c in options.get("chunks", []) if same or c[0] not in (b"sBIT", b"bKGD")]
    if sheet.icc is not None:
        kept = [c for c in kept if c[0] != b"sRGB"]
    out = [(b"IHDR", struct.pack(">IIBBBBB", *sheet.extent, bits, kind, 0, 0, 0))]
    if sheet.icc is not None:
        out.append((b"iCCP", options.get("profile", b"ICC Profile") + b"\0\0" + zlib.compress(sheet.icc, 9)))
    out += [c for c in kept if c[0] in _EARLY]
    if sheet.palette is not None:
        out.append((b"PLTE", sheet.palette[:, :3].tobytes()))
        if sheet.palette.shape[1] == 4:
            out.append((b"tRNS", sheet.palette[:, 3].tobytes().rstrip(b"\xff")))
    elif sheet.key is not None:
        out.append((b"tRNS", struct.pack(f">{len(sheet.key)}H", *sheet.key)))
    if sheet.dpi is not None:
        out.append((b"pHYs", struct.pack(">IIB", *(round(v / 0.0254) for v in sheet.dpi), 1)))
    elif aspect := options.get("aspect"):
        out.append((b"pHYs", aspect))
    if sheet.exif is not None:
        out.append((b"eXIf", sheet.exif))
    if sheet.xmp is not None:
        out.append((b"iTXt", _XMP + bytes(5) + sheet.xmp))
    if sheet.recipe is not None:
        out.append((b"iTXt", recipe.KEY.encode() + bytes(5) + sheet.recipe.encode()))
    out += [c for c in kept if c[0] not in _EARLY]
    rows = packed(levels(sheet.array, bits) if kind == 0 else sheet.array, bits)
    step = max(1, rows.shape[1] // sheet.extent.width) if bits >= 8 else 1
    stream = zlib.compressobj(6, memLevel=9)
    for block in filtered(rows, step, plain=kind == 3 or bits < 8):
        if body := stream.compress(block):
            out.append((b"IDAT", body))
    out += [(b"IDAT", stream.flush()), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(*c) for c in out)


def _chunks(data: bytes) -> list[Chunk]:
    """Every chunk up to IEND, its checksum proved."""
    found, at = [], 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length or at + 12 + length > len(data):
            break
        if zlib.crc32(body, zlib.crc32(name)) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise Broken(f"the checksum of a {name.decode('latin-1')!r} chunk is wrong")
        found.append((name, body))
        if name == b"IEND":
            return found
        at += 12 + length
    raise Broken("it ends too early")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))


def _transparency(first: dict[bytes, bytes], kind: int, bits: int) -> tuple[tuple[int, ...] | None, Array | None]:
    """The colour that means transparent, and the palette with its opacity if it has any."""
    alpha = first.get(b"tRNS")
    if kind in (0, 2):
        size = 2 * _CHANNELS[kind]
        if alpha is None or len(alpha) < size:
            return None, None
        mask = (1 << bits) - 1
        return tuple(v & mask for v in struct.unpack(f">{size // 2}H", alpha[:size])), None
    if kind != 3:
        return None, None
    colours = first[b"PLTE"]
    palette = np.frombuffer(colours[: len(colours) // 3 * 3], np.uint8).reshape(-1, 3)
    if alpha is None:
        return None, palette
    opacity = np.frombuffer(alpha[: len(palette)].ljust(len(palette), b"\xff"), np.uint8)
    return None, np.concatenate([palette, opacity[:, None]], 1)


def _text(name: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Keyword and text of a tEXt, zTXt or iTXt chunk; an empty text if it cannot be unpacked."""
    keyword, _, rest = body.partition(b"\0")
    if name == b"tEXt":
        return keyword, rest
    compressed = name == b"zTXt" or rest[:1] == b"\1"
    text = rest[1:] if name == b"zTXt" else rest[2:].split(b"\0", 2)[-1]
    return keyword, _inflated(text) if compressed else text


def _inflated(packed_bytes: bytes, most: int = 1 << 26) -> bytes:
    """Unpacked, but not more than 64 MB: a chunk may be a bomb."""
    try:
        return zlib.decompressobj().decompress(packed_bytes, most)
    except zlib.error:
        return b""


_RAW = (b"Raw profile type exif", b"Raw profile type APP1")


def _raw_profile(words: dict[bytes, bytes]) -> bytes | None:
    """EXIF as ImageMagick wrote it before PNG had a chunk for it: name, length and hexadecimal lines."""
    for name in _RAW:
        lines = words.get(name, b"").strip().split(b"\n", 2)
        if len(lines) == 3:
            try:
                return bytes.fromhex(lines[2].decode("ascii"))
            except ValueError:
                continue
    return None


def _profile(body: bytes | None) -> tuple[bytes, bytes | None]:
    name, _, rest = (body or b"").partition(b"\0")
    return name or b"ICC Profile", _inflated(rest[1:]) or None


def _dpi(body: bytes | None) -> tuple[float, float] | None:
    x, y, unit = struct.unpack(">IIB", body) if body and len(body) == 9 else (0, 0, 0)
    return (x * 0.0254, y * 0.0254) if unit == 1 and x and y else None


def _aspect(body: bytes | None) -> bytes | None:
    """The shape of a pixel where it has no size."""
    return body if body and len(body) == 9 and body[8] == 0 else None


_ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""First row, first column, row step and column step of the seven passes."""


def _decoded(chunks: list[Chunk], width: int, height: int, channels: int, interlaced: bool) -> Array:
    """Sixteen-bit samples, H x W or H x W x C."""
    from outpaint.files.png_kernels import unfilter

    out = np.empty((height, width, channels), np.uint16)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    views = [v for v in (out[y::down, x::right] for y, x, down, right in passes) if v.size]
    wanted = sum(v.shape[0] * (1 + v.shape[1] * channels * 2) for v in views)
    try:
        unzip = zlib.decompressobj()
        raw = bytearray(unzip.decompress(b"".join(body for name, body in chunks if name == b"IDAT"), wanted))
    except zlib.error as error:
        raise Broken("its data is damaged") from error
    if len(raw) < wanted:
        raise Broken("it ends too early")
    at = 0
    for view in views:
        rows, across = view.shape[0], view.shape[1] * channels * 2
        block = np.frombuffer(raw, np.uint8, rows * (1 + across), at).reshape(rows, 1 + across)
        if not unfilter(block, channels * 2):
            raise Broken("a row has an unknown filter")
        view[:] = np.ascontiguousarray(block[:, 1:]).view(">u2").reshape(view.shape)
        at += block.size
    return out[..., 0] if channels == 1 else out


PNG = Format("PNG", "PNG", (".png", ".apng"), re.escape(SIGNATURE), parse, write, EIGHT | SIXTEEN, opacity="any")
