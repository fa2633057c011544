"""Models of other families, painted by diffusers' own pipeline for them; its steps become ours.

The pipeline runs in a thread that hands over after every step and waits for the word to go on, so that closing
stops it within one step. It works on a copy of the pipeline, which shares the weights and nothing that it changes.
"""

import copy
import inspect
from collections.abc import Mapping
from queue import Queue
from threading import Thread
from typing import Any

import numpy as np

from outpaint.painters.diffusion import crops, masks
from outpaint.painters.diffusion.extra import torch_of
from outpaint.painters.diffusion.joint import in_windows
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.preview import Sampling, coloured, fitted
from outpaint.painters.diffusion.settings import SETTINGS, SOFT
from outpaint.painters.protocol import Brief, Pixels
from outpaint.resizing import resized

UNHEARD = (
    "sampler",
    "eta",
    "clip_skip",
    "emphasis",
    "prediction",
    "initial_noise_multiplier",
    "webui_start",
    "masked_content",
    "mask_round",
    "differential",
    "inpainting_mask_weight",
    "restore",
    *(setting.name for setting in SOFT),
)
"""Settings of Stable Diffusion's own loop, which nothing here can follow."""


class _Stopped(Exception):
    """Raised inside the pipeline when nobody wants its answer any more."""


def painted(model: Model, image: Pixels, mask: Any, brief: Brief, side: int, number: int, fit: crops.Fit) -> Sampling:
    """The answer to one cut-out, in windows of `side` if it is larger; both in multiples of the model's."""
    size = _within(model, image.shape[:2], side)
    small, hole = resized(image, size), mask
    if size != mask.shape:
        hole = np.asarray(resized(mask, size) > 0.1, np.float32)  # thin holes too
    pipe = _own(model, small, side, float(brief.settings["window_overlap"]))
    given = arguments(model, small, hole, brief, number)
    said: Queue[tuple[str, Any]] = Queue()
    word: Queue[bool] = Queue()

    def after_step(running: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
        said.put(("step", (step + 1, int(running.num_timesteps), values["latents"])))
        if not word.get():
            raise _Stopped
        return values

    def work() -> None:
        try:
            with torch_of().no_grad():
                answer = pipe(**given, callback_on_step_end=after_step).images[0]
                said.put(("done", _decoded(pipe, answer) if given.get("output_type") == "latent" else answer))
        except BaseException as error:
            said.put(("failed", error))  # whatever comes now: somebody waits for it
            pipe.maybe_free_model_hooks()  # nothing stays on the device that was moved there for a while

    shown = Shown(model, pipe, small) if brief.settings["preview"] else None
    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            what, value = said.get()
            if what == "failed":
                raise value
            if what == "done":
                # Some classes choose a size of their own.
                answer: Pixels = resized(np.asarray(value, np.float32), image.shape[:2])
                return answer
            step, total, latents = value
            rough = resized(shown.of(latents), image.shape[:2]) if shown else None
            yield step, total, rough if rough is None else fit.back(rough)
            word.put(True)
    finally:
        value = latents = None  # an error holds this frame, and this frame what is in the way when memory ran out
        word.put(False)
        thread.join()


def unheard(model: Model, brief: Brief) -> str:
    """What was asked for and this model cannot follow, in words; empty if nothing."""
    if model.family is None:
        return ""
    defaults = {setting.name: setting.default for setting in SETTINGS}
    names = [name for name in UNHEARD if brief.settings[name] not in (defaults[name], "fill")]
    takes = _parameters(model)
    distilled = "true_cfg_scale" in takes and model.family.guidance != "true_cfg_scale"
    if brief.negative and (distilled or "negative_prompt" not in takes):
        names.append("the negative prompt")
    return f"{type(model.pipe).__name__} does not listen to {', '.join(names)}" if names else ""


def _parameters(model: Model) -> Mapping[str, Any]:
    return inspect.signature(type(model.pipe).__call__).parameters


def _within(model: Model, size: tuple[int, int], side: int) -> tuple[int, int]:
    """Height and width that it is shown: classes that shrink large pictures get them small enough for a window."""
    assert model.family is not None
    longest = max(size)
    if longest <= side or not model.family.shrinks:
        return size
    height, width = (max(1, round(length * side / longest / model.multiple)) * model.multiple for length in size)
    return height, width


def _own(model: Model, image: Pixels, side: int, overlap: float) -> Any:
    """A pipeline to be changed at will."""
    assert model.family is not None
    if max(image.shape[:2]) > side and not model.family.shrinks:
        height, width, window = (length // model.multiple for length in (*image.shape[:2], side))
        return in_windows(model.pipe, height, width, window, overlap)
    pipe = copy.copy(model.pipe)
    pipe.scheduler = copy.deepcopy(pipe.scheduler)
    return pipe


def _decoded(pipe: Any, latents: Any) -> Pixels:
    """H x W x 3 from one picture's latents."""
    vae = pipe.vae
    image = vae.decode((latents[None] / vae.config.scaling_factor + vae.config.shift_factor).to(vae.dtype))[0]
    pipe.maybe_free_model_hooks()
    pixels: Pixels = (image[0].float() / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy()
    return pixels


def arguments(model: Model, image: Pixels, mask: Any, brief: Brief, number: int) -> dict[str, Any]:
    """Of all that could be said, what this pipeline's call takes."""
    assert model.family is not None
    torch = torch_of()
    asked, cell = brief.settings, model.family.cell
    # A cell that is partly unknown is painted: else the guess would stay in it.
    hole = masks.spread(masks.cells(mask, cell, False), cell)
    takes = _parameters(model)
    offered = {
        "prompt": brief.prompt,
        "negative_prompt": brief.negative or (" " if asked["guidance"] > 1 or not asked["guidance"] else None),
        "image": torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None],
        "mask_image": torch.from_numpy(hole)[None, None],
        "height": image.shape[0],
        "width": image.shape[1],
        "strength": float(asked["strength"]),
        "num_inference_steps": int(asked["steps"]),
        "generator": torch.Generator("cpu").manual_seed((brief.seed + number) % 2**63),
        "output_type": "latent" if model.family.raw else "np",
        "_auto_resize": False,  # Kontext would take the nearest of a list of sizes
        "max_area": image.shape[0] * image.shape[1],
    }
    if model.pipe.config.get("is_distilled"):
        offered[model.family.guidance] = 1.0  # it takes none, and its class says so on stderr
    elif asked["guidance"]:
        offered[model.family.guidance] = float(asked["guidance"])
    if model.family.eight_bit:
        offered |= {"image": _eight_bit(image), "mask_image": _eight_bit(hole)}
    return {name: value for name, value in offered.items() if name in takes}


def _eight_bit(array: Any) -> Any:
    from PIL import Image

    return Image.fromarray(np.rint(array * 255).astype(np.uint8))


class Shown:
    """Rough pictures of what the latents lead to."""

    def __init__(self, model: Model, pipe: Any, image: Pixels) -> None:
        self.pipe, self.size = pipe, image.shape[:2]
        self.before: Any = None
        self.channels = 0
        self.matrix = fitted(self._encoded, image, model.multiple)

    def of(self, latents: Any) -> Pixels:
        """H x W x 3, of latents as the pipeline has them after a step."""
        clean = latents.float()
        if self.before is not None:
            # x = x0 + sigma v on a straight line: two of its points tell where it ends.
            index, sigmas = self.pipe.scheduler.step_index, self.pipe.scheduler.sigmas
            here, there = float(sigmas[index - 1]), float(sigmas[index])
            clean = clean - there * (clean - self.before) / (there - here)
        self.before = latents.float()
        picture = coloured(self._map(clean), self.matrix)
        shown: Pixels = resized(picture, self.size)
        return shown

    def _map(self, latents: Any) -> Any:
        """C x h x w."""
        if latents.ndim == 3:  # tokens: N x h w x C, or x 4 C of two by two cells
            count = latents.shape[1]
            wanted = (count * self.size[0] / self.size[1]) ** 0.5
            rows = min((n for n in range(1, count + 1) if count % n == 0), key=lambda n: abs(n - wanted))
            grid = latents[0].T.unflatten(1, (rows, -1))
            if len(grid) == 4 * self.channels:
                blocks = grid.unflatten(0, (self.channels, 2, 2)).permute(0, 3, 1, 4, 2)
                grid = blocks.flatten(3).flatten(1, 2)
            latents = grid[None]
        return latents[0].cpu().numpy()

    def _encoded(self, pixels: Pixels) -> Any:
        """C x h x w, scaled as the pipeline does."""
        torch = torch_of()
        vae = self.pipe.vae
        image = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None] * 2 - 1
        image = image.to(self.pipe._execution_device, vae.dtype)
        film = "z_dim" in vae.config  # Qwen-Image's is made for films
        with torch.no_grad():
            if hasattr(self.pipe, "_encode_vae_image"):
                generator = torch.Generator("cpu").manual_seed(0)
                latents = self.pipe._encode_vae_image(image[:, :, None] if film else image, generator)
            else:
                mean = vae.encode(image).latent_dist.mode()
                latents = (mean - vae.config.shift_factor) * vae.config.scaling_factor
        latents = latents[0, :, 0] if film else latents[0]
        self.channels = len(latents)
        return latents.float().cpu().numpy()
