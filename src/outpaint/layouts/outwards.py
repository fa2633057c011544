"""`outwards`: from the photo outwards in windows as large as the painters take; the usual layout."""

from collections.abc import Mapping
from typing import Any

from outpaint import plan
from outpaint.layouts.protocol import Ground, Laid, Layout


def lay(ground: Ground, settings: Mapping[str, Any]) -> Laid:
    return Laid(
        plan.windows(
            ground.known,
            ground.target,
            ground.hole,
            growth=ground.growth,
            context=ground.context,
            largest=ground.largest,
        )
    )


LAYOUT = Layout("outwards", "From the photo outwards, in windows as large as the painters take.", lay)
