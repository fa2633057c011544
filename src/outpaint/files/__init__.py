"""Pictures in files: opened and saved without losing profile, EXIF, depth, mode, palette or quality."""

from outpaint.files.arrays import to_array, to_image
from outpaint.files.describe import describe, read_recipe
from outpaint.files.formats import PICTURE_SUFFIXES, output_format
from outpaint.files.read import open_mask, open_picture
from outpaint.files.write import check_writable, encode_picture, save_picture

__all__ = [
    "PICTURE_SUFFIXES",
    "check_writable",
    "describe",
    "encode_picture",
    "open_mask",
    "open_picture",
    "output_format",
    "read_recipe",
    "save_picture",
    "to_array",
    "to_image",
]
