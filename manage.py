#!/usr/bin/env python3
"""The one command line: prepares the machine on first use, then runs what was asked.

./manage.py up        start everything and print where to look
./manage.py down      stop it (--wipe: delete the demonstration's data as well)
./manage.py doctor    what is installed, running and reachable, and what to do about it
./manage.py test      the tests, on servers of their own
./manage.py lint      every rule a machine can check
./manage.py referees  the outside X12 libraries that judge what we write
./manage.py lock      compile requirements/ again from pyproject.toml

Anything else is a Django command; it finds the running servers, or starts them while it runs.
Needs Python 3.11 or newer and pip, nothing else. docs/running.md tells the rest.
"""

import sys


def main() -> int:
    """Check the interpreter before anything newer than it is imported."""
    if sys.version_info < (3, 11):
        sys.stderr.write("This needs Python 3.11 or newer.\n")
        return 1
    from rcm.bootstrap import cli

    return cli.main(sys.argv[1:], usage=__doc__ or "")


if __name__ == "__main__":
    sys.exit(main())
