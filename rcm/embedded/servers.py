"""The embedded database and broker as one thing: their data, their start and stop, their addresses."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from rcm.bootstrap import paths
from rcm.bootstrap.console import say
from rcm.embedded import account, data
from rcm.embedded.postgres import Postgres
from rcm.embedded.process import Child, free_port, port_or_free
from rcm.embedded.secrets import Secrets
from rcm.embedded.valkey import Valkey

_FROM_OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


class Servers:
    """PostgreSQL and Valkey with their data in `home`; what DATABASE_URL or REDIS_URL names is used instead.

    `outside` is the environment in which those two are looked for.
    `durable` data survives a power cut and keeps its usual ports. Data that is thrown away is written
    faster, on any free port, so that many such sets run side by side.
    """

    def __init__(
        self, home: Path, programs: Path, *, logs: Path, durable: bool, outside: Mapping[str, str]
    ) -> None:
        self.home = home
        self._outside = outside
        self._secrets = Secrets.beside(home)
        who = account.choose()
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if "DATABASE_URL" not in outside:
            self.postgres = Postgres(
                home=home,
                programs=programs,
                account=who,
                secrets=self._secrets,
                port=choose_port("postgres") if durable else free_port(),
                log=logs / "postgres.log",
                durable=durable,
            )
        if "REDIS_URL" not in outside:
            self.valkey = Valkey(
                home=home,
                programs=programs,
                account=who,
                secrets=self._secrets,
                port=choose_port("valkey") if durable else free_port(),
                log=logs / "valkey.log",
                durable=durable,
            )

    @property
    def children(self) -> list[Child]:
        """The processes we run ourselves."""
        return [server.child for server in (self.postgres, self.valkey) if server is not None]

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which Django finds the servers; what is set from outside stays as it is."""
        made = {"SECRET_KEY": self._outside.get("SECRET_KEY", self._secrets.django)}
        if self.postgres is not None:
            made |= {
                "DATABASE_URL": self.postgres.application_url,
                "DATABASE_OWNER_URL": self.postgres.owner_url,
            }
        if self.valkey is not None:
            made["REDIS_URL"] = self.valkey.url
        return {name: self._outside[name] for name in _FROM_OUTSIDE if name in self._outside} | made

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
                server.child.start()
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


def choose_port(name: str, wanted: int | None = None) -> int:
    """The wanted port, or a free one, said aloud, when it is taken.

    Without a wish it is always the same for one part of one project folder, and another for another folder,
    so that copies of the project do not race for it; below the ports that outgoing connections are given.
    """
    if wanted is None:
        wanted = 20_000 + int(hashlib.sha256(f"{paths.LOCAL} {name}".encode()).hexdigest(), 16) % 10_000
    port = port_or_free(wanted)
    if port != wanted:
        say(f"port {wanted} is taken; {name} uses {port}")
    return port


def kept() -> Servers:
    """This folder's servers, whose data stays. Only the holder of the servers' lock may start them."""
    home = data.home_for(paths.LOCAL)
    return Servers(home, account.binaries(home), logs=paths.LOGS, durable=True, outside=os.environ)
