"""From prompts to what the UNet reads, chunk by chunk.

z = encoder(start, tokens, end, padding)      chunks side by side along the tokens, SDXL's encoders along the channels
z_i = w_i z_i                                 the weight of each token (emphasis.py)
z = z mean(z before) / mean(z)                over the whole chunk: the webui's "Original"; not in its "No norm"
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident
from typing import Any

from outpaint.errors import RequestError
from outpaint.painters.diffusion.chunks import Chunk, chunks
from outpaint.painters.diffusion.emphasis import Weighted, sections
from outpaint.painters.diffusion.loading import Model

_SMALL = 1e-4


@dataclass(frozen=True, eq=False)
class Encoder:
    """A text encoder with its tokenizer.   xl: its layer is SDXL's, the one before the last and without the norm.

    words: what textual inversions mean to it, vectors by lower-case name.
    """

    tokenizer: Any
    module: Any
    words: Mapping[str, Any]
    device: Any
    xl: bool

    @property
    def room(self) -> int:
        """Tokens of a chunk without its two marks."""
        return int(min(self.tokenizer.model_max_length, self.module.config.max_position_embeddings)) - 2

    def cut(self, prompt: list[list[Weighted]]) -> list[Chunk]:
        return chunks(prompt, self.tokenizer, self.words, self.room)

    def read(self, chunk: Chunk, clip_skip: int, norm: bool) -> tuple[Any, Any]:
        """1 x tokens x channels, and the summary, which knows no weights.

        Ours, because diffusers' looks for the last norm where transformers 5 has none.
        """
        import torch

        marks, padding = self.tokenizer, self.room - len(chunk.ids)
        ids = [marks.bos_token_id, *chunk.ids, marks.eos_token_id, *[marks.pad_token_id] * padding]
        with _spoken(self.module, chunk.learned):
            answer = self.module(torch.tensor([ids], device=self.device), output_hidden_states=True)
        layers, place = answer.hidden_states, clip_skip + self.xl
        if place >= len(layers):
            raise RequestError(
                f"clip_skip {clip_skip} is more than this model's {len(layers) - 1 - self.xl} text layers"
            )
        if self.xl:
            layer = layers[-place]
        elif place == 1:
            layer = answer.last_hidden_state
        else:
            layer = getattr(self.module, "text_model", self.module).final_layer_norm(layers[-place])
        if any(weight != 1 for weight in chunk.weights):
            layer = weighed(layer, [1.0, *chunk.weights, 1.0, *[1.0] * padding], norm)
        return layer, answer[0]


def encoded(model: Model, prompts: list[str], clip_skip: int, emphasis: str) -> tuple[Any, Any]:
    """prompts x tokens x channels, and SDXL's summary of the first chunk. Empty chunks fill shorter prompts.

    emphasis: `original` and `no norm` weigh, `ignore` reads the weights and drops them, `none` takes them for text.
    """
    import torch

    pipe, sides, pooled = model.pipe, [], None
    encoders = [Encoder(pipe.tokenizer, pipe.text_encoder, _words(model, 0), model.device, model.xl)]
    if model.xl:
        encoders.append(Encoder(pipe.tokenizer_2, pipe.text_encoder_2, _words(model, 1), model.device, True))
    cut = [[encoder.cut(_read(prompt, emphasis)) for prompt in prompts] for encoder in encoders]
    longest = max(len(prompt) for side in cut for prompt in side)
    for encoder, side in zip(encoders, cut, strict=True):
        filled = [[*prompt, *[Chunk()] * (longest - len(prompt))] for prompt in side]
        parts = [[encoder.read(chunk, clip_skip, emphasis != "no norm") for chunk in prompt] for prompt in filled]
        sides.append(torch.cat([torch.cat([layer for layer, _ in prompt], 1) for prompt in parts]))
        pooled = torch.cat([prompt[0][1] for prompt in parts]) if model.xl else None  # the second encoder's, at last
    return torch.cat(sides, -1), pooled


def weighed(layer: Any, weights: list[float], norm: bool) -> Any:
    """Each token times its weight.   norm: and all of it by one factor, so that the mean stays.

    A mean that is nothing but rounding errors is not restored. Means are taken row by row, whatever the threads.
    """
    changed = layer * layer.new_tensor(weights)[None, :, None]
    before, after, size = (each.mean(-1).mean() for each in (layer, changed, changed.abs()))
    return changed * (before / after) if norm and after.abs() > _SMALL * size else changed


def _read(prompt: str, emphasis: str) -> list[list[Weighted]]:
    if emphasis == "none":
        return [[(prompt, 1.0)]]
    found = sections(prompt)
    return [[("".join(text for text, _ in each), 1.0)] for each in found] if emphasis == "ignore" else found


def _words(model: Model, number: int) -> dict[str, Any]:
    return {name: vectors[number] for name, vectors in model.words.items()}


@contextmanager
def _spoken(module: Any, learned: Mapping[int, Any]) -> Iterator[None]:
    """Meanwhile, in this thread, the vectors of textual inversions stand where their tokens are."""
    here = get_ident()

    def put(_: Any, __: Any, found: Any) -> Any:
        for place, vectors in learned.items() if get_ident() == here else ():
            found[:, 1 + place : 1 + place + len(vectors)] = vectors.to(found)
        return found

    hook = module.get_input_embeddings().register_forward_hook(put) if learned else None
    try:
        yield
    finally:
        if hook:
            hook.remove()
