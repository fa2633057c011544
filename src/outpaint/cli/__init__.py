"""The command line: one file per command, `main` here. Imports little, so that `--help` answers at once."""

import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from outpaint import __version__
from outpaint.cli import blends, extend, methods, painters, show
from outpaint.errors import OutpaintError

app = typer.Typer(
    name="outpaint",
    help="Make a picture larger than its frame.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (extend, methods, painters, blends, show):
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


def main() -> NoReturn:
    """Run the command line; every expected failure is one line on stderr and a fixed exit code.

    0 all done, 1 some of several photos failed, 2 the request cannot be done, 130 interrupted.
    """
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        _fail(error.format_message(), error.exit_code)
    except OutpaintError as error:
        _fail(str(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        _fail("interrupted; nothing half written was left behind", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave by an exception, so that temporary files are removed on the way."""
    sys.exit(128 + number)


def _fail(message: str, code: int) -> NoReturn:
    if message:  # Typer has already printed the help where nothing at all was given
        print(f"outpaint: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)
