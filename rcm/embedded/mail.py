"""The mail catcher: takes every message the product sends and keeps it as a file.

`python -m rcm.embedded.mail`; RCM_MAIL_PORT is the port it listens on, RCM_MAIL_DIR the folder of its .eml
files, which any mail program opens.
"""

import asyncio
import os
import signal
import threading
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Catcher:
    """Writes each message to the folder as `<number>.eml`, numbered from where the folder left off."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        taken = [int(file.stem) for file in folder.glob("*.eml") if file.stem.isdecimal()]
        self._numbers = count(max(taken, default=0) + 1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message, whole or not at all, and answer as SMTP (RFC 5321) wants it."""
        name = f"{next(self._numbers):06d}.eml"
        unfinished = self._folder / f".{name}"
        recipients = ", ".join(envelope.rcpt_tos)
        headers = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n"
        await asyncio.to_thread(unfinished.write_bytes, headers.encode() + (envelope.original_content or b""))
        unfinished.rename(self._folder / name)
        return f"250 kept as {name}"


def main() -> None:
    """Listen until INT or TERM."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    catcher = Catcher(Path(os.environ["RCM_MAIL_DIR"]))
    controller = Controller(catcher, hostname="127.0.0.1", port=int(os.environ["RCM_MAIL_PORT"]))
    controller.start()
    stopping.wait()
    controller.stop()


if __name__ == "__main__":
    main()
