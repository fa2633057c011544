"""The documents tell the truth: their code runs, their options exist, the version is in the changelog."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import outpaint
from outpaint.registry import builtin_registry

ROOT = Path(__file__).parents[1]


def blocks(document: str, language: str) -> list[str]:
    """The fenced code blocks of one language, without their indentation."""
    text = (ROOT / document).read_text("utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, photo) -> None:
    (code,) = blocks("README.md", "python")
    Image.fromarray(photo).save(tmp_path / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {"print": lambda event: None})
    assert (tmp_path / "wide.jpg").exists()


def test_the_shell_lines_of_the_readme_run(tmp_path, photo) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "larger").mkdir()
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[4:8, 4:8] = 255
    Image.fromarray(photo).save(tmp_path / "photo.jpg")
    Image.fromarray(photo).save(tmp_path / "holiday" / "one.jpg")
    Image.fromarray(mask).save(tmp_path / "hole.png")
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines() if "outpaint extend" in line]
    assert len(lines) == 6
    for line in lines:
        command = (
            line.split("#")[0].replace("outpaint", f"{sys.executable} -m outpaint").replace("1920x1080", "92x60")
        )
        command = re.sub(r"(extend \S+)", r"\1 --force", command)
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0 and done.stderr == "", (line, done.stderr)
    assert (tmp_path / "larger" / "one-extended.jpg").exists() and (tmp_path / "taller.jpg").stat().st_size > 500


def test_the_readme_opens_with_one_sentence_a_picture_and_two_commands() -> None:
    lines = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line]
    assert lines[0] == "# outpaint" and lines[1].count(". ") == 0
    picture = re.fullmatch(r"!\[.+\]\((.+)\)", lines[2])
    assert picture and (ROOT / picture[1]).exists()
    assert [line.split("#")[0].strip() for line in lines[4:6]] == ["make demo", "make test"]


def test_the_readme_lists_every_method() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for name in builtin_registry().methods:
        assert f"| `{name}` |" in text


def test_the_painter_of_the_guide_keeps_the_promises(photo) -> None:
    code = blocks("CONTRIBUTING.md", "python")[0]
    room: dict[str, object] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), room)
    registry = builtin_registry().including(room["PAINTER"])
    result = outpaint.extend(photo, right="25%", painters=["mean"], settings={"grain": "0"}, registry=registry)
    assert np.array_equal(result.array[:, :64], photo)
    assert np.abs(result.array[:, 64:].astype(float) - photo.reshape(-1, 3).mean(0)).max() <= 1


def test_links_between_documents_lead_somewhere() -> None:
    for document in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/diffusion.md",
        "docs/patch.md",
        "benchmarks/README.md",
        "examples/README.md",
    ):
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / document).read_text("utf-8")):
            assert ((ROOT / document).parent / link).exists(), (document, link)


def test_rooms_named_in_the_architecture_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text.split("## Rooms")[1].split("## Decisions")[0]
    rows = "\n".join(line for line in table.splitlines() if line.startswith("|"))
    for room in re.findall(r"`([\w/]+(?:\.py|/))`", rows):
        assert (ROOT / "src/outpaint" / room).exists() or room == "protocol.py", room


def test_painters_know_no_layouts_and_layouts_no_methods() -> None:
    for room, others in {"painters": ("layouts", "methods"), "layouts": ("methods",)}.items():
        for file in (ROOT / "src/outpaint" / room).rglob("*.py"):
            found = re.findall(r"(?:from|import) outpaint\.(\w+)", file.read_text("utf-8"))
            assert not set(others) & set(found), file


def test_the_version_is_in_the_changelog() -> None:
    assert f"## {outpaint.__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f'version = "{outpaint.__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("line", [line for line in (ROOT / "Makefile").read_text().splitlines() if " ## " in line])
def test_make_verbs_are_declared(line: str) -> None:
    verb = line.split(":")[0]
    assert verb in next(x for x in (ROOT / "Makefile").read_text().splitlines() if x.startswith(".PHONY")).split()


def test_the_guide_to_models_names_what_exists() -> None:
    """Every method with a model, with its own steps and strength; and every setting is somebody's."""
    text, registry = (ROOT / "docs/diffusion.md").read_text("utf-8"), builtin_registry()
    when, what = text.split("## Which method when")[1].split("## What each setting does")
    for name, method in registry.methods.items():
        parts = registry.parts(method)
        if parts.needs:
            (row,) = (
                line
                for line in when.splitlines()
                if line.startswith("| ") and f"| `{name}`:" in line.replace("take ", "")
            )
            defaults = {s.name: s.default for painter in parts.painters for s in painter.settings} | dict(
                method.settings
            )
            assert row.split("|")[-3:-1] == [f" {defaults['steps']} ", f" {defaults['strength']} "], name
    layouts = [method.layout for method in registry.methods.values()]
    owners = [*registry.painters.values(), *layouts]
    known = {setting.name for owner in owners for setting in owner.settings}
    choices = {choice for owner in owners for setting in owner.settings for choice in setting.choices}
    rows = [line for line in what.split("## As the originals")[0].splitlines() if line.startswith("| `")]
    assert len(rows) > 15
    for row in rows:
        names, effect = row.split("|")[1:3]
        assert set(re.findall(r"`(\w+)`", names)) <= known, row
        if "init_mode" in names or "resize_mode" in names:
            assert set(re.findall(r"`([^`]+)`", effect)) <= choices, row
