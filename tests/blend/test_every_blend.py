"""What every blend promises, on any mask, alone and in a chain."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blend.seams import seam_of
from outpaint.blend.protocol import Seam
from outpaint.registry import builtin_registry

BLENDS = builtin_registry().blends
CHAINS = [*BLENDS, "+".join(BLENDS), "+".join(reversed(BLENDS)), "colour+poisson+grain+feather"]


def mend(seam: Seam, chain: str) -> Seam:
    for name in chain.split("+"):
        seam = BLENDS[name].work(seam)
    return seam


def random_seam(height: int, width: int, seed: int, overlapping: bool) -> Seam:
    """Speckles, blobs or a rectangle known; NaN wherever an array may hold anything."""
    random = np.random.default_rng(seed)
    known = random.random((height, width)) < random.random()
    if seed % 3 == 0:
        known[:] = False
        known[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None] = True
    elif seed % 3 == 1:
        known = np.repeat(np.repeat(known[::7, ::7], 7, 0), 7, 1)[:height, :width]
    painted = ~known | (random.random((height, width)) < 0.3) if overlapping else ~known
    pixels, answer = random.random((2, height, width, 3)).astype(np.float32)
    pixels[~known], answer[~painted] = np.nan, np.nan
    return seam_of(pixels, known, painted, answer, seed % 41 - 20, seed % 37 - 20, seed)


@pytest.mark.parametrize("chain", CHAINS)
@settings(deadline=None, max_examples=8)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 10**6), st.booleans())
def test_promises(chain, height, width, seed, overlapping):
    seam = random_seam(height, width, seed, overlapping)
    mended = mend(seam, chain)  # whose arrays cannot be written
    assert mended.answer.dtype == mended.weight.dtype == np.float32
    assert np.array_equal(mended.answer[~seam.painted], seam.answer[~seam.painted], equal_nan=True)
    inside = mended.answer[seam.painted]
    assert np.isfinite(inside).all() and (inside >= 0).all() and (inside <= 1).all()
    assert (mended.weight[~seam.painted] == 0).all() and (mended.weight[~seam.known] == 1).all()
    assert ((mended.weight >= 0) & (mended.weight <= 1)).all()
    again = mend(seam, chain)
    assert again.answer.tobytes() == mended.answer.tobytes()
    assert again.weight.tobytes() == mended.weight.tobytes()


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (4, 900), (65, 33)])
def test_nothing_painted_or_nothing_known_is_the_identity(chain, shape):
    pixels = np.full((*shape, 3), 0.5, np.float32)
    for known in (np.ones(shape, bool), np.zeros(shape, bool)):
        seam = seam_of(pixels, known, ~known, pixels / 2)
        assert mend(seam, chain) is seam


@pytest.mark.parametrize("shape", [(1, 2), (1, 300), (300, 1), (4, 900), (7, 513)])
def test_thin_frames_are_mended_too(shape):
    """Half is known; a flat answer that is off by a fifth comes out right beside the seam."""
    known = np.zeros(shape, bool)
    where = np.s_[:, : shape[1] // 2] if shape[1] > 1 else np.s_[: shape[0] // 2]
    known[where] = True
    pixels = np.full((*shape, 3), 0.5, np.float32)
    seam = seam_of(pixels, known, ~known, pixels * np.float32(0.8))
    first = np.argwhere(~known)[0]
    assert mend(seam, "poisson").answer[tuple(first)] == pytest.approx(0.5, abs=0.03)
    assert mend(seam, "colour").answer[tuple(first)] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("hole", [False, True])
def test_threads_do_not_change_a_byte(hole, chain, monkeypatch):
    random = np.random.default_rng(2)
    photo = (0.5 + 0.1 * random.normal(size=(200, 90, 3))).clip(0, 1).astype(np.float32)
    known = np.zeros((200, 90), bool)  # high enough for three stripes
    known[50:150, 20:70] = True
    known ^= hole
    painted = ~known
    painted[50:150, 20:30] = True
    seam = seam_of(photo, known, painted, photo * np.float32(0.7), seed=11)
    answers = set()
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("OUTPAINT_THREADS", threads)
        mended = mend(seam, chain)
        answers.add(mended.answer.tobytes() + mended.weight.tobytes())
    assert len(answers) == 1


def test_outpainting_a_rectangle_needs_no_compiler():
    """numba takes a third of a second to import; the common case does without it.

    Not `photometric`: its thousands of rounds are compiled, and it is there for comparison only.
    """
    script = """
import sys, numpy as np
from outpaint.blend.protocol import Seam
from outpaint.geometry import Frame
from outpaint.registry import builtin_registry
known, kept = np.zeros((80, 80), bool), np.zeros((80, 80), bool)
known[20:60, 20:60], kept[26:54, 26:54] = True, True
pixels = np.full((80, 80, 3), 0.5, np.float32)
seam = Seam(pixels, known, ~kept, pixels * np.float32(0.8), (~kept).astype(np.float32), Frame(0, 0, 80, 80))
for name, blend in builtin_registry().blends.items():
    if name != "photometric":
        seam = blend.work(seam)
assert 0 < seam.weight[40, 22] < 1
assert "numba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})
