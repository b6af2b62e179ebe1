"""Good claims to damage: one professional and one institutional transaction, and how they are sent and changed."""

from dataclasses import dataclass
from typing import Any

from x12.envelope import read
from x12.errors import Finding
from x12.judging import validate

PROFESSIONAL = """
ST*837*0001*005010X222A1
BHT*0019*00*B1*20260311*0915*CH
NM1*41*2*LAKESIDE CLINIC*****46*LAKESIDE01
PER*IC*OFFICE*TE*5125550100
NM1*40*2*CLEARINGHOUSE*****46*CLEARHSE
HL*1**20*1
PRV*BI*PXC*207Q00000X
NM1*85*2*LAKESIDE CLINIC*****XX*1234567893
N3*100 MAIN STREET
N4*AUSTIN*TX*787011234
REF*EI*741234567
PER*IC*BILLING*TE*5125550100*EX*17
NM1*87*2
N3*PO BOX 7
N4*AUSTIN*TX*787011235
HL*2*1*22*0
SBR*P*18*******MB
NM1*IL*1*ELLISON*MARGARET*R***MI*1EG4TE5MK73
N3*22 OAK LANE
N4*AUSTIN*TX*78704
DMG*D8*19500514*F
NM1*PR*2*MEDICARE PART B*****PI*04412
N3*1 PLAN WAY
N4*AUSTIN*TX*78701
CLM*A1*270***11:B:1*Y*A*Y*Y
REF*EA*MRN1
HI*ABK:I10*ABF:R002
NM1*82*1*NGUYEN*LINH****XX*1334455668
PRV*PE*PXC*207Q00000X
LX*1
SV1*HC:99214:25*210*UN*1***1:2
DTP*472*D8*20260310
REF*6R*A1L1
LX*2
SV1*HC:93000*60*UN*1***2
DTP*472*D8*20260310
REF*6R*A1L2
HL*3*1*22*1
SBR*S**GRP1******CI
NM1*IL*1*ORTEGA*DANIEL****MI*BPK900
NM1*PR*2*BLUEPEAK*****PI*BPK01
HL*4*3*23*0
PAT*19
NM1*QC*1*ORTEGA*SOFIA
N3*1 ELM STREET
N4*AUSTIN*TX*78705
DMG*D8*20150822*F
CLM*B1*410***21:B:7*Y*A*Y*Y**AA:::TX
DTP*439*D8*20260401
DTP*435*D8*20260401
DTP*096*D8*20260403
PWK*OZ*EL***AC*ATT1
AMT*F5*30
REF*G1*AUTH1
REF*F8*ICN1
NTE*ADD*CORRECTED
HI*ABK:S060X0A*ABF:R51
NM1*DN*1*REFERRER*ANN****XX*1987654328
NM1*77*2*SOUTH HOSPITAL*****XX*1555123458
N3*2 SIDE STREET
N4*AUSTIN*TX*787011236
SBR*P*19*GRP2******CI
AMT*D*300
OI***Y*P**Y
NM1*IL*1*ORTEGA*ROSA****MI*FP77
N3*1 ELM STREET
N4*AUSTIN*TX*78705
NM1*PR*2*FIRST PLAN*****PI*FP1
LX*1
SV1*HC:12001*410*UN*1***1
DTP*472*RD8*20260401-20260403
REF*6R*B1L1
LIN**N4*00409123401
CTP****2*ML
NM1*82*1*OTHER*BO****XX*1444555662
SVD*FP1*300*HC:12001**1
CAS*CO*45*100
CAS*PR*1*10
DTP*573*D8*20260420
SE*80*0001
"""

