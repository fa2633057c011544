"""`patch`: the embedded engine, which continues a photo with pieces of itself; nothing to download."""

from outpaint.painters.patch.engine import paint
from outpaint.painters.protocol import Limits, Painter

PAINTER = Painter(
    name="patch",
    about="Continues the photo with pieces of itself, cut and toned so that they fit. Needs no model.",
    work=paint,
    reads=frozenset({"seed"}),
    limits=Limits(growth=1.0),
    source="Wexler 2007; Barnes 2009; Pritch 2009 (shift-map); He & Sun 2012",
)
