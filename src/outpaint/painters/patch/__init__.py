"""`patch`: the embedded engine, which continues a photo with pieces of itself; nothing to download."""

from outpaint.painters.patch.engine import paint
from outpaint.painters.protocol import Limits, Painter

PAINTER = Painter(
    name="patch",
    about="Continues the photo with patches of itself, from coarse to fine. Needs no model.",
    work=paint,
    reads=frozenset({"seed"}),
    limits=Limits(growth=0.5),
    source="Wexler 2007; Barnes 2009 (PatchMatch); He & Sun 2012",
)
