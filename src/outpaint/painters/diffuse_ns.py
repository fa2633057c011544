"""Navier-Stokes inpainting as practised: isophotes, lines of equal light, are carried into the hole.

    u(p) = sum w(p, q) u(q) / sum w(p, q)   over q within the radius that are nearer to the known than p
    w = |cos angle(q - p, isophote at q)| / (1 + |q - p|^4),   isophote = (-du/dy, du/dx)

so a pixel is made of those whose lines point at it; at least 1e-6, so that flat places count where there is nothing
else. That is what OpenCV's INPAINT_NS does after Bertalmio, Bertozzi and Sapiro 2001, and what
stablediffusion-infinity starts from. OpenCV takes differences without their sign, so lines that fall are carried as
if they rose; here they have one. Pixels are painted by exact distance, as for telea.
"""

from outpaint.painters.diffuse_telea import in_turn
from outpaint.pixels import Bools, Pixels


def navier_stokes(pixels: Pixels, holes: Bools, radius: int) -> Pixels:
    """H x W x 3 with every hole painted; at least one pixel has to be known."""
    if not holes.any():
        return pixels.copy()
    from outpaint.painters.diffuse_ns_kernels import carry

    place, _, distance, disc, canvas = in_turn(pixels, holes, radius)
    carry(place, distance, disc, canvas.shape[1], canvas.reshape(-1, 3))
    return canvas[radius:-radius, radius:-radius]
