"""Saving: whole or not at all, never over another file unasked."""

import errno
import os
import stat

import numpy as np
import pytest
from PIL import Image

from files.encoded import noise, opened, saved, smooth
from outpaint import files
from outpaint.errors import FileError
from outpaint.files import atomic


@pytest.fixture
def picture():
    return files.open_picture(smooth())


def test_the_suffix_decides(picture, tmp_path):
    for name, format in [("a.png", "PNG"), ("b.JPG", "JPEG"), ("c.tif", "TIFF"), ("d", "PNG")]:
        path = files.save_picture(picture, tmp_path / name)
        assert path == tmp_path / name
        assert opened(path.read_bytes()).format == format
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "b.JPG", "c.tif", "d"]


def test_nothing_is_overwritten_unasked(picture, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"precious")
    with pytest.raises(FileError, match="--force"):
        files.save_picture(picture, path)
    assert path.read_bytes() == b"precious"
    files.save_picture(picture, path, overwrite=True)
    assert opened(path.read_bytes()).size == (64, 48)


def test_a_file_that_appears_meanwhile_survives(picture, tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    for has_links in (True, False):
        path.unlink(missing_ok=True)
        real = os.fsync

        def late(number, real=real):
            path.write_bytes(b"somebody else's")
            real(number)

        monkeypatch.setattr(atomic.os, "fsync", late)
        if not has_links:

            def no_links(*_):
                raise OSError(errno.EPERM, "no links here")

            monkeypatch.setattr(atomic.os, "link", no_links)
        with pytest.raises(FileError, match="exists already"):
            files.save_picture(picture, path)
        monkeypatch.undo()
        assert path.read_bytes() == b"somebody else's"
        assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_without_hard_links(picture, tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(atomic.os, "link", no_links)
    files.save_picture(picture, tmp_path / "a.png")
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]
    assert opened((tmp_path / "a.png").read_bytes()).size == (64, 48)


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError()]
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_after_a_failure_nothing_has_changed(picture, tmp_path, monkeypatch, failure, overwrite):
    path = tmp_path / "a.png"
    if overwrite:
        path.write_bytes(b"precious")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def fail(_):
        raise failure

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(FileError if isinstance(failure, OSError) else type(failure)) as found:
        files.save_picture(picture, path, overwrite=overwrite)
    if isinstance(failure, OSError):
        assert "no space left" in str(found.value)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_permissions_are_those_of_any_new_file(picture, tmp_path):
    other = tmp_path / "other"
    other.touch()
    path = files.save_picture(picture, tmp_path / "a.png")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    assert path.stat().st_nlink == 1


def test_a_link_is_followed_when_overwriting(picture, tmp_path):
    real = tmp_path / "real.png"
    real.write_bytes(b"old")
    link = tmp_path / "link.png"
    link.symlink_to(real)
    files.save_picture(picture, link, overwrite=True)
    assert link.is_symlink() and opened(real.read_bytes()).size == (64, 48)


def test_places_that_cannot_be(picture, tmp_path, monkeypatch):
    for path, words in [(tmp_path, "is a folder"), (tmp_path / "no" / "a.png", "does not exist")]:
        for work in (files.check_writable, files.save_picture):
            with pytest.raises(FileError, match=words):
                work(picture, path)
    (tmp_path / "a.png").touch()
    with pytest.raises(FileError, match="exists already"):
        files.check_writable(picture, tmp_path / "a.png")
    files.check_writable(picture, tmp_path / "a.png", overwrite=True)
    files.check_writable(picture, tmp_path / "b.png")
    monkeypatch.setattr(atomic.os, "access", lambda *_: False)
    with pytest.raises(FileError, match="no permission"):
        files.check_writable(picture, tmp_path / "b.png")


@pytest.mark.parametrize("quality", [0, 101, -5])
def test_quality_has_bounds(picture, tmp_path, quality):
    with pytest.raises(FileError, match="between 1 and 100"):
        files.check_writable(picture, tmp_path / "a.jpg", quality=quality)
    with pytest.raises(FileError, match="between 1 and 100"):
        files.encode_picture(picture, "jpg", quality=quality)


def test_what_cannot_be_encoded_leaves_no_trace(tmp_path):
    with pytest.raises(FileError, match="transparency"):
        files.save_picture(files.open_picture(noise(5, 5, 4)), tmp_path / "a.jpg")
    assert not list(tmp_path.iterdir())


def test_encoding_does_not_change_the_picture(picture):
    before = picture.samples.copy()
    for format in ("png", "tiff", "jpg", "webp"):
        files.encode_picture(picture, format, recipe="{}")
    assert np.array_equal(picture.samples, before)


def test_format_argument(picture, tmp_path):
    files.save_picture(picture, tmp_path / "result", format="webp")
    assert opened((tmp_path / "result").read_bytes()).format == "WEBP"


def test_same_bytes_every_time(picture):
    for format in ("png", "tiff", "jpg", "webp", "avif"):
        assert files.encode_picture(picture, format, recipe="{}") == files.encode_picture(
            picture, format, recipe="{}"
        )


def test_resaved_with_jpeg_tables_after_growing():
    ours = files.open_picture(saved(Image.fromarray(smooth()), "JPEG", quality=77))
    larger = ours.within(ours.frame.padded(9))
    assert opened(files.encode_picture(larger)).quantization == opened(files.encode_picture(ours)).quantization


def test_impossible_names(picture, tmp_path):
    for name in ("a\0b.png", "x" * 300 + ".png"):
        with pytest.raises(FileError, match="choose another"):
            files.save_picture(picture, tmp_path / name)
    assert not list(tmp_path.iterdir())
