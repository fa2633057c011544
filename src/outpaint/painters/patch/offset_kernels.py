# mypy: disallow-untyped-defs=False, disallow-untyped-decorators=False, disallow-untyped-calls=False
"""How well every possible shift continues every stretch of the hole's border."""

import numpy as np

from outpaint.compiled import compiled
from outpaint.painters.patch.piece_kernels import colour_gap, place, seen


@compiled
def misfit(start, stop, shifts, ys, xs, cells, rim_ys, rim_xs, rim_cells, pixels, known, most, out):
    """out: shifts x cells, the mean over the cell's strip of the squared difference, each at most `most`.

    inf where the shift shows a tenth of the cell's rim nothing, or its strip nothing at all.
    ys, xs, cells: the strip. rim_ys, rim_xs, rim_cells: the rim of the hole.
    """
    count = np.zeros(out.shape[1], np.float32)
    missing = np.zeros(out.shape[1], np.float32)
    rim = np.zeros(out.shape[1], np.float32)
    for i in range(len(rim_cells)):
        rim[rim_cells[i]] += 1
    for k in range(start, stop):
        shift = shifts[k]
        count[:] = 0
        missing[:] = 0
        out[k, :] = 0
        for i in range(len(rim_cells)):
            v, u = place(shift, rim_ys[i], rim_xs[i])
            if not seen(known, v, u):
                missing[rim_cells[i]] += 1
        for i in range(len(cells)):
            c = cells[i]
            if missing[c] * 10 > rim[c]:
                continue
            v, u = place(shift, ys[i], xs[i])
            if seen(known, v, u):
                out[k, c] += min(np.float32(colour_gap(pixels, ys[i], xs[i], pixels, v, u)), most)
                count[c] += 1
        for c in range(out.shape[1]):
            if count[c] == 0 or missing[c] * 10 > rim[c]:
                out[k, c] = np.inf
            else:
                out[k, c] /= count[c]
