"""The program: `outpaint`, or `python -m outpaint`. Says little itself, so that Ctrl-C is heard from the start."""

import gc
import sys
from typing import NoReturn

# Starting makes some hundred thousand objects that live as long as the program; looking through them for garbage
# again and again is a tenth of the time that a small photo takes.
gc.set_threshold(200_000, 50, 100)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        from outpaint.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    if code == 130:
        print("outpaint: interrupted; nothing half written was left behind", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
