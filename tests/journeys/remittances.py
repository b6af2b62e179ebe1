"""The 835 of domain.md 11.4, case 2: two children's lines, a reversal with its correction, and interest."""

from dataclasses import dataclass

from tests.billing.scenario import Visit, billed_visit, taken_in, text_835

TRACE = "BPK20260420991"
BODY = (
    "CLP*26040077A*1*410*81*134*12*BPK26094000111*11*1~NM1*QC*1*ORTEGA*SOFIA~"
    "SVC*HC:99213:25*150*65**1~DTM*472*20260310~CAS*CO*45*55~CAS*PR*3*30~REF*6R*26040077A1~AMT*B6*95~"
    "SVC*HC:12001*260*16**1~DTM*472*20260310~CAS*CO*45*140~CAS*PR*1*100**2*4~REF*6R*26040077A2~AMT*B6*120~"
    "CLP*26010015A*22*-150*-90*-20*12*BPK26020000777*11*1~NM1*QC*1*HALL*PETER~"
    "SVC*HC:99213*-150*-90**1~DTM*472*20260310~CAS*CO*45*-40~CAS*PR*3*-20~REF*6R*26010015A1~"
    "CLP*26010015A*1*150*60*50*12*BPK26107000888*11*7~NM1*QC*1*HALL*PETER~"
    "SVC*HC:99213*150*60**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20**1*30~REF*6R*26010015A1~AMT*B6*110~"
    "CLP*26050031A*1*900*0**12*BPK26127004560*11*1~NM1*QC*1*DOE*PAT~"
    "SVC*HC:64483:RT*900*0**1~DTM*472*20260310~CAS*CO*197*900~REF*6R*26050031A1~"
    "PLB*1234567893*20261231*L6:BPK26107000888*-1.25~"
)
EARLIER = (
    "CLP*26010015A*1*150*90*20*12*BPK26020000777*11*1~NM1*QC*1*HALL*PETER~"
    "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~REF*6R*26010015A1~AMT*B6*110~"
)


@dataclass(frozen=True)
class Scene:
    """The visits that the 835 is about; Hall's had been decided before."""

    child: Visit
    hall: Visit
    refused: Visit

    def is_as_paid(self) -> bool:
        """Whether the 835 moved its money exactly once."""
        paid = [visit.owners().get("paid") for visit in (self.child, self.hall, self.refused)]
        return [str(amount) for amount in paid] == ["81.00", "60.00", "None"]


def scene(practice) -> Scene:
    """Three billed visits, one of them paid by an earlier 835."""
    child = billed_visit(practice, number="26040077A", lines=[("99213:25", "150"), ("12001", "260")])
    hall = billed_visit(practice, number="26010015A", lines=[("99213", "150")])
    refused = billed_visit(practice, number="26050031A", lines=[("64483:RT", "900")])
    earlier = taken_in(practice, text_835(EARLIER, paid="90", trace="BPK20260301001"))
    assert (earlier.status, earlier.reasons) == ("posted", [])
    return Scene(child, hall, refused)


def whole_835() -> str:
    """The file, under a control number of its own each time."""
    return text_835(BODY, paid="52.25", trace=TRACE)
