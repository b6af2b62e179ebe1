"""A CORE envelope as SOAP 1.2: a UsernameToken in the header, the fields in the body; a batch by MTOM.

What comes is a stranger's XML. Neither a document type nor an entity is allowed in it, so nothing expands and
nothing is fetched.
"""

import base64
import binascii
import uuid
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from xml.parsers import expat

from clearinghouse import core_names as names
from clearinghouse.core_envelope import Envelope, NotAnEnvelope, envelope_of
from clearinghouse.core_mime import parts_of

SOAP_TYPE = "application/soap+xml"
XOP_TYPE = "application/xop+xml"
DEEPEST = 20
_SOAP, _CORE, _XOP = f"{{{names.SOAP_NAMESPACE}}}", f"{{{names.NAMESPACE}}}", f"{{{names.XOP_NAMESPACE}}}"
_SECURITY = f"{{{names.SECURITY_NAMESPACE}}}"
_ROOT, _PAYLOAD = "root@core", "payload@core"

for prefix, space in {
    "soap": names.SOAP_NAMESPACE,
    "core": names.NAMESPACE,
    "wsse": names.SECURITY_NAMESPACE,
    "xop": names.XOP_NAMESPACE,
}.items():
    ET.register_namespace(prefix, space)


def write(envelope: Envelope) -> tuple[str, bytes]:
    """The content type and the body of a request."""
    element = names.request_element(envelope.payload_type, envelope.mode)
    action = names.ACTIONS[element]
    if envelope.mode == names.REAL_TIME:
        root = ET.tostring(_root(envelope, element), encoding="utf-8", xml_declaration=True)
        return f'{SOAP_TYPE}; charset=UTF-8; action="{action}"', root
    return _mtom(envelope, element, action)


def _root(envelope: Envelope, element: str) -> ET.Element:
    soap = ET.Element(f"{_SOAP}Envelope")
    security = ET.SubElement(ET.SubElement(soap, f"{_SOAP}Header"), f"{_SECURITY}Security")
    security.set(f"{_SOAP}mustUnderstand", "true")
    token = ET.SubElement(security, f"{_SECURITY}UsernameToken")
    ET.SubElement(token, f"{_SECURITY}Username").text = envelope.username
    password = ET.SubElement(token, f"{_SECURITY}Password", {"Type": names.PASSWORD_TEXT})
    password.text = envelope.password
    said = ET.SubElement(ET.SubElement(soap, f"{_SOAP}Body"), _CORE + element)
    for name, text in envelope.texts().items():
        if name not in ("UserName", "Password"):
            ET.SubElement(said, name).text = text
    if envelope.mode == names.REAL_TIME:
        ET.SubElement(said, "Payload").text = envelope.payload.decode("ascii", "replace")
    elif envelope.payload:
        include = ET.SubElement(ET.SubElement(said, "Payload"), f"{_XOP}Include")
        include.set("href", f"cid:{_PAYLOAD}")
    return soap


def _mtom(envelope: Envelope, element: str, action: str) -> tuple[str, bytes]:
    boundary = uuid.uuid4().hex
    root = ET.tostring(_root(envelope, element), encoding="utf-8")
    head = (
        f'--{boundary}\r\nContent-Type: {XOP_TYPE}; charset=UTF-8; type="{SOAP_TYPE}"\r\n'
        f"Content-Transfer-Encoding: 8bit\r\nContent-ID: <{_ROOT}>\r\n\r\n"
    )
    body = head.encode() + root + b"\r\n"
    if envelope.payload:
        between = (
            f"--{boundary}\r\nContent-Type: application/octet-stream\r\n"
            f"Content-Transfer-Encoding: binary\r\nContent-ID: <{_PAYLOAD}>\r\n\r\n"
        )
        body += between.encode() + envelope.payload + b"\r\n"
    kind = (
        f'multipart/related; boundary={boundary}; type="{XOP_TYPE}"; start="<{_ROOT}>";'
        f' start-info="{SOAP_TYPE}"; action="{action}"'
    )
    return kind, body + f"--{boundary}--\r\n".encode()


def read(content_type: str, body: bytes) -> Envelope:
    """The envelope of an answer, its payload in place or in a part of its own.

    A SOAP fault is an envelope with its reason as the error. Raises NotAnEnvelope.
    """
    attached: dict[str, bytes] = {}
    if content_type.lower().startswith("multipart/"):
        parts = parts_of(content_type, body)
        contents = [part.get_payload(decode=True) for part in parts]
        plain = [content if isinstance(content, bytes) else b"" for content in contents]
        named = [(part.get("Content-ID") or "").strip().strip("<>") for part in parts]
        attached = dict(zip(named, plain, strict=True))
        body = plain[0] if plain else b""
    soap = parse(body)
    said = soap.find(f"{_SOAP}Body")
    if soap.tag != f"{_SOAP}Envelope" or said is None or not len(said):
        raise NotAnEnvelope("no SOAP 1.2 envelope")
    if said[0].tag == f"{_SOAP}Fault":
        return _fault(said[0])
    texts = {_local(child.tag): child.text or "" for child in said[0] if _local(child.tag) != "Payload"}
    payload = next((child for child in said[0] if _local(child.tag) == "Payload"), None)
    return envelope_of(texts, b"" if payload is None else _payload(payload, attached))


def parse(document: bytes) -> ET.Element:
    """A stranger's XML as elements. Raises NotAnEnvelope; also where it declares a type or an entity, or is
    nested deeper than any envelope."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def refuse(*_: object) -> None:
        raise NotAnEnvelope("the XML declares a document type")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise NotAnEnvelope("the XML is nested too deep")
        builder.start(_full(tag), {_full(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_full(tag))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.buffer_text = True
    try:
        parser.Parse(document, True)  # noqa: FBT003 -- pyexpat takes no keywords
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise NotAnEnvelope("no XML") from error


def _full(tag: str) -> str:
    return f"{{{tag}" if "}" in tag else tag


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _payload(element: ET.Element, attached: dict[str, bytes]) -> bytes:
    include = element.find(f"{_XOP}Include")
    if include is not None:
        name = unquote(include.get("href", "").removeprefix("cid:"))
        if name not in attached:
            raise NotAnEnvelope("the payload is not attached")
        return attached[name]
    text = (element.text or "").strip()
    if text.startswith("ISA") or not text:
        return text.encode("utf-8")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return text.encode("utf-8")


def _fault(fault: ET.Element) -> Envelope:
    reason = fault.find(f"{_SOAP}Reason/{_SOAP}Text")
    words = (reason.text if reason is not None else "") or "no reason given"
    texts = {"PayloadType": names.ENVELOPE_ERROR, "ErrorCode": "SoapFault", "ErrorMessage": words[:200]}
    return envelope_of(texts, b"")
