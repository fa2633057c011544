"""Build wheel and sdist, install each into an empty environment, and extend a photo there.

Run by `make package`, not by pytest: it downloads the dependencies.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
PHOTO = ROOT / "examples" / "polar-bear.jpg"


def sh(*words: object) -> str:
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, cwd="/").stdout


def build(folder: Path) -> list[Path]:
    """The wheel and the sdist in `folder`."""
    env = folder / "build"
    venv.create(env, with_pip=True)
    sh(env / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", "build")
    sh(env / "bin/python", "-m", "build", "--outdir", folder, ROOT)
    return sorted([*folder.glob("*.whl"), *folder.glob("*.tar.gz")])


def try_out(package: Path, folder: Path) -> None:
    """Install into an empty environment; import silently, extend a photo, list the methods."""
    env = folder / f"env-{package.suffix[1:]}"
    venv.create(env, with_pip=True)
    sh(env / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", package)
    sh(env / "bin/python", "-W", "error", "-c", "import outpaint")
    output = folder / f"{env.name}.png"
    for method in ("edge", "patch"):
        sh(env / "bin/outpaint", "extend", PHOTO, "--right", "32", "-m", method, "--force", "-o", output)
    assert output.stat().st_size > 100_000 and "patch" in sh(env / "bin/outpaint", "methods")
    print(f"{package.name}: installs and runs")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        packages = build(Path(name))
        assert len(packages) == 2, packages
        for package in packages:
            try_out(package, Path(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
