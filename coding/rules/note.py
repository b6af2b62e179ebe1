"""Which codes a note's own words support, and where in the note those words stand. Pure text, no judgment.

A code is supported when the words of its description, or of one of its other names, stand together in one
sentence of the note, and none of them is denied there ("no chest pain"). Words in parentheses and words such
as "unspecified" need not stand there: ICD-10-CM calls them nonessential.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from coding.rules.wording import SYNONYMS, is_filler, singular

MOST_SUGGESTIONS = 8

_TOKEN = re.compile(r"[A-Za-z0-9]+|[.;:,\n]")
_END = re.compile(r"[.;](?!\d)|\n")
_SECTION = re.compile(r"^\s*(s|subjective|o|objective|a|assessment|impression|p|plan)\s*:", re.IGNORECASE)
_DENYING = frozenset({"no", "not", "denies", "denied", "without", "never", "negative", "absent"})
_DENYING_BACKWARDS = frozenset({"denied", "negative", "absent"})
_ASSERTING = frozenset({"but", "however", "except"})
_NONESSENTIAL = frozenset(
    re.findall(
        r"\w+",
        "unspecified other specified mellitus encounter initial nos nec organism site classified elsewhere "
        "primary condition disease disorder",
    )
)
_TOO_COMMON = frozenset(
    re.findall(
        r"\w+",
        "pain problem history examination test visit normal screening injury finding acute chronic right left"
        " both type stage mild severe upper lower back knee hip hand foot arm leg neck head chest shoulder"
        " ankle wrist elbow finger skin blood heart joint fracture disease disorder syndrome infection",
    )
)
_PARENTHESES = re.compile(r"\([^)]*\)|\[[^]]*\]")
_LONGEST_PHRASE = 3
_SHORTEST_ALONE = 4
_NEARLY = 0.75

Rank = tuple[bool, int, int]
"""Stands outside the assessment, words that are missing, words that are there (negative): less is better."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a note or a description: singular, in small letters, and where it stands."""

    text: str
    start: int
    end: int
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """The significant words of one sentence, and the part of the note it is in: s, o, a, p, or empty."""

    part: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its words, as the code set has it."""

    code: str
    description: str
    also_called: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that the note supports, with the places (start, end) of the words that do."""

    code: str
    description: str
    evidence: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the note, and the codes that its words support."""

    text: str
    codes: tuple[str, ...] = ()


def phrases_of(note: str) -> list[str]:
    """What to look for in the code set: the asserted words of the note, alone and beside each other.

    The plan is left out: it says what will be done, not what was found.
    """
    found: dict[str, None] = {}
    for sentence in sentences(note):
        words = [word.text for word in sentence.words if not word.denied]
        if sentence.part == "p":
            continue
        shortest = 1 if sentence.part in ("a", "") else 2
        for size in range(shortest, _LONGEST_PHRASE + 1):
            for first in range(len(words) - size + 1):
                if size > 1 or _may_stand_alone(words[first]):
                    found[" ".join(words[first : first + size])] = None
    return list(found)


def suggest(note: str, candidates: Iterable[Named], *, chosen: Sequence[str] = ()) -> list[Suggestion]:
    """The candidates that the note supports and nobody has chosen: those of the assessment first, as it goes.

    A code whose evidence is only part of another's is left out: the fuller words win.
    """
    read = [sentence for sentence in sentences(note) if sentence.part != "p"]
    judged = [
        (rank, support)
        for candidate in {each.code: each for each in candidates}.values()
        if (found := _support(candidate, read)) is not None
        for rank, support in [found]
    ]
    judged.sort(key=lambda pair: (pair[0], pair[1].code))
    kept: list[tuple[Rank, Suggestion]] = []
    for rank, support in judged:
        places = set(support.evidence)
        if not any(places <= set(other.evidence) for _, other in kept):
            kept = [pair for pair in kept if not set(pair[1].evidence) < places]
            kept.append((rank, support))
    kept.sort(key=lambda pair: (pair[0][0], pair[1].evidence))
    return [support for _, support in kept if support.code not in chosen][:MOST_SUGGESTIONS]


def _may_stand_alone(word: str) -> bool:
    """Whether a single word is worth a search: sides, numbers and parts of the body find too much."""
    return len(word) >= _SHORTEST_ALONE and word not in _TOO_COMMON


def evidence_for(note: str, code: Named) -> Suggestion | None:
    """Where the note supports one particular code; None where it does not."""
    found = _support(code, [each for each in sentences(note) if each.part != "p"])
    return found[1] if found else None


def stretches(note: str, supports: Iterable[Suggestion]) -> list[Stretch]:
    """The whole note in pieces, each with the codes its words support; joined they are the note."""
    pieces: list[Stretch] = []
    done = 0
    for start, end, codes in _marked(note, supports):
        if note[done:start]:
            pieces.append(Stretch(note[done:start]))
        pieces.append(Stretch(note[start:end], codes))
        done = end
    if note[done:]:
        pieces.append(Stretch(note[done:]))
    return pieces


def _marked(note: str, supports: Iterable[Suggestion]) -> list[tuple[int, int, tuple[str, ...]]]:
    """The places of evidence with their codes, none overlapping; neighbors of the same codes are one."""
    at: dict[tuple[int, int], dict[str, None]] = {}
    for support in supports:
        for place in support.evidence:
            at.setdefault(place, {})[support.code] = None
    marked: list[tuple[int, int, tuple[str, ...]]] = []
    for (start, end), named in sorted(at.items()):
        codes = tuple(named)
        last = marked[-1] if marked else (0, 0, ())
        if start < last[1]:
            continue
        if last[2] == codes and not note[last[1] : start].strip(" -"):
            marked[-1] = (last[0], end, codes)
        else:
            marked.append((start, end, codes))
    return marked


def sentences(note: str) -> list[Sentence]:
    """The note's sentences with their significant words."""
    found: list[Sentence] = []
    part, start = "", 0
    for line in note.splitlines(keepends=True):
        begins = _SECTION.match(line)
        skip = 0
        if begins:
            part, skip = begins.group(1)[0].lower().replace("i", "a"), begins.end()
        found += [Sentence(part, words) for words in _read(line[skip:], start + skip)]
        start += len(line)
    return found


