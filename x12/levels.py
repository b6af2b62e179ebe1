"""Records of the transactions built of HL levels (270, 271, 276, 277, 277CA): names, traces, dates."""

from datetime import date

from x12.convert import day, shown_day
from x12.loops import el, record
from x12.records import ORGANIZATION, PERSON, Name


@record
class EntityName(Name):
    """NM1 with NM101, the part its bearer plays: PR payer, 41 receiver, 1P provider, IL subscriber.

    `relation` is NM110, which only the 271 has: how a related entity stands to the patient (01 parent, 48
    employee).
    """

    entity: str = el(1)
    relation: str = el(10)

    @property
    def full(self) -> str:
        """First, middle, last name and suffix, as people read them; an organization's name as it stands."""
        return " ".join(part for part in (self.first, self.middle, self.last, self.suffix) if part)


def organization(entity: str, name: str, *, id_qualifier: str, number: str) -> EntityName:
    """The NM1 of an organization. `id_qualifier` PI payer id, XX NPI, 46 submitter id, FI tax id."""
    return EntityName(entity=entity, kind=ORGANIZATION, last=name, id_qualifier=id_qualifier, id=number)


def person(
    entity: str, last: str, first: str, *, middle: str = "", suffix: str = "", member_id: str = ""
) -> EntityName:
    """The NM1 of a person, with the member id under MI where there is one."""
    qualifier = "MI" if member_id else ""
    return EntityName(
        entity=entity,
        kind=PERSON,
        last=last,
        first=first,
        middle=middle,
        suffix=suffix,
        id_qualifier=qualifier,
        id=member_id,
    )


@record
class Trace:
    """TRN: `kind` 1 is a new number, 2 one given back; `originator` is TRN03, ten characters."""

    kind: str = el(1, default="1")
    number: str = el(2)
    originator: str = el(3)
    subdivision: str = el(4)


@record
class DateSpan:
    """DTP: a day (D8) or a range of days (RD8) under its DTP01 qualifier, as text; see `first` and `last`."""

    qualifier: str = el(1)
    format: str = el(2, default="D8")
    period: str = el(3)

    @property
    def first(self) -> date | None:
        """The day, or the first day of the range; None when the text is no date."""
        return _day(self.period.split("-")[0])

    @property
    def last(self) -> date | None:
        """The last day of the range, or the day itself; None when the text is no date."""
        return _day(self.period.split("-")[-1])


def span(qualifier: str, first: date, last: date | None = None) -> DateSpan:
    """A DTP of one day, or of a range when `last` is given."""
    if last is None:
        return DateSpan(qualifier=qualifier, format="D8", period=shown_day(first))
    return DateSpan(qualifier=qualifier, format="RD8", period=f"{shown_day(first)}-{shown_day(last)}")


def _day(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None
