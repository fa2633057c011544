"""What `outpaint extend` does not do: one line says why, and nothing is written."""

import numpy as np
import pytest
from PIL import Image

from cli.running import pixels, refuse, run

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


def test_a_wrong_thread_count_is_one_line(shot, tmp_path) -> None:
    refuse(tmp_path, "extend", shot, "--right", 4, says="OUTPAINT_THREADS=2", env={"OUTPAINT_THREADS": "lots"})


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


def test_a_photo_that_is_refused_makes_no_folder(shot, tmp_path) -> None:
    refuse(tmp_path, "extend", shot, "--ratio", "4:3", "-o", f"{tmp_path}/new/", says="nothing to paint")


def test_errors_of_several_photos_name_the_photo(shot, tmp_path, photo) -> None:
    Image.fromarray(photo).save(tmp_path / "two.png")
    done = run("extend", shot, tmp_path / "two.png", "--ratio", "4:3")
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1 and [str(shot) in lines[0], "two.png" in lines[1]] == [True, True]
