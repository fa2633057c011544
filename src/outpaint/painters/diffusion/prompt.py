"""What the UNet is told beside latents: the prompt's encoding, and SDXL's sizes."""

from dataclasses import dataclass
from typing import Any

from outpaint.painters.diffusion.encoding import encoded
from outpaint.painters.diffusion.loading import Model


@dataclass(frozen=True, eq=False)
class Conditioning:
    """Batches of one or, with guidance, two: first the negative, then the prompt.

    text: B x tokens x channels.   pooled: B x channels, SDXL only.   distilled: the guidance as a vector, LCM only.
    """

    text: Any
    pooled: Any
    guidance: float
    distilled: Any

    @property
    def guided(self) -> bool:
        return bool(self.text.shape[0] == 2)

    def added(self, height: int, width: int, top: int, left: int) -> dict[str, Any] | None:
        """SDXL's picture size and where the window lies in it, in pixels."""
        if self.pooled is None:
            return None
        ids = self.pooled.new_tensor([[height, width, top, left, height, width]]).repeat(self.pooled.shape[0], 1)
        return {"text_embeds": self.pooled, "time_ids": ids}


def conditioning(
    model: Model, prompt: str, negative: str, guidance: float, clip_skip: int, emphasis: str
) -> Conditioning:
    """clip_skip as the webui counts: 1 is the last layer. SDXL has its own layer and skips from there."""
    import torch

    pipe = model.pipe
    distilled = pipe.unet.config.time_cond_proj_dim
    guided = guidance > 1 and distilled is None
    with torch.no_grad():
        text, pooled = encoded(model, [negative, prompt] if guided else [prompt], clip_skip, emphasis)
        if guided and model.xl and not negative and pipe.config.force_zeros_for_empty_prompt:
            text[0], pooled[0] = 0, 0
        vector = None
        if distilled is not None:
            vector = pipe.get_guidance_scale_embedding(torch.tensor([guidance - 1.0]), embedding_dim=distilled)
            vector = vector.to(model.device, pipe.unet.dtype)
    return Conditioning(text, pooled, guidance, vector)
