"""Broken files in any number: nothing that comes over the wire may crash, hang or fill the memory.

    python -m benchmarks.mutants --count 1000000 [--start N] [--keep DIRECTORY]

Mutant number n is always the same: its seed file and what is done to it are drawn from n alone, so a run can
be stopped and gone on with (`--start`), and a failure is named by its number. Every mutant is read, streamed,
made a typed document, rendered, judged, answered, explained and inspected. Wrong are: any exception outside
`X12Error`, a segment lost, more than 2 s of processor time per 100 kB (of 100 kB for what is smaller), and a
process that grows by more than 300 MB.
"""

import argparse
import contextlib
import io
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from x12 import ack_999, claim_837, claim_837i, documents, remittance_835, streaming
from x12.commands.inspecting import described, objections
from x12.commands.telling import lines
from x12.envelope import Mail, Transaction, kind_of, read
from x12.errors import X12Error
from x12.explain import envelope_of, explain

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT.parent / "shared" / "x12-samples"
GOLDEN = ROOT / "tests" / "x12" / "golden"
LARGEST_SEED = 40_000
SECONDS_PER_100_KB = 2.0
MOST_GROWTH = 300 * 2**20
_AT = datetime(2026, 3, 11, 9, 0)  # noqa: DTZ001 - written as it stands
_GIVE_UP = 60
_STREAMED: Mapping[str, Callable[[Transaction], Any]] = {
    "835": remittance_835.read,
    "837": claim_837.read,
    "837P": claim_837.read,
    "837I": claim_837i.read,
}
_NOT_SEEDS = {".tsv", ".md", ".xml", ".csv", ".json"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant: `wrong` is empty when all is well, `seconds` is processor time."""

    number: int
    size: int
    seconds: float
    wrong: str = ""

    @property
    def pace(self) -> float:
        """Seconds per 100 kB; what is smaller counts as 100 kB."""
        return self.seconds / max(self.size / 100_000, 1)


class TooSlow(Exception):
    """A mutant that did not come to an end."""


@cache
def seeds() -> tuple[bytes, ...]:
    """The files that mutants are made of: the public samples, our own golden ones, and answers to them."""
    paths = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and path.suffix not in _NOT_SEEDS]
    texts = [path.read_bytes() for path in paths if "LICENSES" not in path.parts]
    texts += [path.read_bytes() for path in sorted(GOLDEN.iterdir())]
    found = [text for text in texts if len(text) <= LARGEST_SEED]
    return (*found, *(answer.encode() for text in found for answer in _answers(text)))


def _answers(text: bytes) -> list[str]:
    with contextlib.suppress(X12Error):
        return list(ack_999.answer(read(text), lambda _: (), control_number=1, written_at=_AT))
    return []


def seed_of(number: int) -> bytes:
    """The file that the mutant of that number is made of."""
    return random.Random(number).choice(seeds())


def mutant(number: int) -> bytes:
    """The mutant of that number: a seed with one to four things done to it."""
    rng = random.Random(number)
    data = rng.choice(seeds())
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        data = rng.choice(MUTATIONS)(data, rng)
    return data


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _behead(data: bytes, rng: random.Random) -> bytes:
    return data[rng.randrange(len(data) + 1) :]


def _by_segments(change: Callable[[list[bytes], random.Random], None]) -> Callable[..., bytes]:
    def mutate(data: bytes, rng: random.Random) -> bytes:
        end = b"~" if data.count(b"~") > 1 else b"\n"
        segments = data.split(end)
        change(segments, rng)
        return end.join(segments)

    return mutate


def _delete(segments: list[bytes], rng: random.Random) -> None:
    first = rng.randrange(len(segments))
    del segments[first : first + rng.choice((1, 1, 1, 2, 5))]


def _duplicate(segments: list[bytes], rng: random.Random) -> None:
    first = rng.randrange(len(segments))
    run = segments[first : first + rng.choice((1, 1, 2, 6))]
    segments[first:first] = run * rng.choice((1, 1, 2, 30))


def _swap(segments: list[bytes], rng: random.Random) -> None:
    one, other = rng.randrange(len(segments)), rng.randrange(len(segments))
    segments[one], segments[other] = segments[other], segments[one]


def _shuffle(segments: list[bytes], rng: random.Random) -> None:
    body = segments[2:-2]
    rng.shuffle(body)
    segments[2:-2] = body


def _by_elements(change: Callable[[list[bytes], random.Random], None]) -> Callable[..., bytes]:
    def of_segment(segments: list[bytes], rng: random.Random) -> None:
        chosen = rng.randrange(len(segments))
        elements = segments[chosen].split(b"*")
        change(elements, rng)
        segments[chosen] = b"*".join(elements)

    return _by_segments(of_segment)


def _huge(elements: list[bytes], rng: random.Random) -> None:
    filling = rng.choice((b"9", b"A", b" ", b":", b"^", b"*", b"-", b"\xc3\xa9", b"1E9", b"0.0"))
    elements[rng.randrange(len(elements))] = filling * rng.choice((50, 500, 5_000, 60_000))


def _strange(elements: list[bytes], rng: random.Random) -> None:
    elements[rng.randrange(len(elements))] = rng.choice(
        (b"", b"NaN", b"1E999999999", b"-0", b"99999999", b"20260230", b"20260101-", b"::::", b"^^^", b"\xff")
    )


def _drop_element(elements: list[bytes], rng: random.Random) -> None:
    del elements[rng.randrange(len(elements))]


def _flip(data: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(min(rng.choice((1, 3, 20)), len(flipped))):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped)


def _mix_delimiters(data: bytes, rng: random.Random) -> bytes:
    """Other delimiters from some place on, as when two senders' files are put together."""
    place = rng.randrange(len(data) + 1)
    old, new = rng.choice(b"*~:^"), rng.choice(b"*~:^|>\n\x1c\x1d\x1e\x1f ")
    return data[:place] + data[place:].replace(bytes([old]), bytes([new]))


def _nul(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return data[:place] + b"\x00" * rng.choice((1, 8, 4_000)) + data[place:]


def _splice(data: bytes, rng: random.Random) -> bytes:
    other = rng.choice(seeds())
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _line_ends(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"~", rng.choice((b"~\r\n", b"\n", b"\r", b"~~", b"~ ", b"~\t\xef\xbb\xbf")))


MUTATIONS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _truncate,
    _behead,
    _by_segments(_delete),
    _by_segments(_duplicate),
    _by_segments(_swap),
    _by_segments(_shuffle),
    _by_elements(_huge),
    _by_elements(_strange),
    _by_elements(_drop_element),
    _flip,
    _mix_delimiters,
    _nul,
    _splice,
    _line_ends,
)
"""What is done to a file; each takes the text and its chance."""


def tried(number: int) -> Outcome:
    """One mutant through the whole library."""
    data = mutant(number)
    memory_at_first()
    started = time.process_time()
    try:
        with _ending(_GIVE_UP):
            wrong = put_through(data)
    except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
        wrong = traceback.format_exc(limit=-4)
    outcome = Outcome(number, len(data), time.process_time() - started, wrong)
    return outcome if wrong else replace(outcome, wrong=_excess(outcome))


def _excess(outcome: Outcome) -> str:
    """What of time or memory was too much; empty when nothing was."""
    if outcome.pace > SECONDS_PER_100_KB:
        return f"{outcome.pace:.1f} s per 100 kB"
    grown = peak_memory() - memory_at_first()
    return f"the process has grown by more than {MOST_GROWTH >> 20} MB" if grown > MOST_GROWTH else ""


def put_through(data: bytes) -> str:
    """Read, type, render, judge, answer, explain and inspect a text; what went wrong, if anything."""
    try:
        mail = read(data)
        envelope_of(data)
    except X12Error:
        return ""
    if wrong := _streamed_otherwise(data, mail):
        return wrong
    for transaction in mail.transactions:
        document = documents.read(transaction)
        if documents.render(document) != list(transaction.segments):
            return f"a {transaction.kind} is not written as it was read"
        for _ in explain(transaction):
            pass
    with contextlib.suppress(X12Error):
        for _ in ack_999.answer(mail, objections, control_number=1, written_at=_AT):
            pass
    told = described(Path("mutant"), mail)
    for _ in lines(told, mail, segments=False):
        pass
    return ""


def _streamed_otherwise(data: bytes, mail: Mail) -> str:
    """Whether a text read claim by claim has other claims than its documents.

    An 837 that names no guide is known by its service lines, for which a stream does not wait.
    """
    with streaming.open(io.BytesIO(data)) as stream:
        claims = sum(1 for _ in stream)
    if any(kind_of(transaction.code, transaction.version) == "837" for transaction in mail.transactions):
        return ""
    read_at_once = sum(
        sum(1 for _ in _STREAMED[transaction.kind](transaction).claims())
        for transaction in mail.transactions
        if transaction.kind in _STREAMED
    )
    return "" if claims == read_at_once else f"{claims} claims are streamed, {read_at_once} read"


@contextlib.contextmanager
def _ending(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def peak_memory() -> int:
    """The most bytes this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@cache
def memory_at_first() -> int:
    """The most bytes this process held before the first mutant."""
    return peak_memory()


def run(arguments: Sequence[str] = ()) -> None:
    """Try mutants, telling progress; the figures at the end."""
    options = _options(arguments)
    failures: Counter[str] = Counter()
    slowest = Outcome(0, 0, 0.0)
    for number in range(options.start, options.start + options.count):
        outcome = tried(number)
        slowest = max(slowest, outcome, key=lambda it: it.pace)
        if outcome.wrong:
            failures[outcome.wrong] += 1
            if failures[outcome.wrong] == 1:
                print(f"mutant {number} ({outcome.size} bytes): {outcome.wrong}", flush=True)
            if options.keep:
                (options.keep / f"{number}.x12").write_bytes(mutant(number))
        if (number + 1) % options.every == 0:
            print(f"{number + 1:,}: {_figures(failures, slowest)}", flush=True)
    print(f"{options.count:,} mutants from {options.start:,}: {_figures(failures, slowest)}")


def _figures(failures: Counter[str], slowest: Outcome) -> str:
    return (
        f"{failures.total()} wrong in {len(failures)} ways, slowest {slowest.pace:.2f} s per 100 kB"
        f" (mutant {slowest.number}), peak memory {peak_memory() / 2**20:.0f} MB"
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many mutants (default 20,000)")
    parser.add_argument("--start", type=int, default=0, help="number of the first one")
    parser.add_argument("--every", type=int, default=5_000, help="tell progress after so many")
    parser.add_argument("--keep", type=Path, help="a directory for what went wrong")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(sys.argv[1:])
