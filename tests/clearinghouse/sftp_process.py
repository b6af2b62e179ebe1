"""`python -m tests.clearinghouse.sftp_process DIRECTORY`: an asyncssh SFTP server in a process of its own.

A client that breaks off in the middle leaves sockets behind, which are then none of the tests'. Serves
DIRECTORY/home; the port is written to DIRECTORY/port once it listens.
"""

import asyncio
import sys
from pathlib import Path

import asyncssh


async def serve(directory: Path) -> None:
    class Rooted(asyncssh.SFTPServer):
        def __init__(self, channel):
            super().__init__(channel, chroot=str(directory / "home"))

    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[str(directory / "host"), str(directory / "other_host")],
        authorized_client_keys=str(directory / "authorized"),
        sftp_factory=Rooted,
    )
    draft = directory / "port.draft"
    draft.write_text(str(server.get_port()))
    draft.rename(directory / "port")
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
