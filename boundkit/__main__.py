"""`python -m boundkit` is the command `boundkit`."""

from boundkit.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
