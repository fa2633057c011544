"""The engines of the table: `patch`, and every classical filler that installs from a package index.

Each takes a photo (H x W x 3 uint8) and its hole (H x W bool), and answers with the same size.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


def patch(photo: Bytes, hole: Bools) -> Bytes:
    from outpaint.geometry import Frame
    from outpaint.painters.patch import PAINTER
    from outpaint.painters.protocol import View

    pixels = photo.astype(np.float32) / 255 * ~hole[..., None]
    view = View(pixels, hole.astype(np.float32), Frame(0, 0, hole.shape[1], hole.shape[0]))
    steps = PAINTER.paint(view, PAINTER.brief("", "", 0, {}))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return np.rint(end.value * 255).astype(np.uint8)


def mirror(photo: Bytes, hole: Bools) -> Bytes:
    rows, columns = np.flatnonzero(~hole.all(1)), np.flatnonzero(~hole.all(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    around = ((top, hole.shape[0] - bottom), (left, hole.shape[1] - right), (0, 0))
    return np.pad(photo[top:bottom, left:right], around, mode="symmetric")


def telea(photo: Bytes, hole: Bools) -> Bytes:
    import cv2

    return np.asarray(cv2.inpaint(photo, hole.astype(np.uint8), 5, cv2.INPAINT_TELEA))


def navier_stokes(photo: Bytes, hole: Bools) -> Bytes:
    import cv2

    return np.asarray(cv2.inpaint(photo, hole.astype(np.uint8), 5, cv2.INPAINT_NS))


def shiftmap(photo: Bytes, hole: Bools) -> Bytes:
    """Takes Lab and the known pixels as mask; at full size it needs minutes, so the long side is 256 here."""
    import cv2

    height, width = hole.shape
    scale = min(1.0, 256 / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    wide = cv2.dilate(hole.astype(np.uint8), np.ones((5, 5), np.uint8))
    small = cv2.cvtColor(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2Lab)
    mask = (cv2.resize(wide, size, interpolation=cv2.INTER_NEAREST) == 0).astype(np.uint8) * 255
    filled = np.zeros_like(small)
    cv2.xphoto.inpaint(small, mask, filled, cv2.xphoto.INPAINT_SHIFTMAP)
    rgb = cv2.resize(cv2.cvtColor(filled, cv2.COLOR_Lab2RGB), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.where(hole[..., None], rgb, photo)


def pypatchmatch(photo: Bytes, hole: Bools) -> Bytes:
    import patchmatch

    return np.asarray(patchmatch.inpaint(photo, hole.astype(np.uint8) * 255, patch_size=7))


def gmic(photo: Bytes, hole: Bools) -> Bytes:
    import gmic as library

    def image(planes: npt.NDArray[np.float32]) -> object:
        return library.Image(np.ascontiguousarray(planes.transpose(1, 0, 2)[:, :, None, :]))

    images = library.ImageList([image(photo.astype(np.float32)), image(hole[..., None] * np.float32(255))])
    done = library.run("inpaint_matchpatch[0] [1],0,9,10,5,1 keep[0] round cut 0,255", images)
    return done[0].to_numpy()[:, :, 0].transpose(1, 0, 2).astype(np.uint8)


ENGINES: dict[str, Callable[[Bytes, Bools], Bytes]] = {
    "patch": patch,
    "pypatchmatch": pypatchmatch,
    "gmic": gmic,
    "shiftmap": shiftmap,
    "mirror": mirror,
    "telea": telea,
    "ns": navier_stokes,
}
