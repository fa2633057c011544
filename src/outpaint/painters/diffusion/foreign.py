"""Models of other families, painted by diffusers' own pipeline for them; its steps become ours.

The pipeline runs in a thread that hands over after every step and waits for the word to go on, so that closing
stops it within one step.
"""

from queue import Queue
from threading import Thread
from typing import Any

import numpy as np

from outpaint.painters.diffusion.extra import torch_of
from outpaint.painters.diffusion.loading import Model
from outpaint.painters.diffusion.preview import Sampling
from outpaint.painters.protocol import Brief, Pixels


class _Stopped(Exception):
    """Raised inside the pipeline when nobody wants its answer any more."""


def painted(model: Model, image: Pixels, mask: Any, brief: Brief, number: int) -> Sampling:
    """The pipeline's answer to one cut-out whose size it can take."""
    given = arguments(model, image, mask, brief, number)
    said: Queue[tuple[str, Any]] = Queue()
    word: Queue[bool] = Queue()

    def after_step(pipe: Any, step: int, __: Any, values: dict[str, Any]) -> dict[str, Any]:
        said.put(("step", (step + 1, int(pipe.num_timesteps))))
        if not word.get():
            raise _Stopped
        return values

    def work() -> None:
        try:
            with torch_of().no_grad():
                said.put(("done", model.pipe(**given, callback_on_step_end=after_step).images[0]))
        except _Stopped:
            pass
        except BaseException as error:
            said.put(("failed", error))

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            what, value = said.get()
            if what == "failed":
                raise value
            if what == "done":
                return np.asarray(value, np.float32)
            yield *value, None
            word.put(True)
    finally:
        word.put(False)
        thread.join()


def arguments(model: Model, image: Pixels, mask: Any, brief: Brief, number: int) -> dict[str, Any]:
    """Of all that could be said, what this pipeline's call takes."""
    import inspect

    assert model.family is not None
    torch = torch_of()
    asked = brief.settings
    takes = inspect.signature(type(model.pipe).__call__).parameters
    offered = {
        "prompt": brief.prompt,
        "negative_prompt": brief.negative or (" " if asked["guidance"] > 1 else None),
        "image": torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None],
        "mask_image": torch.from_numpy(np.ascontiguousarray(mask >= 0.5)).float()[None, None],
        "height": image.shape[0],
        "width": image.shape[1],
        "strength": float(asked["strength"]),
        "num_inference_steps": int(asked["steps"]),
        model.family.guidance: float(asked["guidance"]),
        "generator": torch.Generator("cpu").manual_seed((brief.seed + number) % 2**63),
        "output_type": "np",
    }
    return {name: value for name, value in offered.items() if name in takes}