def _read(text: str, offset: int) -> Iterator[tuple[Word, ...]]:
    """The words of each sentence that has some, abbreviations in full."""
    for start, end in _spans(text):
        if words := _asserted_and_denied(text[start:end], offset + start):
            yield tuple(_named_in_full(words))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends. A period inside a number ends nothing."""
    start = 0
    for mark in _END.finditer(text):
        yield start, mark.start()
        start = mark.end()
    yield start, len(text)


def _asserted_and_denied(text: str, offset: int) -> list[Word]:
    """A denial holds to the sentence's end or to a "but"; one that may follow ("cough denied") also holds
    backwards."""
    denied = False
    words: list[Word] = []
    for token in _TOKEN.finditer(text):
        small = token.group().lower()
        if small in _DENYING or small in _ASSERTING:
            denied = small in _DENYING
            if small in _DENYING_BACKWARDS:
                words = [replace(word, denied=True) for word in words]
        elif small.isalnum() and not is_filler(small):
            words.append(Word(singular(small), token.start() + offset, token.end() + offset, denied))
    return words


def _named_in_full(words: list[Word]) -> Iterator[Word]:
    """The words, an abbreviation or everyday name standing for the code set's words in the same place."""
    at = 0
    while at < len(words):
        taken, full = _synonym_at(words, at)
        if not taken:
            yield words[at]
            at += 1
            continue
        first, last = words[at], words[at + taken - 1]
        for text in full:
            yield Word(text, first.start, last.end, first.denied)
        at += taken


def _synonym_at(words: list[Word], at: int) -> tuple[int, tuple[str, ...]]:
    for short, full in _synonyms().get(words[at].text, ()):
        if tuple(word.text for word in words[at : at + len(short)]) == short:
            return len(short), full
    return 0, ()


@cache
def _synonyms() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """By the first word, the longest first."""
    table: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for short, full in sorted(SYNONYMS.items(), key=lambda pair: -len(pair[0])):
        key, words = (tuple(_plain(text)) for text in (short, full))
        table.setdefault(key[0], []).append((key, words))
    return table


def _plain(text: str) -> list[str]:
    return [singular(word) for word in re.findall(r"[a-z0-9]+", text.lower()) if not is_filler(word)]


def _support(named: Named, read: Sequence[Sentence]) -> tuple[Rank, Suggestion] | None:
    """How well a code is supported, and by what: by its best name in its best sentence."""
    best: tuple[Rank, Suggestion] | None = None
    names = [named.description, *filter(None, named.also_called.split("; "))]
    for wanted in {needed_words(name) for name in names}:
        for sentence in read:
            found = [word for word in sentence.words if word.text in wanted and not word.denied]
            matched = {word.text for word in found}
            if not _is_enough(wanted, matched, sentence.part, named.code):
                continue
            spots = tuple(sorted({(word.start, word.end) for word in found}))
            assessed = sentence.part in ("a", "")
            rank = (not assessed, len(wanted) - len(matched), -len(matched))
            if best is None or rank < best[0]:
                best = rank, Suggestion(named.code, named.description, spots)
    return best


def _is_enough(wanted: frozenset[str], matched: set[str], part: str, code: str) -> bool:
    if not wanted or len(matched) < len(wanted) * _NEARLY:
        return False
    if len(matched) < len(wanted):
        return len(matched) >= 3
    if len(wanted) > 1:
        return True
    return not wanted & _TOO_COMMON and (part in ("a", "") or code.startswith("R"))


@cache
def needed_words(name: str) -> frozenset[str]:
    """The words of a description that a note must have: no nonessential ones, and none that it denies."""
    words: set[str] = set()
    denied = False
    for token in _TOKEN.finditer(_PARENTHESES.sub(" ", name)):
        small = token.group().lower()
        if small in _DENYING:
            denied = True
        elif small in ",;:." or small in {"with", "and"}:
            denied = False
        elif not denied and not is_filler(small) and singular(small) not in _NONESSENTIAL:
            words.add(singular(small))
    return frozenset(words)
