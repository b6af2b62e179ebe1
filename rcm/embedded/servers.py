"""The embedded database and broker as one thing: their data, their start and stop, their addresses."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rcm.bootstrap import paths
from rcm.bootstrap.console import say
from rcm.embedded import account
from rcm.embedded.postgres import Postgres
from rcm.embedded.process import Child, free_port, port_or_free
from rcm.embedded.secrets import Secrets
from rcm.embedded.valkey import Valkey

# Near the usual ports and not on them, so that a server of the machine's own is not in the way.
_POSTGRES_PORT = 54329
_VALKEY_PORT = 63799
_RUN = "run-"


class Servers:
    """PostgreSQL and Valkey with their data in `home`; what DATABASE_URL or REDIS_URL names is used instead.

    `durable` data survives a power cut and keeps its usual ports. Data that is thrown away is written
    faster, on any free port, so that many such sets run side by side.
    """

    def __init__(self, home: Path, programs: Path, *, logs: Path, durable: bool) -> None:
        self._secrets = Secrets.beside(home)
        who = account.choose()
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if "DATABASE_URL" not in os.environ:
            self.postgres = Postgres(
                home=home,
                programs=programs,
                account=who,
                secrets=self._secrets,
                port=choose_port("postgres", _POSTGRES_PORT) if durable else free_port(),
                log=logs / "postgres.log",
                durable=durable,
            )
        if "REDIS_URL" not in os.environ:
            self.valkey = Valkey(
                home=home,
                programs=programs,
                account=who,
                secrets=self._secrets,
                port=choose_port("valkey", _VALKEY_PORT) if durable else free_port(),
                log=logs / "valkey.log",
                durable=durable,
            )

    @property
    def children(self) -> list[Child]:
        """The processes we run ourselves."""
        return [server.child for server in (self.postgres, self.valkey) if server is not None]

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which Django finds the servers; what is set from outside is left as it is."""
        made = {"SECRET_KEY": os.environ.get("SECRET_KEY", self._secrets.django)}
        if self.postgres is not None:
            made |= {
                "DATABASE_URL": self.postgres.application_url,
                "DATABASE_OWNER_URL": self.postgres.owner_url,
            }
        if self.valkey is not None:
            made["REDIS_URL"] = self.valkey.url
        return made

    @property
    def versions(self) -> dict[str, str]:
        """Which versions run here, by name; an outside server is not asked."""
        servers = {"postgres": self.postgres, "valkey": self.valkey}
        return {name: server.version if server is not None else "outside" for name, server in servers.items()}

    def start(self) -> None:
        """Start both and return when both answer; raises Refusal, leaving nothing running."""
        mine = [server for server in (self.valkey, self.postgres) if server is not None]
        try:
            for server in mine:  # all are started before any is waited for
                server.start()
            for server in mine:
                server.prepare()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both cleanly, the database within 15 s."""
        for child in self.children:
            child.request_stop()
        for child in self.children:
            child.finish(15)


def choose_port(name: str, wanted: int) -> int:
    """The wanted port, or a free one, said aloud, when it is taken."""
    port = port_or_free(wanted)
    if port != wanted:
        say(f"port {wanted} is taken; {name} uses {port}")
    return port


def kept() -> Servers:
    """This folder's servers, whose data stays. Only the holder of the servers' lock may start them."""
    home = account.home_for(paths.LOCAL)
    return Servers(home, account.binaries(home), logs=paths.LOGS, durable=True)


@contextmanager
def thrown_away() -> Iterator[Servers]:
    """Servers with new data and ports of their own, running for the block; their data is deleted after it.

    Any number may run at once, beside `up` as well. Logs lie in the folder and go with it.
    """
    parent = account.home_for(paths.LOCAL)
    _remove_abandoned(parent)
    programs = account.binaries(parent)
    home = Path(tempfile.mkdtemp(prefix=_RUN, dir=parent))
    home.chmod(0o755)  # the servers' account must be able to walk through it
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            servers = Servers(home, programs, logs=home / "log", durable=False)
            servers.start()
            try:
                yield servers
            finally:
                servers.stop()
        finally:
            shutil.rmtree(home, ignore_errors=True)


def wipe() -> None:
    """Delete the kept data, its secrets and what killed commands left behind. The servers must be stopped."""
    parent = account.home_for(paths.LOCAL)
    _remove_abandoned(parent)
    for name in ("postgres", "valkey"):
        shutil.rmtree(parent / name, ignore_errors=True)
    (parent / "secrets.json").unlink(missing_ok=True)


def _remove_abandoned(parent: Path) -> None:
    for home in parent.glob(f"{_RUN}*"):
        with suppress(OSError), (home / "lock").open() as lock:  # OSError: just made, or held by its command
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(home, ignore_errors=True)
