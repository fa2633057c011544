"""How long whole commands take, start-up included: `python benchmarks/startup.py`, with the package installed.

Each command runs once to warm caches, then in turn with the others; medians of wall time and the largest memory.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

PHOTO = Path(__file__).parents[1] / "examples" / "great-wall.jpg"
ROUNDS = 7


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.jpg"), Path(folder, "large.jpg")
        with Image.open(PHOTO) as photo:
            photo.resize((512, 384)).save(small, quality=95)
            photo.resize((1024, 768)).save(large, quality=95)
        outpaint = [sys.executable, "-m", "outpaint"]
        extend = [*outpaint, "extend", "--force", "--quiet"]
        commands = {
            "python, nothing": [sys.executable, "-c", "pass"],
            "import outpaint": [sys.executable, "-c", "import outpaint"],
            "outpaint --help": [*outpaint, "--help"],
            "512x384 + 128 px right": [*extend, str(small), "--right", "128"],
            "1024x768 + 25 % all sides": [*extend, str(large), "--all", "25%"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        memory = dict.fromkeys(commands, 0)
        for round_ in range(ROUNDS + 1):
            for name, command in commands.items():
                begun = time.perf_counter()
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
                _, status, usage = os.wait4(process.pid, 0)
                assert status == 0, name
                if round_:
                    times[name].append(time.perf_counter() - begun)
                memory[name] = max(memory[name], usage.ru_maxrss // 1024)
        print(f"{'':28} median s   of python   MB")
        bare = statistics.median(times["python, nothing"])
        for name, taken in times.items():
            median = statistics.median(taken)
            print(f"{name:28} {median:8.3f} {median / bare:10.1f} {memory[name]:5}")


if __name__ == "__main__":
    main()
