import os
import signal
import time
from itertools import pairwise

import psycopg2
import pytest
import redis

from rcm.embedded.supervisor import Supervisor
from rcm.embedded.throwaway import thrown_away


class Part:
    """A child that ends as soon as it is started."""

    name = "part"
    exit_code = 1
    running = False

    def __init__(self, log):
        self.log = log
        self.starts = 0

    def start(self):
        self.starts += 1


def test_supervisor_waits_longer_each_time_a_part_ends_soon(tmp_path):
    part = Part(tmp_path / "part.log")
    supervisor = Supervisor([part])
    begin = time.monotonic()
    started = []
    for tenth in range(2000):
        before = part.starts
        supervisor.look(begin + tenth / 10)
        if part.starts > before:
            started.append(tenth / 10)
    pauses = [round(later - earlier, 1) for earlier, later in pairwise(started)]
    assert pauses[:5] == [1.1, 2.1, 4.1, 8.1, 16.1]
    assert max(pauses) == 30.1


def test_an_errand_is_repeated_until_it_is_done(tmp_path):
    errand = Part(tmp_path / "errand.log")
    supervisor = Supervisor([], errands=[errand])
    begin = time.monotonic()
    for second in range(10):
        supervisor.look(begin + second)
    assert errand.starts > 0
    errand.exit_code = 0
    done = errand.starts
    for second in range(10, 200):
        supervisor.look(begin + second)
    assert errand.starts == done


@pytest.mark.slow
@pytest.mark.services
def test_database_and_broker_come_back_with_their_data():
    with thrown_away(outside={}) as servers:
        with psycopg2.connect(servers.postgres.owner_url) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (number int); INSERT INTO kept SELECT generate_series(1, 5000)")
        connection.close()
        supervisor = Supervisor(servers.children)
        for child in servers.children:
            child.signal(signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not (servers.postgres.answers() and servers.valkey.answers()) and time.monotonic() < deadline:
            supervisor.look(time.monotonic())
            time.sleep(0.05)
        with psycopg2.connect(servers.postgres.owner_url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kept")
            assert cursor.fetchone() == (5000,)
        connection.close()
        pids = [child.pid for child in servers.children]
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)


@pytest.mark.slow
@pytest.mark.services
def test_servers_have_two_logins_of_which_the_programs_one_may_do_little():
    with thrown_away(outside={}) as servers:
        assert servers.versions["postgres"].startswith("18.")
        connection = psycopg2.connect(servers.postgres.application_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles"
                " WHERE rolname IN ('rcm_app', 'rcm_owner') ORDER BY 1"
            )
            assert cursor.fetchall() == [
                ("rcm_app", False, False, False, False),
                ("rcm_owner", False, False, True, False),  # CREATEDB only here, for the test runner
            ]
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute("CREATE TABLE mine (number int)")
        connection.close()
        with pytest.raises(redis.exceptions.AuthenticationError):
            redis.Redis(port=servers.valkey.port).ping()


@pytest.mark.slow
@pytest.mark.services
def test_servers_start_over_the_lock_of_a_stranger():
    with thrown_away(outside={}) as servers:
        (database,) = [child for child in servers.children if child.name == "postgres"]
        database.request_stop()
        database.finish(15)
        lock = servers.home / "postgres" / "postmaster.pid"
        lock.write_text(f"{os.getpid()}\n{lock.parent}\n")
        database.start()
        database.wait_until(servers.postgres.answers, seconds=30)


@pytest.mark.slow
@pytest.mark.services
def test_thrown_away_data_is_gone_afterwards():
    with thrown_away(outside={}) as servers, thrown_away(outside={}) as others:
        assert servers.postgres.port != others.postgres.port
        assert servers.home.exists()
    assert not servers.home.exists()
    assert not others.home.exists()
