"""What the note of a visit supports."""

from dataclasses import dataclass
from datetime import date

from coding.models import Code, CodeSystem, Encounter
from coding.queries.codes import codes_for_phrases, valid_codes
from coding.rules.lines import dotted
from coding.rules.note import Named, Stretch, Suggestion, evidence_for, phrases_of, stretches, suggest


@dataclass(frozen=True, slots=True)
class Supported:
    """One suggested code with the note's own words for it."""

    code: str
    description: str
    quotes: list[str]

    @property
    def shown(self) -> str:
        """The code with its dot."""
        return dotted(self.code)

    @property
    def quoted(self) -> str:
        """The note's words in quotation marks."""
        return " ".join(
            f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}" for words in self.quotes
        )


@dataclass(frozen=True, slots=True)
class ReadNote:
    """The note in pieces with the codes each supports, and the codes nobody has chosen yet."""

    pieces: list[Stretch]
    suggestions: list[Supported]


def read_note(*, note: str, day: date, chosen: tuple[str, ...]) -> ReadNote:
    """The note read for codes, in two statements whatever its length."""
    icd = CodeSystem.ICD10CM
    found = codes_for_phrases(system=icd, phrases=phrases_of(note), day=day)
    suggested = suggest(note, [_named(row) for _, row in found], chosen=chosen)
    rows = valid_codes(system=icd, codes=chosen, day=day)
    standing = [evidence_for(note, _named(rows[code])) for code in chosen if code in rows]
    marked: list[Suggestion] = [*filter(None, standing), *suggested]
    return ReadNote(
        pieces=stretches(note, marked),
        suggestions=[
            Supported(each.code, each.description, _quotes(note, each.evidence)) for each in suggested
        ],
    )


def read_encounter(encounter: Encounter, chosen: tuple[str, ...]) -> ReadNote:
    """`read_note` of a visit, by the codes valid on its day."""
    return read_note(note=encounter.note, day=encounter.service_date, chosen=chosen)


def _named(row: Code) -> Named:
    return Named(row.code, row.description, row.also_called)


def _quotes(note: str, evidence: tuple[tuple[int, int], ...]) -> list[str]:
    """The words of evidence, those that stand beside each other as one quotation."""
    spans: list[tuple[int, int]] = []
    for start, end in evidence:
        if spans and note[spans[-1][1] : start].strip(" -") == "":
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [note[start:end] for start, end in spans]