INSTITUTIONAL = """
ST*837*0001*005010X223A2
BHT*0019*00*B1*20260311*0915*CH
NM1*41*2*LAKESIDE HOSPITAL*****46*LAKESIDE01
PER*IC*OFFICE*TE*5125550100
NM1*40*2*CLEARINGHOUSE*****46*CLEARHSE
HL*1**20*1
PRV*BI*PXC*282N00000X
NM1*85*2*LAKESIDE HOSPITAL*****XX*1234567893
N3*100 MAIN STREET
N4*AUSTIN*TX*787011234
REF*EI*741234567
HL*2*1*22*0
SBR*P*18*******CI
NM1*IL*1*ELLISON*MARGARET*R***MI*M1
N3*22 OAK LANE
N4*AUSTIN*TX*78704
DMG*D8*19500514*F
NM1*PR*2*BLUEPEAK*****PI*BPK01
CLM*A1*5000***11:A:1**A*Y*Y
DTP*096*TM*1130
DTP*434*RD8*20260301-20260305
DTP*435*DT*202603010900
CL1*1*1*01
REF*EA*MRN1
HI*ABK:I214:::::::Y
HI*ABJ:R079
HI*DR:280
HI*ABF:E119:::::::Y*ABF:I10:::::::Y
HI*BBR:02703DZ:D8:20260302
HI*BBQ:4A023N7:D8:20260302
HI*BI:74:RD8:20260303-20260304
HI*BH:11:D8:20260301*BH:A1:D8:19500514
HI*BE:80:::4*BE:A2:::15.31
HI*BG:C1*BG:09
NM1*71*1*JONES*ANN****XX*1334455668
PRV*AT*PXC*207R00000X
NM1*72*1*CUTTER*BO****XX*1987654328
LX*1
SV2*0120**4000*DA*4
LX*2
SV2*0360**1000*UN*1
HL*3*1*22*1
SBR*S**GRP1******CI
NM1*IL*1*ORTEGA*DANIEL****MI*BPK900
NM1*PR*2*BLUEPEAK*****PI*BPK01
HL*4*3*23*0
PAT*19
NM1*QC*1*ORTEGA*SOFIA
N3*1 ELM STREET
N4*AUSTIN*TX*78705
DMG*D8*20150822*F
CLM*B1*410***13:A:7**A*Y*Y
DTP*434*RD8*20260401-20260401
CL1*1*1*01
AMT*F3*30
REF*F8*ICN1
HI*ABK:S060X0A
HI*APR:R51
NM1*71*1*JONES*ANN****XX*1334455668
SBR*P*19*GRP2******CI
AMT*D*300
OI***Y***Y
MOA***MA01
NM1*IL*1*ORTEGA*ROSA****MI*FP77
NM1*PR*2*FIRST PLAN*****PI*FP1
DTP*573*D8*20260420
LX*1
SV2*0450*HC:99283*410*UN*1
DTP*472*D8*20260401
REF*6R*B1L1
LIN**N4*00409123401
CTP****2*ML
SVD*FP1*300*HC:99283*0450*1
CAS*CO*45*110
DTP*573*D8*20260420
SE*76*0001
"""


GROUPS = {
    "837": "HC",
    "835": "HP",
    "270": "HS",
    "271": "HB",
    "276": "HR",
    "277": "HN",
    "999": "FA",
}


@dataclass(frozen=True)
class Text:
    """A transaction as lines, to be changed and sent. `at` counts as positions do, from ST = 1."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Text":
        return cls(tuple(text.split("\n")[1:-1]))

    def at(self, begins: str, occurrence: int = 1) -> int:
        """The position of the n-th segment that begins with these characters."""
        found = [n for n, line in enumerate(self.lines, 1) if line.startswith(begins)]
        return found[occurrence - 1]

    def where(self, begins: str) -> int:
        """The position of a segment; `#2` after its beginning means the second that begins so."""
        begins, _, occurrence = begins.partition("#")
        return self.at(begins, int(occurrence or 1))

    def drop(self, begins: str, occurrence: int = 1, count: int = 1) -> "Text":
        n = self.at(begins, occurrence) - 1
        return Text(self.lines[:n] + self.lines[n + count :])

    def put(self, begins: str, new: str, occurrence: int = 1) -> "Text":
        """Another segment instead."""
        n = self.at(begins, occurrence) - 1
        return Text((*self.lines[:n], new, *self.lines[n + 1 :]))

    def add(self, begins: str, new: str, occurrence: int = 1) -> "Text":
        """Segments after one, separated by line ends."""
        n = self.at(begins, occurrence)
        return Text((*self.lines[:n], *new.split("\n"), *self.lines[n:]))

    def swap(self, begins: str, occurrence: int = 1) -> "Text":
        """A segment and the next the other way round."""
        n = self.at(begins, occurrence) - 1
        return Text((*self.lines[:n], self.lines[n + 1], self.lines[n], *self.lines[n + 2 :]))

    def sent(self) -> str:
        """The whole interchange, counts right."""
        body = (*self.lines[:-1], f"SE*{len(self.lines)}*0001")
        _, code, _, version = (*self.lines[0].split("*"), "005010X221A1")[:4]
        isa = "ISA*00*          *00*          *ZZ*LAKESIDE01     *ZZ*CLEARHSE       *260311*0915*^*00501*000000001*0*T*:"
        gs = f"GS*{GROUPS[code]}*LAKESIDE01*CLEARHSE*20260311*0915*1*X*{version}"
        return "~".join((isa, gs, *body, "GE*1*1", "IEA*1*000000001", ""))

    def findings(self, **options: Any) -> tuple[Finding, ...]:
        """What is found in it, warnings too."""
        return validate(read(self.sent()), **options)


PRO = Text.of(PROFESSIONAL)
INST = Text.of(INSTITUTIONAL)
