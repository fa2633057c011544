"""The one way kernels are compiled: cached on disk where that can be, without Python's lock, the same bytes always.

Imports numba, so only modules named `*kernels.py` import it, and they are imported only where they are used.
"""

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """Compile on first call; the machine code is kept for the next process.

    Where no folder for it can be written (a read-only installation without a home), each process compiles anew.
    """
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available"
        return numba.njit(nogil=True)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A small function for use inside kernels; it becomes part of each and needs no cache of its own."""
    return numba.njit(nogil=True)(function)
