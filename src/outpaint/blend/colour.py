"""`colour`: light and tint of the answer are brought near those of the picture beside it.

    answer' = (answer + black) * exp(g) - black,   g = mean log(picture + black) - mean log(answer + black)

by channel, over thin strips either side of the seam. A painter that is off in exposure or white balance is off by a
factor, which a sum (`poisson`) mends only at the seam; a gain mends shadows and lights alike. `g` is measured
like poisson's steps but in logarithms and over long averages (half, a quarter, an eighth of the shorter side), so
content hardly moves it; it varies slowly along the seam and fades by the same screened membrane. (Deeper
strips were tried: what lies 12 pixels apart differs more by content than painters are off.) Exposure
compensation of panoramas (Brown and Lowe 2007), made local.
"""

import numpy as np

from outpaint.blend.cells import Cells
from outpaint.blend.change import changed
from outpaint.blend.poisson import correction
from outpaint.blend.protocol import Blend, Seam
from outpaint.blend.steps import Gauge, Values

BLACK = np.float32(0.05)
"""Light that is added before logarithms: below it a gain acts like an offset, so blacks stay black and finite."""

REACH = 0.5
"""Distance over which the gain fades by 1/e, as a share of the window's shorter side."""

LARGEST = float(np.log(2))
"""No channel is more than doubled or halved: what is further off is another thing, not another light."""


def mend(seam: Seam) -> Seam:
    """Only the answer changes, only where painted; clipped to 0..1 once, at the end."""
    side = min(seam.painted.shape)
    cells = Cells.over(seam.painted.shape)

    def radius(pixels: float) -> int:
        return max(1, round(pixels / cells.size))

    gauge = Gauge(
        near=2,
        far=6,
        scales=(radius(side / 2), radius(side / 4), radius(side / 8)),
        wide=radius(side / 4),
        tolerance=0.35,
        curve=_logarithm,
    )
    field = correction(seam, cells, gauge, max(REACH * side / cells.size, 1.0))
    if field is None:
        return seam
    gain = np.exp(np.clip(field, -LARGEST, LARGEST))
    return changed(seam, lambda answer, place: (answer + BLACK) * cells.read(gain, place) - BLACK)


def _logarithm(values: Values) -> Values:
    return np.log(np.maximum(values, 0) + BLACK)


BLEND = Blend(
    name="colour",
    about="Matches exposure and tint of new pixels to the picture beside them.",
    work=mend,
    source="gain compensation of Brown and Lowe 2007, made local and robust",
)
