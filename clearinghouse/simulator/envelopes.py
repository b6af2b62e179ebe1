"""A CORE envelope (vC2.2.0) as it comes and goes: MIME form data, or SOAP 1.2, with MTOM or without.

Whatever the form, an envelope is its fields by name, and a payload of bytes. An answer goes back in the form
of the question. What comes is a stranger's XML: one that declares a document type or an entity is refused, so
that nothing expands and nothing is fetched.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape

MIME: Final = "multipart/form-data"
SOAP: Final = "application/soap+xml"
MTOM: Final = "multipart/related"
XOP: Final = "application/xop+xml"
PAYLOAD: Final = "Payload"
FIELDS: Final = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "PayloadLength",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "CheckSum",
    "ErrorCode",
    "ErrorMessage",
)
"""The fields of an answer, in the order of the schema; the payload comes last."""

_SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
_CORE: Final = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
_XOP: Final = "http://www.w3.org/2004/08/xop/include"
_SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_DEEPEST: Final = 20
_ANSWERS: Final = {
    "COREEnvelopeRealTimeRequest": "COREEnvelopeRealTimeResponse",
    "COREEnvelopeBatchSubmission": "COREEnvelopeBatchSubmissionResponse",
    "COREEnvelopeBatchSubmissionAckRetrievalRequest": "COREEnvelopeBatchSubmissionAckRetrievalResponse",
    "COREEnvelopeBatchResultsRetrievalRequest": "COREEnvelopeBatchResultsRetrievalResponse",
    "COREEnvelopeBatchResultsAckSubmission": "COREEnvelopeBatchResultsAckSubmissionResponse",
}
"""The body element of a SOAP request, and that of its answer."""


class NotAnEnvelope(Exception):
    """The body is no envelope of either form."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One request: its fields by their names on the wire, its payload, and the form it came in.

    `form` is MIME, SOAP or MTOM, `element` the body element of a SOAP request.
    """

    form: str
    fields: Mapping[str, str]
    payload: bytes = b""
    element: str = ""

    def get(self, name: str) -> str:
        """A field, without the space around it; empty when it is not said."""
        return self.fields.get(name, "").strip()


def read(content_type: str, body: bytes) -> Envelope:
    """The envelope of a request. Raises NotAnEnvelope."""
    kind = content_type.partition(";")[0].strip().lower()
    if "\n" in content_type:
        raise NotAnEnvelope("the content type is broken")
    if kind == MIME:
        return _read_form(content_type, body)
    if kind == MTOM:
        parts = _parts(content_type, body)
        named = {(part.get("Content-ID") or "").strip().strip("<>"): _content(part) for part in parts}
        return _read_soap(_content(parts[0]), named, MTOM)
    if kind == SOAP:
        return _read_soap(body, {}, SOAP)
    raise NotAnEnvelope(f"{MIME}, {SOAP} or {MTOM} is expected")


def write(asked: Envelope, fields: Mapping[str, str], payload: bytes) -> tuple[str, bytes]:
    """The answer to a request, in its form: the content type, and the body."""
    said = {name: fields[name] for name in FIELDS if name in fields}
    if asked.form == MIME:
        return _multipart(
            MIME,
            [_form_part(name, value.encode()) for name, value in said.items()]
            + [_form_part(PAYLOAD, payload)],
        )
    if asked.form == MTOM:
        return _write_mtom(asked.element, said, payload)
    text = f"<{PAYLOAD}>{escape(payload.decode('utf-8', 'replace'))}</{PAYLOAD}>"
    return f"{SOAP}; charset=UTF-8", _soap(asked.element, said, text if payload else "")


def write_fault(words: str) -> tuple[str, bytes]:
    """A SOAP fault: the sender is to blame for what is no envelope."""
    body = (
        "<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>"
        f'<soap:Reason><soap:Text xml:lang="en">{escape(words)}</soap:Text></soap:Reason></soap:Fault>'
    )
    return f"{SOAP}; charset=UTF-8", _enveloped(body)


# MIME


def _read_form(content_type: str, body: bytes) -> Envelope:
    found = {}
    for part in _parts(content_type, body):
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            found[name] = _content(part)
    fields = {name: value.decode("utf-8", "replace") for name, value in found.items() if name != PAYLOAD}
    return Envelope(MIME, fields, found.get(PAYLOAD, b""))


def _parts(content_type: str, body: bytes) -> list[EmailMessage]:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\nMIME-Version: 1.0\r\n\r\n"
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = (
        [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
        if (message.is_multipart())
        else []
    )
    if not parts:
        raise NotAnEnvelope("the parts of the form cannot be told apart")
    return parts


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _form_part(name: str, value: bytes) -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="{name}"', value


def _multipart(kind: str, parts: list[tuple[str, bytes]], parameters: str = "") -> tuple[str, bytes]:
    boundary = uuid.uuid4().hex
    body = b"".join(
        f"--{boundary}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n" for headers, content in parts
    )
    return f"{kind}; boundary={boundary}{parameters}", body + f"--{boundary}--\r\n".encode()


# SOAP


def _read_soap(document: bytes, attached: Mapping[str, bytes], form: str) -> Envelope:
    root = parse(document)
    said = root.find(f"{{{_SOAP}}}Body")
    if root.tag != f"{{{_SOAP}}}Envelope" or said is None or len(said) != 1:
        raise NotAnEnvelope("no SOAP 1.2 envelope")
    namespace, _, element = said[0].tag[1:].partition("}")
    if namespace != _CORE or element not in _ANSWERS:
        raise NotAnEnvelope("the body is no request of the CORE rule")
    fields = {_local(child): child.text or "" for child in said[0] if _local(child) != PAYLOAD}
    token = root.find(f"{{{_SOAP}}}Header/{{{_SECURITY}}}Security/{{{_SECURITY}}}UsernameToken")
    if token is not None:
        fields["UserName"] = token.findtext(f"{{{_SECURITY}}}Username") or ""
        fields["Password"] = token.findtext(f"{{{_SECURITY}}}Password") or ""
    payload = next((child for child in said[0] if _local(child) == PAYLOAD), None)
    return Envelope(form, fields, b"" if payload is None else _payload(payload, attached), element)


def _payload(element: ElementTree.Element, attached: Mapping[str, bytes]) -> bytes:
    """The payload: attached and pointed at, in base64, or as it is."""
    include = element.find(f"{{{_XOP}}}Include")
    if include is not None:
        name = unquote(include.get("href", "").removeprefix("cid:"))
        if name not in attached:
            raise NotAnEnvelope("the payload is not attached")
        return attached[name]
    text = (element.text or "").strip()
    if text.startswith("ISA"):
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return text.encode()


def _write_mtom(element: str, said: Mapping[str, str], payload: bytes) -> tuple[str, bytes]:
    include = f'<{PAYLOAD}><xop:Include xmlns:xop="{_XOP}" href="cid:payload@simulator"/></{PAYLOAD}>'
    root = _soap(element, said, include if payload else "")
    head = f'Content-Type: {XOP}; charset=UTF-8; type="{SOAP}"\r\nContent-Transfer-Encoding: 8bit'
    parts = [(f"{head}\r\nContent-ID: <root@simulator>", root)]
    if payload:
        head = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary"
        parts.append((f"{head}\r\nContent-ID: <payload@simulator>", payload))
    more = f'; type="{XOP}"; start="<root@simulator>"; start-info="{SOAP}"'
    return _multipart(MTOM, parts, more)


def _soap(element: str, said: Mapping[str, str], payload: str) -> bytes:
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items()) + payload
    answer = _ANSWERS[element]
    return _enveloped(f'<core:{answer} xmlns:core="{_CORE}">{inside}</core:{answer}>')


def _enveloped(body: str) -> bytes:
    text = f'<soap:Envelope xmlns:soap="{_SOAP}"><soap:Body>{body}</soap:Body></soap:Envelope>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def parse(document: bytes) -> ElementTree.Element:
    """XML as elements. Raises NotAnEnvelope, also for a document type, an entity, or elements nested deep."""
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def refuse(*_: object) -> None:
        raise NotAnEnvelope("a document type or an entity is declared")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise NotAnEnvelope("the elements are nested too deep")
        builder.start(_named(tag), {_named(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(tag))

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat takes no keywords
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise NotAnEnvelope("no XML") from error


def _named(tag: str) -> str:
    """`{namespace}name`, as ElementTree has it."""
    return f"{{{tag}" if "}" in tag else tag


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
