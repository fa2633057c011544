"""Windows that other families' models sample jointly: their transformer sees windows and answers for the whole.

    v(x) = sum w_k v_k(x in window k) / sum w_k        the velocity at every step, before guidance and sampler

That is what `sampling` does with the UNet (MultiDiffusion, Bar-Tal 2023), here behind the back of diffusers'
pipeline, which prepares, mixes and decodes the whole. Every window counts its positions from its own corner, like a
picture of the size that the model knows; text and time are the same for all. The shift of the noise schedule, which
grows with the number of tokens (Esser 2024), is that of one window.
"""

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from outpaint.painters.diffusion.windows import Mean, Tile, tiles


def in_windows(pipe: Any, height: int, width: int, side: int, overlap: float) -> Any:
    """A copy of `pipe`, which is not changed, for a picture larger than a window; lengths in tokens."""
    found = tiles(height, width, side, overlap)
    twin = copy.copy(pipe)
    transformer = copy.copy(pipe.transformer)  # the same weights and hooks, a forward of its own
    transformer.forward = Windowed(pipe.transformer.forward, height, width, found)
    twin.transformer = transformer
    twin.scheduler = copy.deepcopy(pipe.scheduler)
    first = found[0]
    _shift_as_for(twin.scheduler, (first.bottom - first.top) * (first.right - first.left))
    twin.vae = copy.copy(pipe.vae)
    twin.vae.enable_tiling()
    return twin


def _shift_as_for(scheduler: Any, tokens: int) -> None:
    plain, config = scheduler.set_timesteps, scheduler.config
    small, large = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
    low, high = config.get("base_shift", 0.5), config.get("max_shift", 1.15)

    @functools.wraps(plain)  # the pipeline looks up what it takes
    def set_timesteps(*given: Any, **named: Any) -> None:
        if named.get("mu") is not None:
            named["mu"] = low + (high - low) * (tokens - small) / (large - small)
        plain(*given, **named)

    scheduler.set_timesteps = set_timesteps


@dataclass(frozen=True)
class Windowed:
    """A transformer's forward, for each window in turn.

    inner: takes N x tokens x C with `img_ids` (FLUX, Chroma) or `img_shapes` (Qwen-Image), perhaps with the tokens of
        a reference of the same size behind (Kontext); N x C x h x w (SD3); or a list of C x 1 x h x w (Z-Image).
    """

    inner: Callable[..., Any]
    height: int
    width: int
    tiles: list[Tile]

    def __call__(self, *given: Any, **named: Any) -> tuple[Any]:
        """What `inner` gives, of the whole, as a tuple of one; of tokens without the reference's."""
        import torch

        listed = bool(given) and isinstance(given[0], list)
        hidden = torch.stack(given[0]) if listed else named["hidden_states"]
        tokens = hidden.ndim == 3
        factor = 1 if tokens else 2
        whole = Mean(self.height * factor, self.width * factor)
        for tile in self.tiles:
            rows, columns = tile.scaled(factor)
            if tokens:
                guess = self._tokens(tile, named)
            elif listed:
                guess = torch.stack(self.inner(list(hidden[..., rows, columns]), *given[1:], **named)[0])
            else:
                guess = self.inner(**named | {"hidden_states": hidden[..., rows, columns]})[0]
            whole.add((rows, columns), guess)
        mean = whole.taken().to(hidden.dtype)
        if tokens:
            mean = mean.flatten(2).transpose(1, 2)
        return (list(mean) if listed else mean,)

    def _tokens(self, tile: Tile, named: dict[str, Any]) -> Any:
        """N x C x rows x columns of one window."""
        import torch

        rows, columns = tile.bottom - tile.top, tile.right - tile.left
        part = {"hidden_states": self._cut(tile, named["hidden_states"])}
        if "img_ids" in named:
            # Those of the first corner: half precision cannot count beyond 256.
            ids, corner = named["img_ids"], Tile(0, 0, rows, columns)
            part["img_ids"] = self._cut(corner, ids) if ids.ndim == 3 else self._cut(corner, ids[None])[0]
        if named.get("attention_mask") is not None:  # Chroma's, of the text and then of the picture
            count, mask = named["hidden_states"].shape[1], named["attention_mask"]
            picture = self._cut(tile, mask[:, -count:, None])[..., 0]
            part["attention_mask"] = torch.cat([mask[:, :-count], picture], 1)
        if "img_shapes" in named:
            part["img_shapes"] = [[(1, rows, columns) for _ in shapes] for shapes in named["img_shapes"]]
        guess = self.inner(**named | part)[0][:, : rows * columns]
        return guess.transpose(1, 2).unflatten(2, (rows, columns))

    def _cut(self, tile: Tile, values: Any) -> Any:
        """N x (pictures * height * width) x C, each picture cut alike."""
        rows, columns = tile.scaled(1)
        grid = values.unflatten(1, (-1, self.height, self.width))
        return grid[:, :, rows, columns].flatten(1, 3)
