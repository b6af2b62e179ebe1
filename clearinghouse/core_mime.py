"""A CORE envelope as MIME multipart/form-data: every field a part."""

import uuid
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from clearinghouse.core_envelope import Envelope, NotAnEnvelope, envelope_of


def write(envelope: Envelope) -> tuple[str, bytes]:
    """The content type and the body of a request."""
    boundary = uuid.uuid4().hex.encode()
    parts = {name: text.encode() for name, text in envelope.texts().items()}
    if envelope.payload:
        parts["Payload"] = envelope.payload
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name.encode(), value)
        for name, value in parts.items()
    )
    return f"multipart/form-data; boundary={boundary.decode()}", body + b"--%s--\r\n" % boundary


def read(content_type: str, body: bytes) -> Envelope:
    """The envelope of an answer. Raises NotAnEnvelope."""
    fields: dict[str, bytes] = {}
    for part in parts_of(content_type, body):
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content
    texts = {name: value.decode("utf-8", "replace") for name, value in fields.items() if name != "Payload"}
    return envelope_of(texts, fields.get("Payload", b""))


def parts_of(content_type: str, body: bytes) -> list[EmailMessage]:
    """The parts of a multipart body. Raises NotAnEnvelope when it is none."""
    plain = content_type.replace("\r", "").replace("\n", "")
    head = f"Content-Type: {plain}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not message.is_multipart() or message.get_content_maintype() != "multipart":
        raise NotAnEnvelope("no multipart body")
    return [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
