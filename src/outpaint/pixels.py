"""The array types everything is made of."""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]
"""H x W x 3, RGB as the picture encodes it (sRGB unless its profile says otherwise), 0..1."""

Mask = npt.NDArray[np.float32]
"""H x W, 1 = paint this, 0 = keep this."""

Bools = npt.NDArray[np.bool_]
"""H x W."""

Samples = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""H x W x C in the file's own depth and colour space."""
