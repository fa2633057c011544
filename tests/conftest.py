"""What all tests share: calm hypothesis settings and a few pictures."""

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,  # the first call of a compiled kernel takes seconds
    derandomize=True,  # the same examples on every machine
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


@pytest.fixture
def heard() -> Iterator[None]:
    """Programs started meanwhile hear signals that the tests themselves were told to ignore, as by nohup."""
    ignored = [n for n in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def photo() -> np.ndarray:
    """48 x 64 x 3 uint8: a sky with a gradient, a horizon, noise below and one red square."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:48, 0:64]
    picture = np.stack([80 + y, 120 + y, 255 - y], -1) + x[..., None] // 8
    picture[28:] = np.array([60, 110, 40]) + rng.integers(-20, 20, (20, 64, 1))
    picture[30:36, 10:16] = [200, 30, 30]
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """`models(kind)` is a folder of a tiny model, `models(kind, ".safetensors")` the same weights in one file."""
    pytest.importorskip("diffusers", reason='painting with models needs pip install "outpaint[diffusion]"')
    import checkpoints

    where = tmp_path_factory.mktemp("models")

    def path(kind: str, ending: str = "") -> Path:
        found = where / f"{kind}{ending}"
        if not found.exists():
            (checkpoints.single if ending else checkpoints.folder)(kind, found, checkpoints.pipeline(kind))
        return found

    return path
