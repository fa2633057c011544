"""Writing a file whole or not at all, and never over another one unasked."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from outpaint.errors import FileError


def check_place(path: Path, overwrite: bool) -> None:
    """FileError if writing to `path` is bound to fail: no folder, no permission, or something is there already."""
    folder = path.parent
    with _explained(path):
        if path.is_dir():
            raise FileError(f"{path} is a folder; name a file in it")
        if path.exists() and not path.is_file():
            raise FileError(f"{path} is a device or a pipe, not a file; use -o - and let the shell write there")
        if not folder.is_dir():
            raise FileError(f"the folder {folder} does not exist; create it first")
        if not overwrite and os.path.lexists(path):
            raise FileError(f"{path} exists already; choose another name or add --force")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise FileError(f"no permission to write in {folder}; choose another folder")


def write_atomic(path: Path, data: bytes, overwrite: bool = False) -> None:
    """The file appears complete under its name; after any failure, also Ctrl-C, nothing has changed.

    An existing file is replaced only with `overwrite`, even if it appears while this runs, and hands on its mode and,
    where that is allowed, its owner. FileError says why not.
    """
    check_place(path, overwrite)
    target = path.resolve() if overwrite else path
    with _explained(path):
        temporary = target.parent / f".outpaint-{secrets.token_hex(8)}.tmp"
        number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with os.fdopen(number, "wb") as file:
                if overwrite and target.exists():
                    _inherit(file.fileno(), target)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if overwrite:
                temporary.replace(target)
            else:
                move_to_free_name(temporary, target)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()


def _inherit(number: int, old: Path) -> None:
    """A private file stays private."""
    if hasattr(os, "fchmod"):
        before = old.stat()
        with suppress(PermissionError):
            os.fchown(number, before.st_uid, before.st_gid)
        os.fchmod(number, stat.S_IMODE(before.st_mode))


def move_to_free_name(temporary: Path, target: Path) -> None:
    """FileExistsError if the name is taken; the temporary name may stay, as a second one.

    A hard link fails if the name is taken; where there are none, the name is reserved by creating it.
    """
    try:
        os.link(temporary, target)
        return
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        temporary.replace(target)
    except BaseException:
        target.unlink()
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """The operating system's errors as one line that says what to do."""
    try:
        yield
    except ValueError:
        raise FileError(f"{str(path)!r} is no name for a file; choose another name") from None
    except FileExistsError:
        raise FileError(f"{path} exists already; choose another name or add --force") from None
    except PermissionError:
        raise FileError(f"no permission to write {path}; choose another folder") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FileError(f"no space left to write {path}; free some or choose another disk") from None
        raise FileError(f"cannot write {path}: {error.strerror or error}; choose another place") from None
