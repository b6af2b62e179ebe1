"""Whatever can be said in a typed acknowledgment, status or eligibility document comes back from its text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.x12.examples import golden
from tests.x12.inquiries import claim_acknowledgment, eligibility_request, posted, reread, status_request
from x12 import ack_999, claim_ack_277ca, eligibility_270_271, status_276_277
from x12.envelope import read
from x12.errors import Finding

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
WORKED = {"277CA": claim_acknowledgment, "276": status_request, "270": eligibility_request}


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORKED)
@MANY
@given(st.data())
def test_segments_nobody_knows_stay_where_they_were(kind, data):
    lines = posted(kind, WORKED[kind]()).split("~")
    for _ in range(data.draw(st.integers(1, 4))):
        lines.insert(data.draw(st.integers(3, len(lines) - 4)), "ZZ9*UNKNOWN")
    (found,) = read("~".join(lines)).transactions
    module = {"277CA": claim_ack_277ca, "276": status_276_277, "270": eligibility_270_271}[kind]

    document = module.read(found)

    assert module.render(document) == list(found.segments)
    assert document.findings


@pytest.mark.slow
@MANY
@given(
    st.lists(
        st.builds(
            Finding,
            st.sampled_from(["bad_value", "missing_segment", "unread_segment", "segment_count", "odd"]),
            st.just(""),
            st.sampled_from(["CLM", "NM1", "DTP"]),
            st.integers(0, 60),
            st.integers(0, 9),
        ),
        max_size=8,
    )
)
def test_any_findings_make_a_999_that_comes_back_and_adds_up(findings):
    (interchange,) = read(golden("medicare.837")).interchanges

    ack = ack_999.acknowledge(interchange.groups[0], control_number="0001", findings={"0001": findings})

    assert reread("999", ack) == ack
    assert ack.accepted_count == sum(response.accepted for response in ack.transactions)
    assert ack.accepted == (ack.accepted_count == ack.received)
    assert ack.accepted == all(finding.code == "unread_segment" for finding in findings)
