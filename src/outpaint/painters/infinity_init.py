"""`infinity-init`: the eight starts of stablediffusion-infinity, each a painter of the house.

    patchmatch  patch          cv2_ns     diffuse, kind ns        gaussian    noise
    edge_pad    edge-pad       cv2_telea  diffuse, kind telea     perlin      perlin, five periods
    nearest     edge (the KD-tree that edge_pad is in some versions)           g_diffuser  matched-noise

Its faults come back with `faithful`: gaussian wrapped around in bytes instead of being clipped, perlin knew seed 0
only, and g_diffuser, meant to shape noise like the photo, filled nothing.
"""

from typing import Any

import numpy as np

from outpaint.painters import diffuse, edge, edge_pad, matched_noise, noise, patch, perlin
from outpaint.painters.protocol import FAITHFUL, Brief, Painter, Pixels, Setting, Steps, View

MODES: dict[str, tuple[Painter, dict[str, Any]]] = {
    "patchmatch": (patch.PAINTER, {}),
    "edge_pad": (edge_pad.PAINTER, {}),
    "cv2_ns": (diffuse.PAINTER, {"kind": "ns", "radius": 5}),
    "cv2_telea": (diffuse.PAINTER, {"kind": "telea", "radius": 5}),
    "gaussian": (noise.PAINTER, {}),
    "perlin": (perlin.PAINTER, {}),
    "g_diffuser": (matched_noise.PAINTER, {}),
    "nearest": (edge.PAINTER, {}),
}
PERIODS = 5
"""Of perlin in the window, along its longer side."""


def paint(view: View, brief: Brief) -> Steps:
    """What another painter answers, with its progress."""
    mode, faithful, seed = str(brief.settings["init_mode"]), bool(brief.settings["faithful"]), brief.seed
    painter, settings = MODES[mode]
    if faithful and mode == "g_diffuser":
        return view.pixels
    if faithful and mode == "gaussian":
        return _wrapped(view, seed)
    if mode == "perlin":
        seed = 0 if faithful else seed
        settings = {"period": min(4096, max(2, round(max(view.holes.shape) / PERIODS)))}
    return (yield from painter.paint(view, painter.brief("", "", seed, settings)))


def _wrapped(view: View, seed: int) -> Pixels:
    """(1 + n) / 2 of white as a byte without clipping: beyond white comes black."""
    values = (np.random.default_rng(seed % (1 << 64)).normal(size=view.pixels.shape) + 1) / 2 * 255
    return (np.trunc(values) % 256 / 255).astype(np.float32)


PAINTER = Painter(
    name="infinity-init",
    about="The eight starts of stablediffusion-infinity, from repeated borders to shaped noise.",
    work=paint,
    reads=frozenset({"seed"}),
    settings=(
        Setting("init_mode", "patchmatch", "what the model starts from", choices=tuple(MODES)),
        FAITHFUL,
    ),
    source="lkwq007/stablediffusion-infinity",
)
