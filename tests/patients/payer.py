"""A payer at the end of the line: answers 270s with the desk of the payer in a box, or as a test scripts it."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace

from clearinghouse.gateway import Question
from clearinghouse.simulator.eligibility import EligibilityDesk
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import load_plans
from clearinghouse.simulator.pricing import Accumulators
from x12 import eligibility_270_271 as x270
from x12.envelope import read
from x12.levels import Trace, organization, person
from x12.outbound import Address, OutboundGroup, write
from x12.segments import Segment

Reply = Exception | Callable[[Question], bytes]


class Payer:
    """`asked` are the questions in order; each takes the next of `replies`, or the desk's answer."""

    def __init__(self, now: datetime, *replies: Reply) -> None:
        untouched = SimpleNamespace(
            left=lambda plan, *_: Accumulators(plan.deductible, plan.out_of_pocket_maximum)
        )
        self.desk = EligibilityDesk(load_plans(), Register(), untouched)
        self.now = now
        self.asked: list[Question] = []
        self.replies = list(replies)

    def ask(self, _connection, question: Question) -> bytes:
        self.asked.append(question)
        if self.replies:
            reply = self.replies.pop(0)
            if isinstance(reply, Exception):
                raise reply
            return reply(question)
        return envelope(self.desk.answer(read(question.payload).transactions[0], self.now), len(self.asked))


def rejecting(reason: str, follow_up: str) -> Callable[[Question], bytes]:
    """An answer that holds one AAA at the subscriber."""

    def reply(question: Question) -> bytes:
        asked = x270.read_request(read(question.payload).transactions[0])
        about = next(asked.patients())
        answer = x270.EligibilityResponse(
            reference=asked.reference,
            created_on=date(2026, 3, 11),
            created_time="1500",
            payers=(
                x270.AnsweringPayer(
                    source=x270.AnsweringSource(name=about.payer.name),
                    providers=(
                        x270.AnsweredProvider(
                            name=organization("1P", "LAKESIDE", id_qualifier="XX", number="1234567893"),
                            subscribers=(
                                x270.AnsweredSubscriber(
                                    traces=tuple(Trace(kind="2", number=it.number) for it in about.traces),
                                    name=person("IL", "ELLISON", "MARGARET"),
                                    rejections=(
                                        x270.Rejection(valid="N", reason=reason, follow_up=follow_up),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        )
        return envelope(x270.render(answer), int(asked.reference) + 1000)

    return reply


def envelope(body: list[Segment], number: int) -> bytes:
    group = OutboundGroup(
        functional_id="HB", version=x270.VERSION, control_number=number, transactions=[body]
    )
    return write(
        sender=Address(id="CLEARHSE"),
        receiver=Address(id="LAKESIDE01"),
        control_number=number,
        written_at=datetime(2026, 3, 11, 15, 0),
        usage="T",
        groups=[group],
    ).encode()
