"""CORE vC2.2.0 at the counter: both forms of envelope, batches in and answers out. Sockets only at the end."""

import base64
import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from clearinghouse.simulator import batch, envelopes
from clearinghouse.simulator.core import Counter, reply_fields
from clearinghouse.simulator.envelopes import MIME, MTOM, SOAP, Envelope, NotAnEnvelope
from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.replies import Reply
from clearinghouse.simulator.scenario import Faults, Scenario
from tests.clearinghouse.simulator.claims import ORTEGA, claim, line
from tests.clearinghouse.simulator.submitting import Desk, interchange
from tests.clearinghouse.simulator.test_institutional import interchange as stays
from tests.clearinghouse.simulator.test_institutional import stay
from tests.clearinghouse.simulator.test_realtime import inquiry_270
from x12.ack_999 import Ack999, render
from x12.envelope import read
from x12.outbound import Address, OutboundGroup, write

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)
CORE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
CLAIMS = "X12_837_Request_005010X222A1"
RESULTS = "X12_005010_Request_Batch_Results_"


def fields(kind: str, payload: bytes = b"", **more: str) -> dict[str, str]:
    said = {
        "PayloadType": kind,
        "ProcessingMode": "Batch",
        "PayloadID": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "TimeStamp": "2026-06-08T15:00:00Z",
        "SenderID": "LAKESIDE01",
        "ReceiverID": "CLEARHSE",
        "CORERuleVersion": "2.2.0",
        "UserName": "submitter",
        "Password": "secret",
    }
    if payload:
        said |= {"PayloadLength": str(len(payload)), "CheckSum": hashlib.sha1(payload).hexdigest()}
    return said | more


def soap(element: str, said: dict[str, str], payload: str = "") -> str:
    """A SOAP request as the rule's examples show it."""
    header = (
        f'<wsse:Security xmlns:wsse="{SECURITY}"><wsse:UsernameToken><wsse:Username>{said["UserName"]}'
        f"</wsse:Username><wsse:Password>{said['Password']}</wsse:Password></wsse:UsernameToken></wsse:Security>"
    )
    inside = "".join(
        f"<{name}>{value}</{name}>" for name, value in said.items() if name not in ("UserName", "Password")
    )
    return (
        f'<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:cor="{CORE}">'
        f"<soap:Header>{header}</soap:Header><soap:Body><cor:{element}>{inside}{payload}</cor:{element}>"
        "</soap:Body></soap:Envelope>"
    )


def mtom(element: str, said: dict[str, str], payload: bytes) -> tuple[str, bytes]:
    include = '<Payload><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:p%40core"/></Payload>'
    body = (
        "--B\r\nContent-Type: application/xop+xml; charset=UTF-8\r\nContent-ID: <root>\r\n\r\n"
        f"{soap(element, said, include)}\r\n"
        "--B\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
        "Content-ID: <p@core>\r\n\r\n"
    ).encode()
    kind = 'multipart/related; boundary=B; type="application/xop+xml"; start="<root>"'
    return kind, body + payload + b"\r\n--B--\r\n"


def form(said: dict[str, str], payload: bytes) -> tuple[str, bytes]:
    parts = {name: value.encode() for name, value in said.items()} | {"Payload": payload}
    body = b"".join(
        b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    return "multipart/form-data; boundary=B", body + b"--B--\r\n"


def visits(number: int = 1, name: str = "LS1001") -> bytes:
    return interchange(
        number, claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number=name), at=NOW
    ).encode()


# Envelopes


