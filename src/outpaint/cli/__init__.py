"""The command line: one file per command. Imports little, so that `--help` answers at once."""

import os
import sys
from collections.abc import Sequence

import typer

from outpaint import __version__
from outpaint.cli import blends, canvas, extend, leaving, methods, painters, show
from outpaint.errors import OutpaintError

app = typer.Typer(
    name="outpaint",
    help="Make a picture larger than its frame.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (extend, canvas, methods, painters, blends, show):
    command.register(app)


def _version(asked: bool) -> None:
    if asked:
        print(f"outpaint {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Make a picture larger than its frame."""


def run(words: Sequence[str]) -> int:
    """Run one command; every expected failure is one line on stderr.

    Returns 0 all done, 1 some of several photos failed, 2 the request cannot be done, 130 interrupted.
    """
    _open_closed_streams()
    leaving.on_signals()
    try:
        code = app(words, standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as error:
        return _fail(error.format_message(), error.exit_code)
    except OutpaintError as error:
        return _fail(str(error), 2)
    except typer.Abort:
        return 130
    except BrokenPipeError:
        _silence_stdout()
        return 141
    except OSError as error:
        _silence_stdout()
        return _fail(f"cannot write to standard output: {error.strerror}", 2)
    return int(code)


def _open_closed_streams() -> None:
    """A stream that the caller closed is None in Python; writing to it should do nothing, not fail."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _silence_stdout() -> None:
    """Python flushes standard output once more at exit; nothing is there to take it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> int:
    if message:  # Typer has already printed the help where nothing at all was given
        print(f"outpaint: {' '.join(message.split())}", file=sys.stderr)
    return code
