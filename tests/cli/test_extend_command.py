"""`outpaint extend` as a program: files in, files out, one line for each mistake."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outpaint.recipe import load_recipe


def run(*words: object, stdin: bytes | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "outpaint", *map(str, words)],
        capture_output=True,
        input=stdin,
        env={**os.environ, **(env or {})},
        timeout=120,
    )


def pixels(path: Path | io.BytesIO) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def shot(tmp_path, photo) -> Path:
    Image.fromarray(photo).save(tmp_path / "shot.png")
    return tmp_path / "shot.png"


def refuse(folder: Path, *words: object, says: str, code: int = 2, **more) -> None:
    """The command fails with one clear line and writes nothing."""
    before = files(folder)
    done = run(*words, **more)
    error = done.stderr.decode()
    assert done.returncode == code, error
    assert error.count("\n") == 1 and error.startswith("outpaint: "), error
    assert says in error and "Traceback" not in error, error
    assert done.stdout == b""
    assert files(folder) == before


def test_the_plain_way(shot, photo) -> None:
    done = run("extend", shot, "--right", "25%", "--method", "edge")
    output = shot.with_name("shot-extended.png")
    assert (done.returncode, done.stdout.decode().strip(), done.stderr) == (0, str(output), b"")
    assert np.array_equal(pixels(output)[:, :64], photo)
    assert pixels(output).shape == (48, 80, 3)


def test_the_record_for_programs(shot, tmp_path) -> None:
    out = tmp_path / "out.png"
    done = run(
        "extend", shot, "--all", 8, "-o", out, "--json", "--method", "mirror", "--mask-out", tmp_path / "m.png"
    )
    (record,) = [json.loads(line) for line in done.stdout.splitlines()]
    seconds = record.pop("seconds")
    assert 0 < seconds < 60
    assert record == {
        "input": str(shot),
        "output": str(out),
        "width": 80,
        "height": 64,
        "method": "mirror",
        "painters": ["mirror"],
        "blends": ["paste"],
        "seed": 0,
        "frame": [-8, -8, 80, 64],
        "windows": [[-8, -8, 80, 64]],
        "mask": str(tmp_path / "m.png"),
    }
    mask = pixels(tmp_path / "m.png")
    assert mask.shape == (64, 80) and not mask[8:56, 8:72].any() and mask.sum() == 255 * (64 * 80 - 48 * 64)


def test_through_standard_input_and_output(shot, photo) -> None:
    done = run("extend", "-", "--left", 4, "--method", "edge", stdin=shot.read_bytes())
    assert done.returncode == 0 and done.stderr == b""
    assert np.array_equal(pixels(io.BytesIO(done.stdout))[:, 4:], photo)
    done = run("extend", "-", "--left", 4, "-m", "edge", "-o", shot.with_name("x.png"), stdin=shot.read_bytes())
    assert done.returncode == 0 and shot.with_name("x.png").exists()


def test_a_folder_goes_to_a_folder_and_earlier_results_stay_out(shot, tmp_path) -> None:
    Image.new("RGB", (9, 7), "red").save(tmp_path / "b.jpg")
    assert run("extend", tmp_path, "--right", 3, "-m", "edge").returncode == 0
    done = run("extend", tmp_path, "--right", 3, "-m", "edge", "-o", tmp_path / "out", "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "out") == {"shot-extended.png", "b-extended.jpg"}
    assert "leaving out 2 earlier results" in done.stderr.decode()


def test_one_bad_photo_does_not_stop_the_others(shot, tmp_path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture at all")
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        done = run("extend", tmp_path / "bad.jpg", shot, "--right", 3, "-m", "edge", "-o", out, "--workers", workers)
        assert done.returncode == 1
        assert done.stderr.decode().count("\n") == 1 and "bad.jpg" in done.stderr.decode()
        assert files(out) == {"shot-extended.png"}
    done = run("extend", tmp_path / "bad.jpg", shot, "--right", 3, "-m", "edge", "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert "error" in records[0] and records[1]["width"] == 67


def test_candidates_are_numbered(shot, tmp_path) -> None:
    done = run("extend", shot, "--right", 8, "--count", 2, "--painter", "noise", "--json", "-o", tmp_path / "n.png")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(record["output"]).name for record in records] == ["n-1.png", "n-2.png"]
    assert [record["seed"] for record in records] == [0, 1]
    one, two = (pixels(Path(record["output"])) for record in records)
    assert not np.array_equal(one, two)


def test_a_recipe_repeats_a_result_and_options_win_over_it(shot, tmp_path) -> None:
    first = tmp_path / "first.png"
    assert run("extend", shot, "--right", 9, "--painter", "noise", "--seed", 5, "-o", first).returncode == 0
    assert run("extend", shot, "--recipe", first, "-o", tmp_path / "again.png").returncode == 0
    assert np.array_equal(pixels(first), pixels(tmp_path / "again.png"))
    assert run("extend", shot, "--recipe", first, "--top", 4, "-o", tmp_path / "other.png").returncode == 0
    assert pixels(tmp_path / "other.png").shape == (52, 64, 3)
    assert load_recipe(tmp_path / "other.png").seed == 5


def test_settings_reach_the_painter(shot, tmp_path) -> None:
    out = tmp_path / "grey.png"
    run("extend", shot, "--right", 4, "--painter", "fake", "--set", "level=0", "--set", "steps=1", "-o", out)
    assert not pixels(out)[:, 64:].any()


def test_a_mask_inpaints(shot, photo, tmp_path) -> None:
    mask = np.zeros((48, 64), np.uint8)
    mask[4:9, 5:30] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    assert (
        run("extend", shot, "--mask", tmp_path / "mask.png", "-m", "diffuse", "-o", tmp_path / "o.png").returncode
        == 0
    )
    result = pixels(tmp_path / "o.png")
    assert np.array_equal(result[mask == 0], photo[mask == 0])
    assert not np.array_equal(result[mask > 0], photo[mask > 0])


def test_formats_are_kept_or_chosen(shot, tmp_path) -> None:
    run("extend", shot, "--right", 4, "-m", "edge", "--format", "webp")
    assert shot.with_name("shot-extended.webp").read_bytes()[8:12] == b"WEBP"


BAD = [
    ("no photo", ["{dir}/none.png", "--right", "4"], "none.png"),
    ("empty folder", ["{dir}/empty", "--right", "4"], "no pictures"),
    ("no image", ["{dir}/text.txt", "--right", "4"], "text.txt"),
    ("empty file", ["{dir}/zero.png", "--right", "4"], "zero.png"),
    ("truncated", ["{dir}/cut.jpg", "--right", "4"], "cut.jpg"),
    ("no amount", ["{shot}"], "nothing to paint"),
    ("zero", ["{shot}", "--right", "0"], "nothing to paint"),
    ("negative", ["{shot}", "--right", "-5"], "zero or more"),
    ("negative percent", ["{shot}", "--right=-5%"], "zero or more"),
    ("nan", ["{shot}", "--right", "nan"], "cannot read 'nan'"),
    ("infinite", ["{shot}", "--right", "1e999"], "amount"),
    ("absurd", ["{shot}", "--right", "99999999999"], "beyond any picture"),
    ("over the limit", ["{shot}", "--right", "50000000"], "--max-pixels"),
    ("smaller target", ["{shot}", "--to", "32x32"], "--force-crop"),
    ("bad target", ["{shot}", "--to", "wide"], "1920x1080"),
    ("bad ratio", ["{shot}", "--ratio", "16"], "16:9"),
    ("bad anchor", ["{shot}", "--to", "99x99", "--anchor", "middle"], "center"),
    ("two ways", ["{shot}", "--to", "99x99", "--right", "4"], "contradict"),
    ("unknown method", ["{shot}", "--right", "4", "--method", "pach"], "did you mean patch"),
    ("unknown painter", ["{shot}", "--right", "4", "--painter", "egde"], "did you mean edge"),
    ("unknown blend", ["{shot}", "--right", "4", "--blend", "fether"], "did you mean feather"),
    ("unknown option", ["{shot}", "--rigth", "4"], "--right"),
    ("unread prompt", ["{shot}", "--right", "4", "--prompt", "a castle"], "cannot read a prompt"),
    ("bad setting", ["{shot}", "--right", "4", "--painter", "fake", "--set", "level"], "NAME=VALUE"),
    ("bad seed", ["{shot}", "--right", "4", "--seed", "x"], "--seed"),
    ("bad quality", ["{shot}", "--right", "4", "--quality", "101"], "between 1 and 100"),
    ("bad workers", ["{shot}", "--right", "4", "--workers", "0"], "--workers"),
    ("exists", ["{shot}", "--right", "4", "-o", "{dir}/taken.png"], "--force"),
    ("no such output folder", ["{shot}", "--right", "4", "-o", "{dir}/no/where.png"], "no"),
    ("unknown format", ["{shot}", "--right", "4", "--format", "xyz"], "xyz"),
    ("no suffix", ["{shot}", "--right", "4", "-o", "{dir}/thing"], "thing"),
    ("alpha to jpeg", ["{dir}/alpha.png", "--right", "4", "-o", "{dir}/a.jpg"], "png"),
    ("16 bit to jpeg", ["{dir}/deep.png", "--right", "4", "-o", "{dir}/a.jpg"], "png"),
    ("mask of another size", ["{shot}", "--mask", "{dir}/small.png"], "64x48"),
    ("no mask", ["{shot}", "--mask", "{dir}/nomask.png"], "nomask.png"),
    ("no recipe", ["{shot}", "--recipe", "{shot}"], "no recipe"),
    ("json and picture", ["-", "--right", "4", "--json"], "standard output"),
    ("same output twice", ["{shot}", "{dir}/shot.jpg", "--right", "4", "--format", "png"], "both become"),
    ("many to stdout", ["{shot}", "{dir}/shot.jpg", "--right", "4", "-o", "-"], "standard output"),
    ("many to a file", ["{shot}", "{dir}/shot.jpg", "--right", "4", "-o", "{dir}/taken.png"], "folder"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "says"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_gets_one_line_and_writes_nothing(shot, photo, tmp_path, words, says) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "zero.png").touch()
    Image.fromarray(photo).save(tmp_path / "shot.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "shot.jpg").read_bytes()[:600])
    Image.fromarray(photo).save(tmp_path / "taken.png")
    Image.fromarray(photo).resize((9, 9)).save(tmp_path / "small.png")
    Image.new("RGBA", (9, 9), (9, 9, 9, 128)).save(tmp_path / "alpha.png")
    Image.fromarray(np.full((9, 9), 40000, np.uint16)).save(tmp_path / "deep.png")
    words = [word.format(dir=tmp_path, shot=shot) for word in words]
    refuse(tmp_path, "extend", *words, says=says, stdin=shot.read_bytes() if words[0] == "-" else None)


def test_nothing_is_replaced_without_force(shot, tmp_path) -> None:
    out = tmp_path / "out.png"
    out.write_text("precious")
    refuse(tmp_path, "extend", shot, "--right", 4, "-m", "edge", "-o", out, says="--force")
    assert out.read_text() == "precious"
    assert run("extend", shot, "--right", 4, "-m", "edge", "-o", out, "--force").returncode == 0
    assert pixels(out).shape == (48, 68, 3)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_on_standard_output_is_one_line(shot) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "outpaint", "extend", "-", "--right", "4", "-m", "edge"],
            input=shot.read_bytes(), stdout=full, stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2 and done.stderr.decode().count("\n") == 1
    assert "No space left" in done.stderr.decode()


def test_a_full_disk_leaves_no_half_file(shot, tmp_path) -> None:
    """A file size limit stands in for a full disk: the kernel refuses the same write the same way."""
    before = files(tmp_path)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        f"sys.argv = ['outpaint', 'extend', {str(shot)!r}, '--all', '900', '--painter', 'noise'];"
        "sys.dont_write_bytecode = True; from outpaint.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120)
    assert done.returncode == 2, done.stderr
    assert done.stderr.decode().count("\n") == 1, done.stderr
    assert files(tmp_path) == before


@pytest.mark.slow
def test_the_same_bytes_with_one_thread_or_two_in_two_processes(shot, tmp_path) -> None:
    for threads in (1, 2):
        out = tmp_path / f"threads{threads}.png"
        done = run("extend", shot, "--all", 40, "--seed", 3, "-o", out, env={"OUTPAINT_THREADS": str(threads)})
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "threads1.png").read_bytes() == (tmp_path / "threads2.png").read_bytes()


def test_a_wrong_thread_count_is_one_line(shot, tmp_path) -> None:
    refuse(tmp_path, "extend", shot, "--right", 4, says="OUTPAINT_THREADS=2", env={"OUTPAINT_THREADS": "lots"})


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess:
    line = line.replace("outpaint ", f"{sys.executable} -m outpaint ")
    return subprocess.run(["bash", "-c", line], cwd=cwd, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("outpaint extend shot.png --right 4 -m edge >/dev/full", 2, "standard output"),
        ("outpaint methods >/dev/full", 2, "standard output"),
        ("outpaint extend shot.png --right 4 -m edge 2>&-", 0, ""),
        ("outpaint extend shot.png --right 4 -m edge -q >&-", 0, ""),
        ("outpaint extend - --right 4 -m edge -o x.png <&-", 2, "empty"),
        ("outpaint painters | true; exit ${PIPESTATUS[0]}", 1, ""),
    ],
)
def test_streams_that_are_full_or_closed(shot, tmp_path, line, code, says) -> None:
    done = shell(line, tmp_path)
    error = done.stderr.decode()
    assert done.returncode == code and "Traceback" not in error and says in error and error.count("\n") <= 1, error
    assert shot.with_name("shot-extended.png").exists() == ("extend shot.png" in line)


def test_a_terminal_shows_progress_and_standard_output_stays_a_stream(shot, tmp_path) -> None:
    """stderr is a terminal and stdout a file, as in `outpaint ... --json | jq`."""
    pty = pytest.importorskip("pty")
    terminal, other = pty.openpty()
    command = [sys.executable, "-m", "outpaint", "extend", str(shot), "--all", "9", "-m", "mirror", "--json"]
    with (tmp_path / "out.json").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=other, stdin=subprocess.DEVNULL)
        os.close(other)
        shown = b""
        while True:
            try:
                shown += (chunk := os.read(terminal, 4096))
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
    assert process.wait(timeout=60) == 0
    assert json.loads((tmp_path / "out.json").read_text())["width"] == 82
    assert b"painting" in shown and b"width" not in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-o", ""], "-o is empty"),
        (["-o", "-", "--count", "2", "--painter", "noise"], "only one picture"),
        (["-o", "m.png", "--mask-out", "m.png"], "two names"),
    ],
)
def test_names_that_cannot_be_meant(shot, tmp_path, words, says, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    refuse(tmp_path, "extend", shot, "--right", 4, *words, says=says)


def test_folders_are_made_when_a_name_ends_like_one(shot, tmp_path) -> None:
    done = run("extend", shot, "--right", 4, "-m", "edge", "-o", f"{tmp_path}/a/b/", "--mask-out", f"{tmp_path}/m/")
    assert done.returncode == 0, done.stderr
    assert {"a/b/shot-extended.png", "m/shot-mask.png"} <= files(tmp_path)


def test_a_photo_that_is_refused_makes_no_folder(shot, tmp_path) -> None:
    refuse(tmp_path, "extend", shot, "--ratio", "4:3", "-o", f"{tmp_path}/new/", says="nothing to paint")


def test_errors_of_several_photos_name_the_photo(shot, tmp_path, photo) -> None:
    Image.fromarray(photo).save(tmp_path / "two.png")
    done = run("extend", shot, tmp_path / "two.png", "--ratio", "4:3")
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1 and [str(shot) in lines[0], "two.png" in lines[1]] == [True, True]


def test_hidden_files_in_folders_are_left_alone(shot, tmp_path) -> None:
    (tmp_path / "._shot.png").write_bytes(b"resource fork")
    assert run("extend", tmp_path, "--right", 4, "-m", "edge").returncode == 0