def test_every_form_says_the_same() -> None:
    payload = visits()
    said = fields(CLAIMS, payload)
    in_base64 = f"<Payload>{base64.b64encode(payload).decode()}</Payload>"
    as_text = f"<Payload><![CDATA[{payload.decode()}]]></Payload>"
    element = "COREEnvelopeBatchSubmission"
    found = [
        envelopes.read(*form(said, payload)),
        envelopes.read(*mtom(element, said, payload)),
        envelopes.read(SOAP, soap(element, said, in_base64).encode()),
        envelopes.read(f"{SOAP}; charset=utf-8", soap(element, said, as_text).encode()),
    ]
    assert [item.form for item in found] == [MIME, MTOM, SOAP, SOAP]
    for item in found:
        assert {name: item.get(name) for name in said} == said
        assert item.payload.strip() == payload.strip()


@pytest.mark.parametrize(
    "payload", [b"ISA~\n", b"ISA~\r\n", b"\r\nISA\r~", b"ISA\xff\x80~", b"--x\r\n\r\n", b"\n" * 3]
)
def test_payload_comes_byte_for_byte(payload: bytes) -> None:
    said = fields(CLAIMS, payload)
    for kind, body in (form(said, payload), mtom("COREEnvelopeBatchSubmission", said, payload)):
        assert envelopes.read(kind, body).payload == payload


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"hello"),
        ("", b""),
        (MIME, b"hello"),
        (f"{MIME}; boundary=B", b"hello"),
        (f"{MTOM}; boundary=B", b"--B--\r\n"),
        (SOAP, b"<"),
        (SOAP, b"<a/>"),
        (SOAP, soap("COREEnvelopeSomething", fields(CLAIMS)).encode()),
        (SOAP, soap("COREEnvelopeBatchSubmission", fields(CLAIMS)).replace(CORE, "urn:other").encode()),
        (SOAP, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        (SOAP, b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>"),
        (SOAP, b"<a>" * 100 + b"</a>" * 100),
        (SOAP, mtom("COREEnvelopeBatchSubmission", fields(CLAIMS), b"ISA")[1].split(b"\r\n\r\n")[1]),
    ],
)
def test_what_is_no_envelope_is_told_so(kind: str, body: bytes) -> None:
    with pytest.raises(NotAnEnvelope):
        envelopes.read(kind, body)


@pytest.mark.parametrize("of", [MIME, SOAP, MTOM])
@pytest.mark.parametrize("payload", ["", "ISA*00*A&B<C>~"])
def test_answer_goes_back_in_the_form_of_the_question(of: str, payload: str) -> None:
    asked = Envelope(of, fields(CLAIMS), element="COREEnvelopeBatchResultsRetrievalRequest")
    reply = Reply("X12_835_Response_005010X221A1", payload, payload_id="theirs")
    kind, body = envelopes.write(asked, reply_fields(asked, reply, "Batch", NOW), payload.encode())
    assert kind.startswith(of)
    said, content = answer_of(kind, body)
    assert (said["SenderID"], said["ReceiverID"], said["PayloadID"]) == ("CLEARHSE", "LAKESIDE01", "theirs")
    assert said["ErrorCode"] == "Success"
    assert content == payload.encode()
    if payload:
        assert said["PayloadLength"] == str(len(payload))
        assert said["CheckSum"] == hashlib.sha1(payload.encode()).hexdigest()


