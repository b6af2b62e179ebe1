"""Codes and numbers that others give out: what they look like, and the lists short enough to know (SNIP 5).

A shape has a `pattern` that holds for what is certainly good; whatever else is asked of `is_good`, which may
look at the whole segment (a ZIP code is one only in the United States).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from x12.codes import valid

Elements = Sequence[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """`told` says what it should be; `status` is the claim status code of a 277CA for it, `checked` whether a
    value that fits the pattern must still be asked about, `severity` that of its finding.
    """

    pattern: str
    told: str
    status: str
    is_good: Callable[[str, Elements], bool]
    checked: bool = False
    severity: str = "error"


def _matching(pattern: str, told: str, status: str) -> Shape:
    match = re.compile(pattern).fullmatch
    return Shape(pattern, told, status, lambda value, _: match(value) is not None)


def _listed(codes: str, told: str, status: str) -> Shape:
    known = frozenset(codes.split())
    pattern = "|".join(sorted(known))
    return Shape(pattern, told, status, lambda value, _: value in known)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def is_npi(text: str) -> bool:
    """Whether ten digits are a National Provider Identifier: they begin with 1 or 2 and their check digit is
    right (Luhn over the number with 80840 before it).
    """
    if not re.fullmatch(r"[12][0-9]{9}", text):
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in text[-2::-2]]
    return (24 + sum(doubled) + sum(int(digit) for digit in text[-1::-2])) % 10 == 0


STATES: Final = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC "
    "ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS FM GU MH MP PR PW VI UM AA AE AP AB BC MB NB NL "
    "NS NT NU ON PE QC SK YT"
)
_STATES: Final = _words(STATES)

PLACES_OF_SERVICE: Final = (
    "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 31 32 33 34 41 42 49 "
    "50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99"
)

COUNTRIES: Final = _words(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES "
    "ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE "
    "IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY "
    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU "
    "NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM "
    "SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE "
    "VG VI VN VU WF WS YE YT ZA ZM ZW"
)

CURRENCIES: Final = _words(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF "
    "YER ZAR ZMW ZWG"
)


def _is_state(value: str, elements: Elements) -> bool:
    country = elements[4] if elements[0] == "N4" and len(elements) > 4 else ""
    return value in _STATES or country not in ("", "US", "CA")


def _is_zip(value: str, elements: Elements) -> bool:
    country = elements[4] if elements[0] == "N4" and len(elements) > 4 else ""
    return country not in ("", "US") or re.fullmatch(r"\d{5}(\d{4})?", value) is not None


SHAPES: Final[dict[str, Shape]] = {
    "npi": Shape(r"[12]\d{9}", "is no NPI", "562", lambda value, _: is_npi(value), checked=True),
    "state": Shape("|".join(sorted(_STATES)), "is no state or province", "501", _is_state),
    "zip": Shape(r"\d{5}(?:\d{4})?", "is no ZIP code", "500", _is_zip),
    "country": Shape("US|CA|MX", "is no country", "21", lambda value, _: value in COUNTRIES),
    "currency": Shape("USD", "is no currency", "21", lambda value, _: value in CURRENCIES),
    "pos": _listed(PLACES_OF_SERVICE, "is no place of service", "249"),
    "taxonomy": _matching(r"[0-9]{3}[0-9A-Z]{6}[A-Z]", "is no taxonomy code", "145"),
    "modifier": _matching(r"[0-9A-Z]{2}", "is no modifier", "453"),
    "clia": _matching(r"\d{2}D\d{7}", "is no CLIA number", "21"),
    "ssn": _matching(r"\d{9}", "is no social security number", "21"),
    "nine": _matching(r"\d{9}", "is not nine digits", "128"),
    "carc": Shape(
        r"[0-9A-Z]{1,5}", "is no adjustment reason", "21", lambda value, _: valid("CARC", value), checked=True
    ),
    "rarc": Shape(
        r"[0-9A-Z]{2,5}", "is no remark code", "21", lambda value, _: valid("RARC", value), checked=True
    ),
    "frequency": _listed("1 7 8", "is no claim frequency of a professional claim", "535"),
    "revenue": _matching(r"\d{4}", "is no revenue code", "455"),
}
"""By the name a guide calls them, `R~npi`."""
