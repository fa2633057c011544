"""`poisson`: a smooth correction is added to the answer so that it meets the picture without a step.

    lap(c) - c / L^2 = 0 inside what is painted,  c = the step measured at the seam,  free at the frame's border

This is seamless cloning (Perez, Gangnet, Blake 2003) written for the correction c instead of the pixels
(Georgiev 2004), so texture is untouched. stablediffusion-infinity's photometric correction takes each single
border pixel as data; here steps are low-passed along the seam, so noise does not become streaks. Screening
lets c sink by 1/e over L = half of the window's shorter side, so colours do not drift in wide extensions.
"""

import numpy as np
import numpy.typing as npt

from outpaint.blend.cells import Cells, Field
from outpaint.blend.change import changed
from outpaint.blend.poisson_membrane import membrane
from outpaint.blend.protocol import Blend, Seam
from outpaint.blend.steps import Gauge, measure
from outpaint.pixels import Bools

REACH = 0.5
"""L as a share of the window's shorter side."""

ALONG = 16
"""Steps are averaged over about this many pixels either way along the seam, less in windows below 256 pixels."""

TRUST = 8.0
"""Pull of trusted seam cells against the membrane's tension of 1: c misses its data by about 1 %."""


def mend(seam: Seam) -> Seam:
    """Only the answer changes, only where painted; clipped to 0..1 once, at the end."""
    side = min(seam.painted.shape)
    cells = Cells.over(seam.painted.shape)

    def radius(pixels: float) -> int:
        return max(1, round(pixels / cells.size))

    gauge = Gauge(
        near=2,
        far=6,
        scales=(radius(side / 2), radius(side / 8), radius(min(ALONG, side / 16))),
        wide=radius(side / 8),
        tolerance=0.1,
        curve=_linear,
    )
    field = correction(seam, cells, gauge, max(REACH * side / cells.size, 1.0))
    if field is None:
        return seam
    return changed(seam, lambda answer, place: answer + cells.read(field, place))


def correction(seam: Seam, cells: Cells, gauge: Gauge, length: float) -> Field | None:
    """h x w x 3 on the gauge's scale: the measured steps, carried into the answer; None if there is nothing to do."""
    measured = measure(seam, cells, gauge)
    if measured is None:
        return None
    data, trust = measured
    if not (np.abs(data) * trust[..., None]).any():
        return None
    # One ring of cells more than painted, so that reading between cells never meets the 0 beyond.
    domain = _grown(cells.touched(seam.painted))
    return membrane(data.transpose(2, 0, 1), TRUST * trust, domain, length**-2).transpose(1, 2, 0)


def _grown(mask: Bools) -> Bools:
    """The mask and the eight neighbours of each of its cells."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    rows = grown.copy()
    grown[:, 1:] |= rows[:, :-1]
    grown[:, :-1] |= rows[:, 1:]
    return grown


def _linear(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return values


BLEND = Blend(
    name="poisson",
    about="Adds a smooth correction so that new pixels meet old ones without a step.",
    work=mend,
    source="Perez, Gangnet and Blake 2003; screened after Bhat et al. 2008",
)
