"""`grain`: new pixels get the noise they lack, so that a clean patch does not betray itself beside a grainy photo.

    added variance = noise of the kept pixels near the seam - noise of the answer's block, where positive

Both are measured by channel with the same filter (`grain_level`), so an answer that copied the photo's own
pixels gets nothing, and neither does anything beside a picture without noise. Grain is as soft as the picture's,
and shared by the channels as far as the picture's is: a grey picture stays grey. Its pattern belongs to the plane
and the seed, so windows continue each other and none repeats another's.
"""

import numpy as np

from outpaint.blend.cells import Cells, smooth
from outpaint.blend.change import changed
from outpaint.blend.grain_level import Blocks, Field, gain, level, observe
from outpaint.blend.grain_noise import grain
from outpaint.blend.protocol import Blend, Seam
from outpaint.geometry import Frame
from outpaint.pixels import Bools, Pixels

BLOCK = 16
"""Pixels along a side of the blocks that are measured."""

NEAR = 6
"""Blocks: how far from what is painted the picture's noise is measured."""

ENOUGH = 0.85
"""An answer with this share of the picture's noise is left alone; blocks of one noise differ by as much."""

SMALLEST, LARGEST = 0.25 / 255, 0.06
"""Deviation of grain that is worth adding, and the most that is ever added: stronger "noise" is texture."""


def mend(seam: Seam) -> Seam:
    """Only the answer changes, only where painted; clipped to 0..1 once, at the end."""
    if not seam.painted.any() or not seam.known.any():
        return seam
    height, width = seam.painted.shape
    cells = Cells(height, width, BLOCK)
    kept, painted = observe(seam, BLOCK, _near(cells.touched(seam.painted)))
    found = level(kept, kept.count >= BLOCK * BLOCK // 2)
    if found is None:
        kept, _ = observe(seam, BLOCK)
        found = level(kept, kept.count >= BLOCK * BLOCK // 2)
    if found is None:
        return seam
    strength = _strength(_lack(painted, found.at(painted.light)), found.share)
    if not strength.any():
        return seam
    shared, own = np.float32(found.common**0.5), np.float32((1 - found.common) ** 0.5)

    def noisy(answer: Pixels, place: Frame) -> Pixels:
        on_plane = place.moved(seam.frame.left, seam.frame.top)
        common, red = grain(on_plane, 0, seam.seed, found.share)
        noise = shared * common[..., None]
        if own > 0:
            noise = noise + own * np.stack([red, *grain(on_plane, 1, seam.seed, found.share)], -1)
        return answer + noise * cells.read(strength, place)

    return changed(seam, noisy)


def _near(mask: Bools) -> Bools:
    """The blocks in the mask and those up to NEAR blocks from it."""
    return smooth(mask[..., None].astype(np.float64), NEAR // 3)[..., 0] > 1e-9


def _strength(lack: Field, share: float) -> Field:
    """Deviation of the white noise that leaves this mean |residual| once it is filtered; within what is sensible."""
    strength: Field = lack / (gain(share, 1) * np.sqrt(2 / np.pi))
    deviation = strength * ((1 - 2 * share) ** 2 + 2 * share**2)
    limited: Field = strength * np.minimum(1, LARGEST / np.maximum(deviation, 1e-9))
    return np.where(deviation < SMALLEST, 0, limited)


def _lack(painted: Blocks, wanted: Field) -> Field:
    """h x w x 3: mean |residual| of the noise to add to each block, or its neighbours' where it is thin."""
    ratio = painted.fine[..., :3] / np.maximum(wanted * ENOUGH, 1e-9)
    lack = wanted * np.sqrt(np.clip(1 - ratio**2, 0, 1))
    sure = painted.count[..., None] >= BLOCK
    weight = np.where(sure, 1.0, 0.0)
    around = smooth(lack * weight, 1) / np.maximum(smooth(weight, 1), 1e-9)
    return np.where(sure, lack, np.where(smooth(weight, 1) > 1e-6, around, 0.0))


BLEND = Blend(
    name="grain",
    about="Gives new pixels the noise that the picture has and they lack.",
    work=mend,
    reads=frozenset({"seed"}),
    source="noise estimate of Immerkaer 1996; film grain matching of compositing programs",
)
