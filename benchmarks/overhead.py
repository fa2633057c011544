"""What the diffusion painter costs beside the bare pipeline call, at the real size of SD 1.5 with random weights.

    python benchmarks/overhead.py            time and memory for one window: bare call and painter in turns
    python benchmarks/overhead.py wide       peak memory for 1024 -> 2048 and 2048 -> 4096 pixels of width

STEPS (2; wide: 1), TURNS (3) and SIDE (of the window, 512) come from the environment. Runs on the CPU and needs about
7 GB of memory and, on two cores, ten minutes; nothing is downloaded. Each turn is the bare call and then the painter.
What counts on a machine that has other work is the time outside the networks: both call the same networks with the
same sizes (a test counts them), so that all the painter can add lies there.
Memory is the process's peak during one call (Linux: VmHWM, set back before each).
"""

import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np

WIDE = sys.argv[1:2] == ["wide"]
STEPS = int(os.environ.get("STEPS", "1" if WIDE else "2"))
TURNS = int(os.environ.get("TURNS", "3"))
SIDE = int(os.environ.get("SIDE", "512"))
SETTINGS = {"model": "random", "steps": STEPS, "device": "cpu", "dtype": "fp32", "window": SIDE}


def pipeline():
    """SD 1.5 inpainting from the package's own configs, its weights random."""
    import torch
    from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionInpaintPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    from outpaint.painters.diffusion.extra import quiet
    from outpaint.painters.diffusion.single_file import configs
    from outpaint.painters.diffusion.tokenizer import clip_tokenizer

    torch.manual_seed(0)
    parts = configs("sd1", "")
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


def known_left(width: int, known: int, height: int = SIDE):
    """A view whose first `known` columns are there."""
    from outpaint.geometry import Frame
    from outpaint.painters.protocol import View

    pixels = np.random.default_rng(0).random((height, width, 3), np.float32)
    unknown = np.zeros((height, width), np.float32)
    unknown[:, known:] = 1
    return View(pixels, unknown, Frame(0, 0, width, height))


def bare(pipe, side: int = SIDE) -> None:
    """The call as anybody would write it."""
    from PIL import Image

    view = known_left(side, side // 2, side)
    image = Image.fromarray((view.pixels * 255).astype(np.uint8))
    mask = Image.fromarray((view.unknown * 255).astype(np.uint8))
    pipe(
        prompt="a red tree", image=image, mask_image=mask, height=side, width=side, num_inference_steps=STEPS,
        guidance_scale=7.5, strength=1.0,
    )  # fmt: skip


def painter(pipe, width: int = SIDE, height: int = SIDE) -> None:
    """The same by the painter; the model is put where the cache would have it."""
    import torch

    from outpaint.painters.diffusion import PAINTER, engine
    from outpaint.painters.diffusion.loading import Model

    engine.loaded = lambda settings: nullcontext(Model(pipe, torch.device("cpu")))
    for _ in PAINTER.paint(known_left(width, width // 2, height), PAINTER.brief("a red tree", "", 0, SETTINGS)):
        pass


def watched(pipe) -> list[float]:
    """One number, the seconds spent in the networks; it goes on counting."""
    inside = [0.0]

    def timed(part, name: str) -> None:
        plain = getattr(part, name)

        def call(*args, **named):
            start = time.perf_counter()
            try:
                return plain(*args, **named)
            finally:
                inside[0] += time.perf_counter() - start

        setattr(part, name, call)

    for part, name in (
        (pipe.unet, "forward"),
        (pipe.text_encoder, "forward"),
        (pipe.vae, "encode"),
        (pipe.vae, "decode"),
    ):
        timed(part, name)
    return inside


def costs(work: Callable[[], None]) -> tuple[float, float, int]:
    """Seconds on the wall, seconds of the processor, and the peak of memory in MB."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from what is in use
    wall, processor = time.perf_counter(), time.process_time()
    work()
    spent = time.perf_counter() - wall, time.process_time() - processor
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak
    return *spent, int(peak[1]) // 1024


def one_window(pipe) -> None:
    """Bare and painter, turn after turn, after a small one that nobody counts."""
    bare(pipe, 64)
    painter(pipe, 64, 64)
    pairs, outside = [], []
    inside = watched(pipe)
    for turn in range(TURNS):
        pair = []
        for name, work in (("bare", bare), ("painter", painter)):
            inside[0] = 0.0
            pair.append(costs(lambda work=work: work(pipe)))
            wall, processor, peak = pair[-1]
            outside.append(wall - inside[0])
            print(
                f"turn {turn + 1}, {name}: {wall:.1f} s, {processor:.1f} s of processor, "
                f"{outside[-1]:.2f} s outside the networks, {peak} MB",
                flush=True,
            )
        pairs.append(pair)
    for name, place in (("wall", 0), ("processor", 1)):
        more = [100 * (mine[place] / theirs[place] - 1) for theirs, mine in pairs]
        told = ", ".join(f"{each:+.1f} %" for each in more)
        print(f"{name} time beside the bare call, {STEPS} steps: {told}; median {statistics.median(more):+.1f} %")
    added = statistics.median(mine - theirs for theirs, mine in zip(outside[::2], outside[1::2], strict=True))
    share = added / statistics.median(theirs[0] for theirs, _ in pairs)
    print(f"outside the networks the painter adds {added:+.2f} s, {share:+.2%} of the bare call")
    theirs, mine = (max(pair[which][2] for pair in pairs) for which in (0, 1))
    print(f"peak memory: bare {theirs} MB, painter {mine} MB, difference {mine - theirs:+d} MB")


def wide(pipe) -> None:
    """The narrow picture first, so that nothing it leaves behind can hide what the wide one takes."""
    peaks = {}
    for width in (2048, 4096):
        spent, _, peaks[width] = costs(lambda width=width: painter(pipe, width))
        print(
            f"{width // 2}x{SIDE} -> {width}x{SIDE}, {STEPS} step: {spent:.0f} s, peak {peaks[width]} MB", flush=True
        )
    print(f"difference {peaks[4096] - peaks[2048]:+d} MB")


if __name__ == "__main__":
    (wide if WIDE else one_window)(pipeline())
