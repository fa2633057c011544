"""The last vote, and how what is new is led over to what is known: in the gradient domain (Perez et al. 2003).

At the border the vote is taken for known pixels too; what it misses there is carried into the hole by a
membrane, which changes tones and leaves textures alone.
"""

import numpy as np

from outpaint.nearest import distance_to, nearest_known
from outpaint.painters.patch import field as fields
from outpaint.painters.patch.field import Field
from outpaint.painters.patch.pyramid import MARGIN, Level
from outpaint.painters.patch.smooth import Floats, membrane
from outpaint.painters.protocol import Pixels, View
from outpaint.parallel import over_rows

FINAL = 1
"""Radius in which patches vote for the colours that are seen: a small one keeps the photo's sharpness."""

STEP = np.float32(0.15)
"""A mismatch at the border much larger than this is an edge, not a tone that has to be led over far."""

NEAR = 3.0
"""In pixels, how far such an edge is led over."""


def finish(view: View, level: Level, field: Field, glow: Floats) -> tuple[Pixels, Floats]:
    """The last vote, in the photo's own precision, led over to the known pixels by a membrane.

    Also answers (H x W x 3) by how much its tones differ from those of the pixels it copied.
    """
    from outpaint.painters.patch import kernels

    inner = (slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    holes = view.holes
    padded = np.pad(holes, 1)
    ring = (padded[2:, 1:-1] | padded[:-2, 1:-1] | padded[1:-1, 2:] | padded[1:-1, :-2]) & ~holes
    wanted = np.zeros(level.target.shape, bool)
    wanted[inner] = (ring | holes) & (field[0][inner] >= 0)
    ys, xs = (part.astype(np.int32) for part in np.nonzero(wanted))
    out = np.zeros((*field.shape[1:], 3), np.float32)
    none = np.zeros((0, 0, 3), np.float32)
    over_rows(
        kernels.vote,
        len(ys),
        ys,
        xs,
        view.pixels,
        field,
        fields.trusted(level.target),
        none,
        min(level.radius, FINAL),
        out,
        at_least=1024,
    )
    painted = out[inner] + glow[inner] / np.float32(255)
    apart = np.where(ring[..., None], view.pixels - painted, np.float32(0))
    tone = apart * np.exp(-((apart / STEP) ** 2))
    lead = membrane(tone, ring)
    led = painted + lead
    rows, columns = (np.broadcast_to(index, holes.shape) for index in nearest_known(~holes))
    edge = np.nonzero(holes & (distance_to(~holes) < 5 * NEAR))  # beyond that less than a grey level is left
    at = rows[edge], columns[edge]
    away = np.hypot(at[0] - edge[0], at[1] - edge[1]).astype(np.float32)
    led[edge] += np.exp(-away / np.float32(NEAR))[:, None] * (apart - tone)[at]
    return np.where(holes[..., None], led, view.pixels), lead + glow[inner] / np.float32(255)
