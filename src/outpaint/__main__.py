"""`python -m outpaint` is `outpaint`."""

from outpaint.cli import main

if __name__ == "__main__":
    main()
