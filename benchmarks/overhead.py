"""What the diffusion painter costs beside the bare pipeline call, at the real size of SD 1.5 with random weights.

    python benchmarks/overhead.py            time and memory for one window: bare call against painter
    python benchmarks/overhead.py wide       peak memory for 1024 -> 2048 and 2048 -> 4096 pixels of width

STEPS, TURNS and SIDE (of the window, 512) come from the environment. Runs on the CPU and needs about 8 GB of memory
and some minutes; nothing is downloaded. Times are CPU seconds of the process, the least of a few turns taken one
after the other, so that other work on the machine counts little.
"""

import json
import os
import resource
import subprocess
import sys
import time
from contextlib import nullcontext

import numpy as np

STEPS = int(os.environ.get("STEPS", "4"))
TURNS = int(os.environ.get("TURNS", "3"))
SIDE = int(os.environ.get("SIDE", "512"))
SETTINGS = {"model": "random", "steps": STEPS, "device": "cpu", "dtype": "fp32", "window": SIDE}


def pipeline():
    """SD 1.5 inpainting from the package's own configs, its weights random."""
    import torch
    from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionInpaintPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    from outpaint.painters.diffusion.detect import Kind
    from outpaint.painters.diffusion.extra import quiet
    from outpaint.painters.diffusion.single_file import configs
    from outpaint.painters.diffusion.tokenizer import clip_tokenizer

    torch.manual_seed(0)
    parts = configs(Kind("sd1", 9), "")
    with quiet():
        pipe = StableDiffusionInpaintPipeline(
            unet=UNet2DConditionModel.from_config(parts["unet"] | {"in_channels": 9}).eval(),
            vae=AutoencoderKL.from_config(parts["vae"]).eval(),
            text_encoder=CLIPTextModel(CLIPTextConfig(**parts["text_encoder"])).eval(),
            tokenizer=clip_tokenizer(),
            scheduler=PNDMScheduler.from_config(parts["scheduler"]),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def known_left(width: int, known: int):
    """A view of one window's height whose first `known` columns are there."""
    from outpaint.geometry import Frame
    from outpaint.painters.protocol import View

    pixels = np.random.default_rng(0).random((SIDE, width, 3), np.float32)
    unknown = np.zeros((SIDE, width), np.float32)
    unknown[:, known:] = 1
    return View(pixels, unknown, Frame(0, 0, width, SIDE))


def bare(pipe) -> None:
    """The call as anybody would write it."""
    from PIL import Image

    view = known_left(SIDE, SIDE // 2)
    image = Image.fromarray((view.pixels * 255).astype(np.uint8))
    mask = Image.fromarray((view.unknown * 255).astype(np.uint8))
    pipe(
        prompt="a red tree", image=image, mask_image=mask, height=SIDE, width=SIDE, num_inference_steps=STEPS,
        guidance_scale=7.5, strength=1.0,
    )  # fmt: skip


def painter(pipe, width: int = SIDE, known: int = SIDE // 2) -> None:
    """The same by the painter; the model is put where the cache would have it."""
    import torch

    from outpaint.painters.diffusion import PAINTER, engine
    from outpaint.painters.diffusion.loading import Model

    engine.loaded = lambda settings: nullcontext(Model(pipe, torch.device("cpu")))
    for _ in PAINTER.paint(known_left(width, known), PAINTER.brief("a red tree", "", 0, SETTINGS)):
        pass


def child(what: str) -> None:
    """One measurement, as JSON on standard output."""
    pipe = pipeline()
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds: dict[str, list[float]] = {"bare": [], "painter": []}
    if what == "time":
        for _ in range(TURNS):
            for name, run in (("bare", bare), ("painter", painter)):
                start = time.process_time()
                run(pipe)
                seconds[name].append(time.process_time() - start)
    elif what.startswith("wide"):
        width = int(what[4:])
        painter(pipe, width, width // 2)
    else:
        {"bare": bare, "painter": painter}[what](pipe)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"loaded_mb": loaded // 1024, "peak_mb": peak // 1024, "seconds": seconds}))


def measured(what: str) -> dict:
    done = subprocess.run([sys.executable, __file__, "--child", what], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    elif sys.argv[1:2] == ["wide"]:
        peaks = {width: measured(f"wide{width}")["peak_mb"] for width in (2048, 4096)}
        print(f"peak memory: {peaks} MB, difference {peaks[4096] - peaks[2048]:+d} MB")
    else:
        seconds = {name: min(values) for name, values in measured("time")["seconds"].items()}
        peaks = {name: measured(name)["peak_mb"] for name in ("bare", "painter")}
        more = 100 * (seconds["painter"] / seconds["bare"] - 1)
        print(f"CPU time of {STEPS} steps, {SIDE}x{SIDE}: {seconds}, {more:+.1f} %")
        print(f"peak memory: {peaks} MB, difference {peaks['painter'] - peaks['bare']:+d} MB")


if __name__ == "__main__":
    main()
