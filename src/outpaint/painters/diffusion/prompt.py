"""What the UNet is told beside latents: the prompt's encoding, and SDXL's sizes."""

from dataclasses import dataclass
from typing import Any

from outpaint.errors import RequestError
from outpaint.painters.diffusion.loading import Model


@dataclass(frozen=True, eq=False)
class Told:
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


def told(model: Model, prompt: str, negative: str, guidance: float, clip_skip: int) -> Told:
    """clip_skip as the webui counts: 1 is the last layer. SDXL has its own layer and skips from there."""
    import torch

    pipe = model.pipe
    distilled = pipe.unet.config.time_cond_proj_dim
    guided = guidance > 1 and distilled is None
    with torch.no_grad():
        if model.xl:
            text, pooled = _two_encoders(model, prompt, negative, guided, clip_skip)
        else:
            words = [negative, prompt] if guided else [prompt]
            text, pooled = torch.cat([_layer(pipe, each, model.device, clip_skip) for each in words]), None
        vector = None
        if distilled is not None:
            vector = pipe.get_guidance_scale_embedding(torch.tensor([guidance - 1.0]), embedding_dim=distilled)
            vector = vector.to(model.device, pipe.unet.dtype)
    return Told(text, pooled, guidance, vector)


def _two_encoders(model: Model, prompt: str, negative: str, guided: bool, clip_skip: int) -> tuple[Any, Any]:
    """SDXL: both encoders' layers side by side, and the second one's summary. An empty negative may mean zeros."""
    import torch

    text, no_text, pooled, no_pooled = model.pipe.encode_prompt(
        prompt=prompt,
        device=model.device,
        num_images_per_prompt=1,
        do_classifier_free_guidance=guided,
        negative_prompt=negative or None,
        clip_skip=clip_skip - 1 or None,
    )
    if not guided:
        return text, pooled
    return torch.cat([no_text, text]), torch.cat([no_pooled, pooled])


def _layer(pipe: Any, words: str, device: Any, clip_skip: int) -> Any:
    """One encoder's layer, normed; ours, because diffusers' looks for the norm where transformers 5 has none."""
    tokenizer, encoder = pipe.tokenizer, pipe.text_encoder
    words = pipe.maybe_convert_prompt(words, tokenizer)
    length = tokenizer.model_max_length
    ids = tokenizer(words, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids
    answer = encoder(ids.to(device), output_hidden_states=True)
    if clip_skip == 1:
        return answer.last_hidden_state
    layers = answer.hidden_states
    if clip_skip >= len(layers):
        raise RequestError(f"clip_skip {clip_skip} is more than this model's {len(layers) - 1} text layers")
    return getattr(encoder, "text_model", encoder).final_layer_norm(layers[-clip_skip])
