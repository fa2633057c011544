"""Colour profiles are honoured: ink by the embedded profile, RGB in its own numbers, the bytes kept."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

import outpaint
from outpaint import Picture
from outpaint.files import encode_picture, open_picture

D50 = np.array([0.9642, 1.0, 0.8249])
TO_XYZ = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""Linear sRGB to XYZ, adapted to D50 (Lindbloom)."""


def lab_of(rgb: np.ndarray) -> np.ndarray:
    """sRGB 0..1 to CIE Lab, D50."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = linear @ TO_XYZ.T / D50
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def rgb_of(lab: np.ndarray) -> np.ndarray:
    """The inverse, clipped."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * D50
    linear = np.clip(xyz @ np.linalg.inv(TO_XYZ).T, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def table(inputs: int, grid: int, outputs: np.ndarray) -> bytes:
    """An ICC lut8 tag with straight curves."""
    ramp = bytes(range(256))
    identity = struct.pack(">9i", *(65536 if i % 4 == 0 else 0 for i in range(9)))
    head = b"mft1" + bytes(4) + bytes([inputs, outputs.shape[-1], grid, 0]) + identity
    return head + ramp * inputs + outputs.astype(np.uint8).tobytes() + ramp * outputs.shape[-1]


def ink_profile() -> bytes:
    """A CMYK profile of a strange press whose first ink is yellow and whose third is cyan."""
    inks = np.stack(np.meshgrid(*[np.linspace(0, 1, 17)] * 4, indexing="ij"), -1)
    lab = lab_of((1 - inks[..., 2::-1]) * (1 - inks[..., 3:]))
    to_lab = table(4, 17, np.rint(np.clip(lab * [2.55, 1, 1] + [0, 128, 128], 0, 255)))
    nodes = np.stack(np.meshgrid(*[np.linspace(0, 255, 33)] * 3, indexing="ij"), -1)
    rgb = rgb_of((nodes - [0, 128, 128]) / [2.55, 1, 1])
    ink = np.concatenate([1 - rgb[..., ::-1], np.zeros_like(rgb[..., :1])], -1)
    from_lab = table(3, 33, np.rint(ink * 255))
    text = b"strange press\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", *(int(v * 65536) for v in D50)),
        b"A2B0": to_lab,
        b"B2A0": from_lab,
    }
    place, body, index = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        index += name + struct.pack(">II", place + len(body), len(data))
        body += data
    size = place + len(body)
    white = struct.pack(">3i", *(int(v * 65536) for v in D50))
    head = struct.pack(
        ">I4sI4s4s4s12s4s4s", size, bytes(4), 0x02400000, b"prtr", b"CMYK", b"Lab ", bytes(12), b"acsp", bytes(4)
    )
    head = (head + bytes(68 - len(head)) + white).ljust(128, b"\0")
    return head + struct.pack(">I", len(tags)) + index + body


@pytest.fixture(scope="module")
def press() -> bytes:
    return ink_profile()


def test_ink_means_what_the_profile_says(press) -> None:
    """The oracle is Pillow's own conversion; the plain formula would see cyan where this press prints yellow."""
    inks = np.zeros((1, 3, 4), np.uint8)
    inks[0, 0, 0], inks[0, 1, 2], inks[0, 2, 3] = 255, 255, 255
    yellow, cyan, black = Picture.of(inks, icc=press).pixels()[0]
    assert yellow[2] < 0.2 < 0.8 < yellow[1] and cyan[0] < 0.2 < 0.8 < cyan[1] and black.max() < 0.1
    srgb = ImageCms.createProfile("sRGB")
    how = ImageCms.Intent.RELATIVE_COLORIMETRIC
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    profile = ImageCms.ImageCmsProfile(BytesIO(press))
    oracle = ImageCms.profileToProfile(Image.fromarray(inks, "CMYK"), profile, srgb, how, "RGB", flags=flags)
    assert np.array_equal(np.rint(np.array([yellow, cyan, black]) * 255), np.asarray(oracle)[0])


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_a_photo_in_ink_is_continued_in_its_inks(press, format) -> None:
    inks = np.zeros((16, 16, 4), np.uint8)
    inks[:] = [10, 120, 200, 0]
    data = BytesIO()
    Image.fromarray(inks, "CMYK").save(data, format, icc_profile=press, quality=95)
    result = outpaint.extend(data.getvalue(), right=8, method="edge")
    picture = result.picture
    assert picture.space == "cmyk" and picture.icc == press
    known = open_picture(data.getvalue())
    assert np.array_equal(picture.samples[:, :16], known.samples)
    assert np.abs(picture.pixels()[:, 16:] - picture.pixels()[:, 15:16]).max() < 6 / 255
    with Image.open(BytesIO(encode_picture(picture))) as again:
        assert again.mode == "CMYK" and again.info["icc_profile"] == press and again.size == (24, 16)


def test_wide_gamut_colours_are_continued_unclipped() -> None:
    """A green outside sRGB must not fade at the old border, and the profile's bytes stay."""
    from outpaint.files.profile import is_srgb

    wide = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = wide.find(b"gXYZ")
    offset = struct.unpack(">I", wide[at + 4 : at + 8])[0]
    wide[offset + 8 : offset + 20] = struct.pack(">3i", 13000, 45000, 5000)  # greener than any screen
    icc = bytes(wide).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
    assert not is_srgb(icc)
    photo = np.zeros((8, 8, 3), np.uint8)
    photo[..., 1] = 255
    data = BytesIO()
    Image.fromarray(photo).save(data, "PNG", icc_profile=icc)
    for method in ("edge", "mirror", "patch", "diffuse"):
        result = outpaint.extend(data.getvalue(), right=4, method=method)
        assert (result.array == [0, 255, 0]).all(), method
        assert result.picture.icc == icc and result.image.info["icc_profile"] == icc


def test_a_broken_profile_falls_back_to_the_plain_formula() -> None:
    inks = np.array([[[255, 0, 0, 0]]], np.uint8)
    assert Picture.of(inks, icc=b"no profile").pixels()[0, 0].tolist() == [0, 1, 1]
