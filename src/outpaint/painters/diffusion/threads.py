"""The same bytes with any number of threads, on the CPU.

Of all that a Stable Diffusion model computes only 1 x 1 convolutions depend on it: oneDNN adds up their channels in
an order that follows from the threads. As products of matrices they do not, and they take about as long:

    y[n, o, i] = sum_c w[o, c] x[n, c, i] + b[o]                    i: all places of the picture
"""

from typing import Any


def make_independent(module: Any) -> None:
    """All 1 x 1 convolutions of a module, those of LoRAs too."""
    import torch

    for part in module.modules():
        if isinstance(part, torch.nn.Conv2d) and _plain(part):
            part._conv_forward = _product


def _plain(part: Any) -> bool:
    alone = part.kernel_size == part.stride == part.dilation == (1, 1) and part.groups == 1
    return alone and part.padding in ((0, 0), "valid")


def _product(given: Any, weight: Any, bias: Any) -> Any:
    import torch

    count, _, *size = given.shape
    matrix, places = weight.flatten(1).expand(count, -1, -1), given.flatten(2)
    if bias is None:
        return torch.bmm(matrix, places).unflatten(2, size)
    return torch.baddbmm(bias[None, :, None], matrix, places).unflatten(2, size)
