"""`paste`: take the answer as it is. The first link of every chain, and the plainest whole one."""

from outpaint.blend.protocol import Blend, Seam


def mend(seam: Seam) -> Seam:
    """Nothing is changed."""
    return seam


BLEND = Blend(name="paste", about="Takes the painter's answer as it is.", work=mend)
