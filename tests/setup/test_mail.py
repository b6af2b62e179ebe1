import smtplib
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from rcm.embedded.mail import Catcher
from rcm.embedded.process import free_port


@pytest.fixture
def port(tmp_path):
    controller = Controller(Catcher(tmp_path), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


def send(port: int, subject: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "billing@example.com", "someone@example.com"
    message.set_content("Your statement is attached.")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="statement.pdf")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message)


def test_catcher_keeps_each_message_as_a_file(port, tmp_path):
    send(port, "first")
    send(port, "second")
    kept = [message_from_bytes(file.read_bytes()) for file in sorted(tmp_path.glob("*.eml"))]
    assert [(each["Subject"], each["X-Envelope-To"]) for each in kept] == [
        ("first", "someone@example.com"),
        ("second", "someone@example.com"),
    ]
    assert kept[0].get_payload()[1].get_filename() == "statement.pdf"


def test_catcher_goes_on_numbering_where_the_folder_left_off(port, tmp_path):
    (tmp_path / "000041.eml").touch()
    controller = Controller(Catcher(tmp_path), hostname="127.0.0.1", port=free_port())
    controller.start()
    send(controller.port, "next")
    controller.stop()
    assert (tmp_path / "000042.eml").exists()
