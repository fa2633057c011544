"""PNG: our codec against OpenCV, Pillow and itself."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from files.encoded import image, noise, opened, profile, saved
from outpaint import files
from outpaint.errors import FileError
from outpaint.files.png_rows import filtered, packed
from outpaint.geometry import Extent, Frame

SIZES = [(1, 1), (1, 9), (7, 1), (13, 21), (70, 33)]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """The PNG with these chunks behind its header."""
    return data[:33] + b"".join(chunk(*c) for c in chunks) + data[33:]


def chunk_names(data: bytes) -> list[bytes]:
    names, at = [], 8
    while at < len(data):
        names.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return names


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", SIZES)
def test_reads_and_writes_what_opencv_does(channels, dtype, size):
    samples = noise(*size, channels, dtype)
    swap = {1: lambda a: a, 3: lambda a: a[..., ::-1], 4: lambda a: a[..., [2, 1, 0, 3]]}[channels]
    ok, theirs = cv2.imencode(".png", swap(samples))
    assert ok
    picture = files.open_picture(theirs.tobytes())
    assert np.array_equal(files.to_array(picture), samples)
    ours = np.frombuffer(files.encode_picture(picture), np.uint8)
    assert np.array_equal(swap(cv2.imdecode(ours, cv2.IMREAD_UNCHANGED)), samples)


@pytest.mark.parametrize("size", SIZES)
def test_grey_with_alpha_of_sixteen_bits(size):
    samples = noise(*size, 2, np.uint16)
    data = files.encode_picture(files.open_picture(samples), "png")
    again = files.open_picture(data)
    assert again.origin.mode == "LA;16"
    assert np.array_equal(files.to_array(again), samples)
    assert opened(data).size == size[::-1]


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_filter_is_undone(kind, channels):
    """A stream filtered by the definition, one row after the other in plain Python."""
    samples = noise(5, 6, channels, np.uint16, seed=kind)
    rows = samples.astype(">u2").reshape(5, -1).view(np.uint8).astype(int)
    step, stream = channels * 2, b""
    for y in range(5):
        left = np.concatenate([np.zeros(step, int), rows[y, :-step]])
        up = rows[y - 1] if y else np.zeros_like(rows[0])
        corner = np.concatenate([np.zeros(step, int), up[:-step]])
        paeth = [min((a, b, c), key=lambda v: abs(a + b - c - v)) for a, b, c in zip(left, up, corner, strict=True)]
        guess = [0, left, up, (left + up) // 2, np.array(paeth)][kind]
        stream += bytes([kind]) + ((rows[y] - guess) % 256).astype(np.uint8).tobytes()
    header = struct.pack(">IIBBBBB", 6, 5, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(stream)), chunk(b"IEND", b"")]
    picture = files.open_picture(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    assert np.array_equal(files.to_array(picture), samples)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5), (8, 8), (17, 23)])
@pytest.mark.parametrize("channels", [1, 3])
def test_interlaced_sixteen_bits(size, channels):
    """Adam7 by the table of the specification: the pass of every pixel of the 8 x 8 tile, written out."""
    table = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"]
    samples = noise(*size, channels, np.uint16).reshape(*size, channels)
    stream = b""
    for number in range(1, 8):
        for y in range(size[0]):
            row = [samples[y, x] for x in range(size[1]) if table[y % 8][x % 8] == str(number)]
            if row:
                stream += b"\0" + np.array(row).astype(">u2").tobytes()
    header = struct.pack(">IIBBBBB", size[1], size[0], 16, 0 if channels == 1 else 2, 0, 0, 1)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(stream)), chunk(b"IEND", b"")]
    picture = files.open_picture(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    assert np.array_equal(picture.samples, samples)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("width", [1, 7, 8, 21])
def test_few_bits_of_grey_stay_few(bits, width):
    levels = noise(5, width) >> (8 - bits)
    rows = packed(levels * 255 if bits == 1 else levels, bits)
    header = struct.pack(">IIBBBBB", width, 5, bits, 0, 0, 0, 0)
    stream = zlib.compress(b"".join(filtered(rows, 1, plain=True)))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")
    picture = files.open_picture(data)
    assert np.array_equal(picture.samples[..., 0], levels * (255 // (2**bits - 1)))
    again = files.encode_picture(picture)
    assert again[24:26] == bytes([bits, 0])
    assert np.array_equal(np.asarray(opened(again)), np.asarray(opened(data)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2, 3, 4]), st.booleans(), st.integers(0, 9))
def test_arrays_survive(height, width, channels, deep, seed):
    samples = noise(height, width, channels, np.uint16 if deep else np.uint8, seed)
    data = files.encode_picture(files.open_picture(samples), "png")
    assert np.array_equal(files.to_array(files.open_picture(data)), samples)


def test_big_rows_compress_as_well_as_pillows():
    y, x = np.mgrid[:300, :400]
    wave = (np.sin(x * y / 700)[..., None] * [90, 60, 30] + 128).astype(np.uint8)
    assert len(files.encode_picture(files.open_picture(wave), "png")) < 1.03 * len(
        saved(Image.fromarray(wave), "PNG")
    )


def test_text_and_colour_chunks_stay():
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "Meadow")
    info.add_itxt("Author", "Zoë", "en", "Autor")
    info.add_text("Long", "x" * 500, zip=True)
    data = saved(image("RGB"), "PNG", pnginfo=info, dpi=(300, 150))
    data = with_chunks(
        data, (b"gAMA", struct.pack(">I", 45455)), (b"tIME", bytes(7)), (b"prVt", b"1"), (b"prVT", b"2")
    )
    again = files.encode_picture(files.open_picture(data))
    found = opened(again)
    assert {k: found.text[k] for k in ("Title", "Author", "Long")} == {
        "Title": "Meadow",
        "Author": "Zoë",
        "Long": "x" * 500,
    }
    assert found.info["gamma"] == pytest.approx(0.45455)
    assert found.info["dpi"] == opened(data).info["dpi"]
    names = chunk_names(again)
    assert b"prVt" in names and b"prVT" not in names and b"tIME" not in names


def test_profile_and_its_name_stay():
    data = saved(image("RGB"), "PNG", icc_profile=profile("Odd"))
    again = files.encode_picture(files.open_picture(data))
    assert opened(again).info["icc_profile"] == profile("Odd")


def test_exif_as_imagemagick_writes_it():
    exif = Image.Exif()
    exif[274] = 6
    block = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
    lines = f"\nexif\n{len(block):8d}\n" + "\n".join(block.hex()[i : i + 72] for i in range(0, len(block.hex()), 72))
    data = with_chunks(
        saved(image("RGB"), "PNG"), (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(lines.encode()))
    )
    picture = files.open_picture(data)
    assert picture.extent == Extent(13, 21)
    assert opened(files.encode_picture(picture)).getexif()[274] == 1


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_colour_key_means_unknown_and_stays(mode):
    picture = image(mode)
    key = np.asarray(picture)[5, 5]
    key = int(key) if np.ndim(key) == 0 else tuple(int(v) for v in key)
    opened_picture = files.open_picture(saved(picture, "PNG", transparency=key))
    assert not opened_picture.known[5, 5] and opened_picture.known.mean() > 0.5
    again = opened(files.encode_picture(opened_picture))
    assert again.mode == mode and again.info["transparency"] == key


def test_colour_key_becomes_alpha_where_the_key_no_longer_tells():
    picture = files.open_picture(saved(image("L"), "PNG", transparency=int(np.asarray(image("L"))[5, 5])))
    white = np.ones((1, 1), np.float32)
    value = picture.samples[5, 5, 0] / np.float32(255)
    picture.fill(Frame(5, 5, 1, 1), np.full((1, 1, 3), value, np.float32), white)
    again = files.open_picture(files.encode_picture(picture))
    assert again.origin.mode == "LA"
    assert np.array_equal(again.alpha, picture.alpha)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16"])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_truncated_files_are_refused(mode, part):
    data = saved(image(mode, 60, 60), "PNG")
    with pytest.raises(FileError, match="damaged"):
        files.open_picture(data[: int(len(data) * part)])


def test_a_flipped_bit_is_noticed():
    data = bytearray(saved(image("RGB"), "PNG"))
    data[60] ^= 4
    with pytest.raises(FileError, match="checksum"):
        files.open_picture(bytes(data))


def test_a_strange_chunk_name_does_not_break_the_line():
    data = bytearray(saved(image("RGB"), "PNG"))
    data[13] = ord("\n")
    with pytest.raises(FileError) as found:
        files.open_picture(bytes(data))
    assert "\n" not in str(found.value)


def test_too_little_pixel_data_is_refused():
    header = struct.pack(">IIBBBBB", 9, 9, 16, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(100))), chunk(b"IEND", b"")]
    with pytest.raises(FileError, match="too early"):
        files.open_picture(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def test_animated_png_is_refused_with_its_count():
    frames = [image("RGB", seed=s) for s in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(FileError, match="3 frames"):
        files.open_picture(out.getvalue())


def test_one_bit_with_a_clear_value():
    data = saved(image("1"), "PNG", transparency=1)
    picture = files.open_picture(data)
    assert np.array_equal(picture.known, ~np.asarray(image("1")))
    again = files.encode_picture(picture)
    assert again[24:26] == data[24:26] and b"tRNS" in again
    assert np.array_equal(np.asarray(opened(again)), np.asarray(image("1")))
