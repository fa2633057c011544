"""`feather`: a cross-fade over the overlap, for a seam that nobody sees because it is nowhere.

    t = a / (a + b)             a, b: Euclidean distance to the nearest kept and to the nearest unknown pixel
    weight = t * t * (3 - 2 t)  the smoothstep of graphics: no slope at either end

In a straight overlap t is the plain linear ramp; round corners and in crooked holes it stays continuous,
because both distances do. Feathered outpainting: AUTOMATIC1111's mask blur, the peers' "feather" fields.
"""

from outpaint.blend.protocol import Blend, Seam
from outpaint.nearest import Distance, distance_to


def mend(seam: Seam) -> Seam:
    """Replace the weight in the overlap by the ramp; without an overlap nothing changes.

    Where nothing is kept the deepest place of the overlap counts as the inner rim, and where nothing is unknown
    the deepest place counts as the old border, so that a ramp is always a ramp.
    """
    overlap = seam.known & seam.painted
    if not overlap.any():
        return seam
    kept, unknown = seam.known & ~seam.painted, ~seam.known
    from_kept = distance_to(kept)[overlap] if kept.any() else None
    from_unknown = distance_to(unknown)[overlap] if unknown.any() else None
    if from_kept is None and from_unknown is None:
        return seam
    if from_kept is None:
        from_kept = _opposite(from_unknown)
    if from_unknown is None:
        from_unknown = _opposite(from_kept)
    ramp = from_kept / (from_kept + from_unknown)
    weight = seam.weight.copy()
    weight[overlap] = ramp * ramp * (3 - 2 * ramp)
    return seam.with_weight(weight)


def _opposite(distance: Distance | None) -> Distance:
    """The distance from the place that lies deepest, if distance from it grows as the other one falls."""
    assert distance is not None
    opposite: Distance = distance.max() + 1 - distance
    return opposite


BLEND = Blend(
    name="feather",
    about="Cross-fades old and new over the overlap.",
    work=mend,
    source="smoothstep over exact distances; mask blur of the Stable Diffusion webui",
)
