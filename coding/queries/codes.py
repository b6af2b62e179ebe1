"""Reads of code sets."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Length

from coding.models import Code, CodeSystem, Diagnosis
from coding.models.codeset import code_words
from coding.rules.lines import bare
from coding.rules.wording import in_full, plural, significant

_RECENT = 5000
_LIKE_A_CODE = re.compile(r"[A-Z]?[0-9][0-9A-Z]{0,6}|[A-Z]")
_PER_PHRASE = 6


def codes_on(*, system: CodeSystem, day: date) -> QuerySet[Code, Code]:
    """The codes of a set that are valid on a day, headings included."""
    return Code.objects.filter(Q(ended_on=None) | Q(ended_on__gte=day), system=system, effective_on__lte=day)


def code_on(*, system: CodeSystem, code: str, day: date) -> Code | None:
    """The code as valid on a day, with or without its dot, `billable` if complete; None when invalid."""
    return codes_on(system=system, day=day).filter(code=bare(code)).first()


def valid_codes(*, system: CodeSystem, codes: Iterable[str], day: date) -> dict[str, Code]:
    """Those of the bare codes that are valid on a day, by code, in one query."""
    return {row.code: row for row in codes_on(system=system, day=day).filter(code__in=list(codes))}


def search_codes(
    *,
    system: CodeSystem,
    words: str,
    day: date,
    billable_only: bool = True,
    limit: int = 20,
    usual: Collection[str] = (),
) -> list[Code]:
    """Codes valid on a day that begin with what was typed, then those in whose words every typed one begins.

    Among the latter the `usual` ones come first, in their order, then those in whose own words what was typed
    stands together; of these the shortest code, of an injury the initial encounter, what begins with the
    typed words, the shortest words. Abbreviations of the trade are read in full ("HTN"). Nothing typed finds
    nothing.
    """
    typed = words.strip()
    if not typed:
        return []
    valid = codes_on(system=system, day=day)
    if billable_only:
        valid = valid.filter(billable=True)
    found: list[Code] = []
    if _LIKE_A_CODE.fullmatch(bare(typed)):
        found = list(valid.filter(code__startswith=bare(typed)).order_by("code")[:limit])
    wanted = _prefixes(in_full(typed))
    if len(found) < limit and wanted:
        named = valid.alias(words=code_words()).filter(
            words=SearchQuery(wanted, config="simple", search_type="raw")
        )
        known = {row.code for row in found}
        if usual:
            often = {row.code: row for row in named.filter(code__in=list(usual))}
            found += [often[code] for code in usual if code in often and code not in known]
        known = {row.code for row in found}
        others = named.order_by(*_nearest(in_full(typed)))[: limit + len(known)]
        found += [row for row in others if row.code not in known]
    return found[:limit]


def codes_for_phrases(*, system: CodeSystem, phrases: Sequence[str], day: date) -> list[tuple[int, Code]]:
    """Billable codes whose words hold all those of a phrase, for many phrases in one statement.

    Each phrase brings its few shortest; the number with a code is the phrase's place in the list.
    """
    asked = [_either_number(phrase) for phrase in phrases]
    if not any(asked):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FOR_PHRASES, {"phrases": asked, "system": system, "day": day, "most": _PER_PHRASE})
        rows = cursor.fetchall()
    return [
        (place - 1, Code(pk=pk, system=system, code=code, description=description, also_called=others))
        for place, pk, code, description, others in rows
    ]


_FOR_PHRASES = """
    SELECT phrase.place, found.id, found.code, found.description, found.also_called
    FROM unnest(%(phrases)s::text[]) WITH ORDINALITY AS phrase (asked, place)
    CROSS JOIN LATERAL (
        SELECT id, code, description, also_called
        FROM coding_code
        WHERE phrase.asked <> '' AND system = %(system)s AND billable
            AND effective_on <= %(day)s AND (ended_on IS NULL OR ended_on >= %(day)s)
            AND to_tsvector('simple'::regconfig,
                    COALESCE(description, '') || ' ' || COALESCE(also_called, ''))
                @@ to_tsquery('simple'::regconfig, phrase.asked)
        ORDER BY length(code), length(description), code
        LIMIT %(most)s
    ) AS found
    ORDER BY phrase.place
"""


def usual_diagnoses(*, practices: Collection[int]) -> list[str]:
    """The diagnoses these practices code most, by their last few thousand; the most frequent first."""
    latest = Diagnosis.objects.of(practices).order_by("-pk").values("pk")[:_RECENT]
    counted = Diagnosis.objects.filter(pk__in=latest).values("code").annotate(times=Count("pk"))
    return list(counted.order_by("-times", "code").values_list("code", flat=True)[:200])


def codes_under(code: Code) -> QuerySet[Code, Code]:
    """The more specific codes under a heading that share its span, in order."""
    under = Code.objects.filter(system=code.system, code__startswith=code.code).exclude(code=code.code)
    return under.filter(Q(ended_on=None) | Q(ended_on__gte=code.effective_on)).order_by(
        "code", "effective_on"
    )


def _nearest(words: str) -> tuple[Case | Length | str, ...]:
    """The order of what was found by words, the likeliest first."""
    together = Case(
        When(description__iregex=rf"\m{re.escape(words)}\M", then=Value(0)),
        When(description__icontains=words, then=Value(1)),
        default=Value(2),
    )
    # The seventh character of an injury: the initial encounter first, of a closed fracture, sequela last.
    encounter = Case(
        When(code__regex="^.{6}A$", then=Value(0)),
        When(code__regex="^.{6}[D-R]$", then=Value(2)),
        When(code__regex="^.{6}S$", then=Value(3)),
        default=Value(1),
    )
    begins = Case(When(description__istartswith=words, then=Value(0)), default=Value(1))
    return together, Length("code"), encounter, begins, Length("description"), "code"


def _either_number(words: str) -> str:
    """A tsquery that wants every word, in its singular or its plural."""
    return " & ".join(f"({word} | {plural(word)})" for word in significant(words))


def _prefixes(words: str) -> str:
    """A tsquery that wants every word, or a word that begins so."""
    return " & ".join(f"{word}:*" for word in significant(words))
