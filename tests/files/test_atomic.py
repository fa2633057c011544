"""Replacing a file: what it hands on, and what is never replaced."""

import os
import stat
from pathlib import Path

import pytest

from outpaint import FileError
from outpaint.files.atomic import check_place, write_atomic


def test_a_private_file_stays_private(tmp_path) -> None:
    path = tmp_path / "private.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1000, 1001)
    before = path.stat()
    write_atomic(path, b"new", overwrite=True)
    after = path.stat()
    assert path.read_bytes() == b"new" and stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


def test_a_new_file_has_the_usual_mode(tmp_path) -> None:
    old = os.umask(0o027)
    try:
        write_atomic(tmp_path / "new.png", b"new")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new.png").stat().st_mode) == 0o640


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_only_files_are_replaced(tmp_path, make) -> None:
    make(tmp_path / "thing.png")
    before = (tmp_path / "thing.png").stat()
    with pytest.raises(FileError, match=r"is a (device or a pipe|folder)"):
        write_atomic(tmp_path / "thing.png", b"new", overwrite=True)
    assert (tmp_path / "thing.png").stat() == before
    assert [path.name for path in tmp_path.iterdir()] == ["thing.png"]


def test_a_device_is_refused_by_name() -> None:
    with pytest.raises(FileError, match="use -o -"):
        check_place(Path("/dev/null"), overwrite=True)
