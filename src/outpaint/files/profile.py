"""What a colour profile says about itself."""

from functools import lru_cache
from io import BytesIO

from PIL import ImageCms


@lru_cache(maxsize=16)
def description(icc: bytes) -> str:
    """The profile's own name on one line; empty if it cannot be read."""
    try:
        text = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(icc)))
    except (OSError, ImageCms.PyCMSError):
        return ""
    return " ".join(text.replace("\0", " ").split())


def is_srgb(icc: bytes) -> bool:
    """Whether the profile is one of the many that call themselves sRGB."""
    name = description(icc).lower().replace(" ", "")
    return name.startswith("srgb") or "iec61966-2.1" in name
