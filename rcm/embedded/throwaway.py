"""Servers that live for one block: for test runs, and for tests that kill their database."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rcm.bootstrap import paths
from rcm.embedded import account, data, template
from rcm.embedded.servers import Servers


@contextmanager
def thrown_away(outside: Mapping[str, str] = os.environ, *, migrated: bool = False) -> Iterator[Servers]:
    """Servers with data and ports of their own, running for the block; their data is deleted after it.

    Any number may run at once, beside `up` as well. Logs lie in the folder and go with it. `migrated` servers
    start with the schema in every database made on them. A test that kills its database passes an empty
    `outside`, and has servers that nobody else uses.
    """
    parent = data.home_for(paths.LOCAL)
    with data.temporary_home(parent) as home:
        programs = account.binaries(parent)
        if migrated and "DATABASE_URL" not in outside:
            template.copy_template(parent, programs, home)
        servers = Servers(home, programs, logs=home / "log", durable=False, outside=outside)
        servers.start()
        try:
            yield servers
        finally:
            servers.stop()