def answer_of(kind: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """The fields and the payload of an answer, read with nothing of the simulator's."""
    attached = {}
    if kind.startswith("multipart/"):
        message = BytesParser(policy=policy.HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        parts = list(message.iter_parts())
        if kind.startswith(MIME):
            found = {
                str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
                for part in parts
            }
            payload = found.pop("Payload", b"")
            return {name: value.decode() for name, value in found.items()}, payload
        attached = {part["Content-ID"].strip("<>"): part.get_payload(decode=True) for part in parts}
        body = parts[0].get_payload(decode=True)
    root = ElementTree.fromstring(body)
    said = root[0][0]
    assert said.tag.startswith(f"{{{CORE}}}COREEnvelope")
    assert said.tag.endswith("Response")
    texts = {child.tag: child.text or "" for child in said if child.tag != "Payload"}
    payload = said.find("Payload")
    if payload is None:
        return texts, b""
    if len(payload):
        return texts, attached[payload[0].attrib["href"].removeprefix("cid:")]
    return texts, (payload.text or "").encode()


# Batches


class Caller:
    """A sender that submits and retrieves at the batch desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def ask(self, kind: str, payload: bytes = b"", **more: str) -> Reply:
        return self.desk.box.answer_batch(
            Envelope(MIME, fields(kind, payload, **more), payload), self.desk.now
        )

    def fetch(self, kind: str, **more: str) -> Reply:
        types = batch.ACKNOWLEDGMENTS | batch.RESULTS
        return self.ask(next(name for name, of in types.items() if of == kind), **more)

    def confirm(self, payload_id: str, payload: bytes = b"", **more: str) -> Reply:
        return self.ask(batch.CONFIRMATION, payload, PayloadID=payload_id, **more)

    def collect(self, kind: str) -> list[str]:
        """Retrieve and confirm until there is nothing left of a kind."""
        found = []
        while (reply := self.fetch(kind)).payload:
            found.append(reply.payload)
            assert self.confirm(reply.payload_id, acknowledgment()).error == "Success"
        return found


def acknowledgment() -> bytes:
    body = render(
        Ack999(
            control_number="0001",
            functional_id="HP",
            group_control_number="1",
            group_version="005010X221A1",
            acceptance="A",
            included=1,
            received=1,
            accepted_count=1,
        )
    )
    group = OutboundGroup(functional_id="FA", version="005010X231A1", control_number=1, transactions=[body])
    return write(
        sender=Address(id="LAKESIDE01"),
        receiver=Address(id="CLEARHSE"),
        control_number=77,
        written_at=NOW,
        usage="T",
        groups=[group],
    ).encode()


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller(Desk(tmp_path, NOW))


def test_batch_is_received_and_its_answers_wait_to_be_retrieved(caller: Caller) -> None:
    reply = caller.ask(CLAIMS, visits())
    assert (reply.error, reply.payload_type, reply.payload) == ("Success", batch.RECEIPT, "")
    caller.desk.work(seconds=20)

    for kind in ("999", "277CA", "835"):
        (text,) = caller.collect(kind)
        assert [found.kind for found in read(text).transactions] == [kind]
    caller.desk.work()
    assert caller.desk.fetch_texts() == []  # nothing of it lies in a directory
    assert [item["kind"] for item in caller.desk.truth("sent")] == ["999", "277CA", "835"]
    assert len(list((caller.desk.directory / "archive" / "core-LAKESIDE01").iterdir())) == 1


def test_answer_is_given_again_until_it_is_confirmed(caller: Caller) -> None:
    caller.ask(CLAIMS, visits())
    caller.desk.work()
    first, second = caller.fetch("999"), caller.fetch("999")
    assert first == second
    assert first.payload_type == "X12_999_Response_005010X231A1"
    for _ in range(2):  # confirming twice is confirming once
        assert caller.confirm(first.payload_id).payload_type == batch.CONFIRMED
    assert caller.fetch("999") == Reply(batch.NO_ACKNOWLEDGMENT, "")
    caller.desk.work()
    assert len(caller.desk.truth("sent")) == 1


def test_nothing_to_retrieve_is_told_so(caller: Caller) -> None:
    assert caller.fetch("TA1").payload_type == batch.NO_ACKNOWLEDGMENT
    for kind in ("277CA", "271", "277", "835"):
        assert caller.fetch(kind) == Reply(batch.NO_RESULTS, "")


def test_answers_come_oldest_first_and_to_their_sender_alone(caller: Caller) -> None:
    for number in (1, 2, 3):
        caller.ask(CLAIMS, visits(number, f"LS100{number}"), PayloadID=f"P{number}")
        caller.desk.work()
    assert caller.fetch("999", SenderID="SOMEBODY").payload == ""
    groups = [read(text).transactions[0].segments[1][2] for text in caller.collect("999")]
    assert groups == ["1", "2", "3"]


def test_batch_sent_again_under_its_id_is_taken_once(caller: Caller) -> None:
    for _ in range(3):
        assert caller.ask(CLAIMS, visits()).payload_type == batch.RECEIPT
    caller.desk.work(seconds=20)
    assert len(caller.collect("999")) == 1
    assert caller.collect("TA1") == []
    assert len(caller.desk.truth("received")) == 1
    assert caller.ask(CLAIMS, visits(2)).error == "PayloadIDIllegal"


def test_institutional_claims_and_inquiries_are_batches_too(caller: Caller) -> None:
    caller.ask("X12_837_Request_005010X223A2", stays(1, stay()).encode(), PayloadID="I")
    caller.ask("X12_270_Request_005010X279A1", inquiry_270().encode(), PayloadID="E")
    caller.desk.work(seconds=20)
    assert len(caller.collect("999")) == 2
    assert len(caller.collect("835")) == 1
    (answer,) = caller.collect("271")
    assert read(answer).transactions[0].kind == "271"


def test_ta1_of_a_refused_batch_is_retrieved(caller: Caller) -> None:
    caller.ask(CLAIMS, visits(1))
    caller.ask(CLAIMS, visits(1), PayloadID="another")
    caller.desk.work()
    (text,) = caller.collect("TA1")
    assert read(text).interchanges[0].acknowledgments[0][5] == "025"


@pytest.mark.parametrize(
    ("kind", "payload", "more", "error"),
    [
        (CLAIMS, b"", {}, "PayloadLengthRequired"),
        (CLAIMS, b"", {"PayloadLength": "0", "CheckSum": "x"}, "PayloadRequired"),
        (CLAIMS, visits(), {"CheckSum": ""}, "CheckSumRequired"),
        (CLAIMS, visits(), {"PayloadLength": "7"}, "PayloadLengthIllegal"),
        (CLAIMS, visits(), {"CheckSum": "0" * 40}, "ChecksumMismatched"),
        (CLAIMS, b"garbage", {}, "PayloadNotUnderstood"),
        (CLAIMS, inquiry_270().encode(), {}, "PayloadTypeIllegal"),
        ("X12_278_Request_005010X217", visits(), {}, "PayloadTypeIllegal"),
        (CLAIMS, visits(), {"SenderID": "../x"}, "SenderIDIllegal"),
        (batch.CONFIRMATION, b"", {"PayloadID": "nobody's"}, "PayloadIDIllegal"),
        (batch.CONFIRMATION, b"garbage", {}, "PayloadNotUnderstood"),
        (batch.CONFIRMATION, visits(), {}, "PayloadNotUnderstood"),
    ],
)
def test_batch_at_fault_is_told_its_error(
    caller: Caller, kind: str, payload: bytes, more: dict[str, str], error: str
) -> None:
    assert caller.ask(kind, payload, **more).error == error
    caller.desk.work(seconds=20)
    assert caller.collect("999") == []


def test_answers_go_wrong_for_those_who_retrieve_too(tmp_path: Path) -> None:
    faults = Faults(missing_999=1, duplicated_answers=1, partial_answers=5)
    caller = Caller(Desk(tmp_path, NOW, Scenario(faults=faults)))
    caller.ask(CLAIMS, visits())
    caller.desk.work(seconds=20)
    caller.desk.work()
    assert caller.collect("999") == []
    first, second = caller.collect("277CA")
    assert first == second
    assert len(caller.collect("835")) == 1


def test_restart_forgets_neither_batches_nor_what_was_handed_out(caller: Caller) -> None:
    caller.ask(CLAIMS, visits())
    caller.desk.work()
    given = caller.fetch("999")
    caller.desk.restart()
    assert caller.fetch("999") == given
    assert caller.confirm(given.payload_id).error == "Success"
    assert caller.ask(CLAIMS, visits()).payload_type == batch.RECEIPT
    caller.desk.work(seconds=20)
    assert caller.fetch("999").payload == ""


# Over HTTP


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    desk = Desk(tmp_path, NOW)
    server = Counter(
        ("127.0.0.1", 0),
        answer=desk.box.answer,
        answer_batch=desk.box.answer_batch,
        appeal=desk.box.appeal,
        faults=FaultBox(Faults(), tmp_path / "faults.json"),
        now=lambda: NOW,
        secret="secret",
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
    desk.box.close()


def post(counter: Counter, path: str, kind: str, body: bytes) -> httpx.Response:
    url = f"http://127.0.0.1:{counter.server_port}{path}"
    with httpx.Client(trust_env=False) as client:
        return client.post(url, content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("of", [MIME, MTOM])
def test_batch_address_takes_both_forms(counter: Counter, of: str) -> None:
    payload, element = visits(), "COREEnvelopeBatchSubmission"
    said = fields(CLAIMS, payload)
    answer = post(counter, "/batch", *(form(said, payload) if of == MIME else mtom(element, said, payload)))
    told, content = answer_of(answer.headers["Content-Type"], answer.content)
    assert (answer.status_code, told["ErrorCode"], told["PayloadType"]) == (200, "Success", batch.RECEIPT)
    assert content == b""


@pytest.mark.parametrize("path", ["/core", "/realtime"])
def test_real_time_speaks_soap(counter: Counter, path: str) -> None:
    said = fields("X12_270_Request_005010X279A1") | {"ProcessingMode": "RealTime"}
    payload = f"<Payload><![CDATA[{inquiry_270()}]]></Payload>"
    answer = post(counter, path, SOAP, soap("COREEnvelopeRealTimeRequest", said, payload).encode())
    told, content = answer_of(answer.headers["Content-Type"], answer.content)
    assert (told["ErrorCode"], told["ProcessingMode"]) == ("Success", "RealTime")
    assert read(content).transactions[0].kind == "271"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"Password": "wrong"}, "UnAuthorized"),
        ({"UserName": "nobody"}, "UnAuthorized"),
        ({"CORERuleVersion": "4.0.0"}, "VersionMismatch"),
        ({"ProcessingMode": "RealTime"}, "ProcessingModeIllegal"),
        ({"TimeStamp": ""}, "TimeStampRequired"),
    ],
)
def test_soap_envelope_at_fault_is_told_its_error(counter: Counter, more: dict[str, str], error: str) -> None:
    body = soap("COREEnvelopeBatchResultsRetrievalRequest", fields(f"{RESULTS}835") | more).encode()
    answer = post(counter, "/batch", SOAP, body)
    told, _ = answer_of(answer.headers["Content-Type"], answer.content)
    assert (answer.status_code, told["ErrorCode"]) == (200, error)


def test_no_envelope_in_soap_is_a_fault(counter: Counter) -> None:
    answer = post(counter, "/batch", SOAP, b"<!DOCTYPE a><a/>")
    assert (answer.status_code, b"soap:Sender" in answer.content) == (400, True)
    assert post(counter, "/batch", "text/plain", b"").status_code == 400


def test_lines_are_cut_before_and_within_the_answer(counter: Counter) -> None:
    payload = visits()
    body = form(fields(CLAIMS, payload), payload)
    for fault in ("http_cuts_before", "http_cuts_within", "http_cuts"):
        counter.faults = FaultBox(Faults(**{fault: 1}), Path("none"))
        with pytest.raises(httpx.RemoteProtocolError):
            post(counter, "/batch", *body)
    assert post(counter, "/batch", *body).status_code == 200


def test_garbage_is_answered_as_if_all_were_well(counter: Counter) -> None:
    payload = visits()
    body = form(fields(CLAIMS, payload), payload)
    counter.faults = FaultBox(Faults(http_garbage=1), Path("none"))
    answer = post(counter, "/batch", *body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert post(counter, "/batch", *body).headers["Content-Type"].startswith(MIME)
