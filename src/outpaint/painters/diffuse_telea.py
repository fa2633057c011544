"""Telea's inpainting: pixels are painted in order of their distance to what is known, from what is nearer.

    u(p) = sum w(p, q) u(q) / sum w(p, q)   over q within the radius that are nearer to the known than p
    w = |cos angle(p - q, normal)| / |p - q|^2 / (1 + T(p) - T(q))

where T is the distance, signed inside the known. Telea, An Image Inpainting Technique Based on the Fast
Marching Method, 2004. Two things differ from OpenCV's well-known version. Fast marching approximates T and
keeps its front in a heap; in a plane without obstacles T is the Euclidean distance, which we have exactly, so
the order is a sort and the normal is the way from the nearest known pixel. And the gradient of u does not
extrapolate: the paper's term runs away over a hundred pixels; OpenCV's is clamped to 1.4 steps of 8 bits.
"""

import numpy as np
import numpy.typing as npt

from outpaint.nearest import Distance, distance_to, nearest_known
from outpaint.pixels import Bools, Pixels

Places = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int32]

NEVER = np.float32(1e30)
"""Distance of the rim outside the picture: never nearer than anything."""


def telea(pixels: Pixels, holes: npt.NDArray[np.bool_], radius: int) -> Pixels:
    """H x W x 3 with every hole painted; at least one pixel has to be known."""
    if not holes.any():
        return pixels.copy()
    from outpaint.painters.diffuse_telea_kernels import march

    place, away, distance, disc, canvas = in_turn(pixels, holes, radius)
    march(place, away, distance, disc, canvas.reshape(-1, 3))
    return canvas[radius:-radius, radius:-radius]


def in_turn(pixels: Pixels, holes: Bools, radius: int) -> tuple[Places, Offsets, Distance, Offsets, Pixels]:
    """Everything to paint by distance: where (flat, in order), the way there from the nearest known pixel, the signed
    distance (flat), the disc of neighbours, and the picture, these three with a rim of `radius`.
    """
    distance = np.where(holes, distance_to(~holes), 1 - distance_to(holes))
    y, x = np.nonzero(holes)
    y, x = y.astype(np.int32), x.astype(np.int32)
    turn = np.argsort(distance[holes], kind="stable")
    y, x = y[turn], x[turn]
    rows, columns = nearest_known(~holes)
    away = np.stack([y - rows[y, x], x - columns[y, x]], -1).astype(np.int32)
    rim = ((radius, radius), (radius, radius))
    canvas = np.pad(pixels, (*rim, (0, 0))).astype(np.float32)
    stride = canvas.shape[1]
    place = (y + radius).astype(np.int64) * stride + (x + radius)
    signed = np.pad(distance.astype(np.float32), rim, constant_values=NEVER).ravel()
    return place, away, signed, _disc(radius, stride), canvas


def _disc(radius: int, stride: int) -> npt.NDArray[np.int32]:
    """(dy, dx, dy * stride + dx) of every place within the radius but the centre."""
    dy, dx = np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1)
    near = (dy * dy + dx * dx <= radius * radius) & ((dy != 0) | (dx != 0))
    disc: npt.NDArray[np.int32] = np.stack([dy, dx, dy * stride + dx], -1)[near].astype(np.int32)
    return disc
