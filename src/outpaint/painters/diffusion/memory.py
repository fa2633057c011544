"""What a model needs of memory, by the number of its parameters: what people are told before they wait, and after.

    all at once = parameters * bytes + decoder,   offload=model = largest part * bytes + decoder
    decoder     = side^2 * 256 channels of 4 bytes * 4                the VAE's last level, in fp32

The decoder's share was measured at 512 x 512 (1.0 GB); what a UNet needs for its own steps is less than that.
"""

from dataclasses import dataclass

from outpaint.errors import PainterError


@dataclass(frozen=True)
class Needed:
    """A kind of model.   parts: millions of parameters of each.   side: pixels of a window.   halved: its VAE too."""

    kind: str
    parts: tuple[float, ...]
    side: int
    halved: bool = True
    fp32: bool = True

    def gigabytes(self, bytes: int, offload: bool = False) -> float:
        """10^9 bytes; `bytes` of a number: 2 or 4."""
        weights = max(self.parts) if offload else sum(self.parts)
        decoder = self.side**2 * 256 * 4 * 4 / 1e9
        return weights * bytes / 1e3 + decoder * (0.5 if bytes == 2 and self.halved else 1)

    def words(self) -> str:
        half, offloaded = self.gigabytes(2), self.gigabytes(2, offload=True)
        full = f", {_told(self.gigabytes(4))} in fp32" if self.fp32 else ""
        return f"{self.kind} {_told(half)} ({_told(offloaded)} with offload=model{full})"


def _told(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


KINDS = (
    Needed("SD 1.x", (859.5, 83.7, 123.1), 512),
    Needed("SD 2.x", (865.9, 83.7, 340.4), 512),
    Needed("SDXL", (2567.5, 83.7, 123.1, 694.7), 1024, halved=False),
    Needed("FLUX", (11902.4, 83.8, 123.1, 4762.3), 1024, fp32=False),
)
"""Millions of parameters: UNet or transformer, VAE, text encoders."""

MEMORY = (
    "GB of memory in half precision: "
    + "; ".join(kind.words() for kind in KINDS)
    + "; others about the size of their files. With offload=sequential one layer and the decoder are enough"
)


def too_little(what: str) -> PainterError:
    """what: it was too little for."""
    return PainterError(
        f"too little memory {what}; try --set offload=sequential, --set dtype=bf16 or --set device=cpu"
    )
