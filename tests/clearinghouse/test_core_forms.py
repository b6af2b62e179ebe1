"""CORE envelopes in both forms: written as the rule says, read whatever comes, and no stranger's XML expands."""

import pytest

from clearinghouse import core_mime, core_soap
from clearinghouse import core_names as names
from clearinghouse.core_envelope import Envelope, NotAnEnvelope, checksum

PAYLOAD = b"ISA*00*~\r\nnot ended\x1c--\r\n--x"
PLAIN = b"ISA*00*~GS*HS~"
HEAD = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
TAIL = b"</s:Body></s:Envelope>"
SOAP = "application/soap+xml"


def envelope(mode: str = names.BATCH, payload: bytes = PAYLOAD) -> Envelope:
    return Envelope(
        payload_type=names.submission_type("837P"),
        mode=mode,
        payload_id="c0ffee00-0000-4000-8000-000000000001",
        time_stamp="2026-06-08T15:00:00Z",
        sender="LAKESIDE01",
        receiver="CLEARHSE",
        payload=payload,
        username="us & them",
        password="<secret>",
        check_sum=checksum(payload),
        length=str(len(payload)),
    )


@pytest.mark.parametrize("form", [core_mime, core_soap])
@pytest.mark.parametrize(("mode", "payload"), [(names.BATCH, PAYLOAD), (names.REAL_TIME, PLAIN)])
def test_an_envelope_is_read_as_it_was_written(form, mode, payload):
    written = envelope(mode, payload)
    content_type, body = form.write(written)

    seen = form.read(content_type, body)

    assert (seen.payload, seen.payload_id, seen.sender) == (payload, written.payload_id, "LAKESIDE01")
    assert seen.is_intact
    assert (seen.mode, seen.rule_version, seen.payload_type) == (mode, "2.2.0", written.payload_type)


def test_checksum_is_sha_1_in_hexadecimal():
    assert checksum(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"


def test_damage_is_noticed():
    content_type, body = core_mime.write(envelope())
    assert not core_mime.read(content_type, body.replace(b"not ended", b"not enden")).is_intact


def test_soap_carries_the_user_in_the_header_and_a_batch_beside_the_root():
    content_type, body = core_soap.write(envelope())
    assert content_type.startswith("multipart/related;")
    assert 'type="application/xop+xml"' in content_type
    assert 'action="BatchSubmitTransaction"' in content_type
    assert b"<wsse:Username>us &amp; them</wsse:Username>" in body
    assert b"PasswordText" in body
    assert b"COREEnvelopeBatchSubmission" in body
    assert b'href="cid:payload@core"' in body
    assert PAYLOAD in body
    real_time, _ = core_soap.write(envelope(names.REAL_TIME, PLAIN))
    assert real_time == 'application/soap+xml; charset=UTF-8; action="RealTimeTransaction"'


def test_a_password_never_shows_in_a_representation():
    assert "secret" not in repr(envelope())


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x [<!ENTITY a "boo">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b"<x>" * 30 + b"</x>" * 30,
        b"no xml at all",
        b"",
    ],
)
def test_strangers_xml_is_refused_before_it_expands(document):
    with pytest.raises(NotAnEnvelope):
        core_soap.read(SOAP, document)


@pytest.mark.parametrize(
    "body",
    [
        HEAD + TAIL,
        b"<x/>",
        HEAD
        + b"<a><Payload><x:Include xmlns:x="
        + b'"'
        + names.XOP_NAMESPACE.encode()
        + b'" href="cid:gone"/></Payload></a>'
        + TAIL,
    ],
)
def test_what_is_no_envelope_is_said_so(body):
    with pytest.raises(NotAnEnvelope):
        core_soap.read(SOAP, body)
    with pytest.raises(NotAnEnvelope):
        core_mime.read("text/html", body)


def test_a_fault_is_their_words():
    fault = b"<s:Fault><s:Reason><s:Text>out of order</s:Text></s:Reason></s:Fault>"
    seen = core_soap.read(SOAP, HEAD + fault + TAIL)
    assert (seen.is_success, seen.error_message) == (False, "out of order")


@pytest.mark.parametrize(
    ("text", "payload"), [("SVNBKjAwKg==", b"ISA*00*"), ("ISA*00*~", b"ISA*00*~"), ("", b"")]
)
def test_a_payload_in_place_is_plain_or_base64(text, payload):
    body = HEAD + f"<a><PayloadID>1</PayloadID><Payload>{text}</Payload></a>".encode() + TAIL
    assert core_soap.read(SOAP, body).payload == payload


def test_every_request_travels_in_its_own_element():
    assert names.request_element(names.RETRIEVALS["999"], names.BATCH) == names.ACKNOWLEDGMENT_REQUEST
    assert names.request_element(names.RETRIEVALS["835"], names.BATCH) == names.RESULTS_REQUEST
    assert names.request_element(names.CONFIRMATION, names.BATCH) == names.RESULTS_CONFIRMATION
    assert names.request_element(names.submission_type("270"), names.BATCH) == names.SUBMISSION
    assert names.request_element(names.REAL_TIME_TYPES["270"], names.REAL_TIME) == names.REAL_TIME_REQUEST
