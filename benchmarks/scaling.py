"""Seconds and peak memory of `patch` by new pixels: `python benchmarks/scaling.py --photo FILE`. Needs matplotlib.

Each size in a process of its own, after a small run that loads the kernels. Writes the plot to `--out`.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from classical import peak_megabytes
from PIL import Image

CASES = [(384, 288, 25), (512, 384, 25), (1024, 768, 25), (1536, 1152, 25), (2048, 1536, 25), (3000, 2000, 25)]
CASES += [(4000, 3000, 10), (6000, 4000, 10)]
"""Width, height, per cent on all sides."""


def timed(photo: Path, width: int, height: int, share: int) -> None:
    """Print new pixels, seconds and megabytes."""
    import outpaint

    with Image.open(photo) as file:
        picture = file.convert("RGB")
    outpaint.extend(picture.resize((200, 150)), right=40)
    picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    start = time.perf_counter()
    result = outpaint.extend(picture, all=f"{share}%")
    seconds = time.perf_counter() - start
    print(int(np.prod(result.image.size)) - width * height, seconds, peak_megabytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photo", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/images/patch-scaling.png"))
    parser.add_argument("--case", type=int, nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        timed(asked.photo, *asked.case)
        return
    rows = []
    for case in CASES:
        again = [sys.executable, __file__, "--photo", str(asked.photo), "--case", *map(str, case)]
        words = subprocess.run(again, check=True, capture_output=True, text=True).stdout.split()
        new, seconds, megabytes = int(words[0]), float(words[1]), float(words[2])
        rows.append((new, seconds))
        print(
            f"| {case[0]}x{case[1]} + {case[2]} % | {new / 1e6:.2f} | {seconds:.2f} | {megabytes:.0f} |", flush=True
        )
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    new, seconds = (np.array(part) for part in zip(*rows, strict=True))
    slope = float(np.polyfit(np.log(new), np.log(seconds), 1)[0])
    figure, axes = pyplot.subplots(figsize=(6, 4))
    axes.loglog(new / 1e6, seconds, "o-", label=f"patch, exponent {slope:.2f}")
    axes.loglog(new / 1e6, seconds[2] * new / new[2], "--", color="grey", label="linear")
    axes.set_xlabel("new megapixels")
    axes.set_ylabel("seconds")
    axes.legend()
    figure.savefig(asked.out, dpi=110, bbox_inches="tight")
    print(f"exponent {slope:.2f}; {asked.out}")


if __name__ == "__main__":
    main()
