"""`outpaint extend` as a program: files in, files out."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.running import files, pixels, run
from outpaint.recipe import load_recipe


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


@pytest.mark.slow
def test_the_same_bytes_with_one_thread_or_two_in_two_processes(shot, tmp_path) -> None:
    for threads in (1, 2):
        out = tmp_path / f"threads{threads}.png"
        done = run("extend", shot, "--all", 40, "--seed", 3, "-o", out, env={"OUTPAINT_THREADS": str(threads)})
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "threads1.png").read_bytes() == (tmp_path / "threads2.png").read_bytes()


def test_folders_are_made_when_a_name_ends_like_one(shot, tmp_path) -> None:
    done = run("extend", shot, "--right", 4, "-m", "edge", "-o", f"{tmp_path}/a/b/", "--mask-out", f"{tmp_path}/m/")
    assert done.returncode == 0, done.stderr
    assert {"a/b/shot-extended.png", "m/shot-mask.png"} <= files(tmp_path)


def test_hidden_files_in_folders_are_left_alone(shot, tmp_path) -> None:
    (tmp_path / "._shot.png").write_bytes(b"resource fork")
    assert run("extend", tmp_path, "--right", 4, "-m", "edge").returncode == 0
