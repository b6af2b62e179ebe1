"""`python -m x12`: look into X12 files, answer them, compare them. See `python -m x12 --help`."""

import sys

from x12.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
