"""Connections to real servers."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.clearinghouse.servers import SftpServer, asyncssh_server, openssh_server
from tests.factories import ConnectionFactory


@pytest.fixture(params=["asyncssh", "openssh"])
def sftp_server(request, tmp_path) -> Iterator[SftpServer]:
    """An SFTP server in which nobody picks files up. The same tests run against both kinds."""
    if request.param == "asyncssh":
        with asyncssh_server(tmp_path) as server:
            yield server
        return
    sshd = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
    if sshd is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no sshd: apt-get install openssh-server")
        pytest.skip("no sshd on this machine: the OpenSSH half of the contract did not run")
    with openssh_server(tmp_path, sshd) as server:
        yield server


@pytest.fixture
def connection(practice, sftp_server):
    """A practice's connection to that server."""
    return ConnectionFactory(
        practice=practice,
        sftp_port=sftp_server.port,
        sftp_username=sftp_server.username,
        sftp_private_key=sftp_server.private_key,
        sftp_host_key=sftp_server.host_key,
        upload_directory=sftp_server.upload_directory,
        download_directory=sftp_server.download_directory,
    )
