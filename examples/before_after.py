"""Make the picture at the top of the README: a photo, and the same photo extended by the program."""

from pathlib import Path

from PIL import Image

import outpaint

HERE = Path(__file__).parent
PAPER = (255, 255, 255)


def main() -> None:
    """Write docs/images/before-after.jpg."""
    photo = Image.open(HERE / "great-wall.jpg")
    result = outpaint.extend(photo, all="25%")
    frame, picture = result.request.frame, result.image
    sheet = Image.new("RGB", (2 * frame.width + 24, frame.height), PAPER)
    sheet.paste(photo, (-frame.left, -frame.top))
    sheet.paste(picture, (frame.width + 24, 0))
    sheet.thumbnail((1200, 1200), Image.Resampling.LANCZOS)
    target = HERE.parent / "docs" / "images" / "before-after.jpg"
    sheet.save(target, quality=88)
    print(target)


if __name__ == "__main__":
    main()
