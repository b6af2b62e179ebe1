"""The X12 codec on files of 5,000 claims: tokenizing, reading, judging, writing, streaming.

Beside each step the floor, `bytes.split` into segments and elements, and pyx12 on a smaller file. Each step
runs in a process of its own, as the garbage collector's work depends on what else is in memory, and twice, in
turn with the others. Times are CPU times, the best of all; memory is by how much the peak rose. Needs no
servers; needs ../shared/tools/gen_x12.py, which makes the files.
"""

import dataclasses
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._makings import nanoseconds
from x12 import claim_837, claim_837i, envelope, remittance_835
from x12.judging import validate
from x12.loops import Loop
from x12.outbound import Address, OutboundGroup, write

ROOT = Path(__file__).parents[1]
TOOLS = ROOT.parent / "shared" / "tools"
REFEREE = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
CLAIMS, FEW, ROUNDS, RUNS, LARGE = 5_000, 200, 5, 2, 100_000_000
WRITTEN_AT = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
KINDS = {"835": remittance_835, "837P": claim_837, "837I": claim_837i}
STEPS = ("split", "tokenize", "read", "validate", "write as read", "write anew")

ASK_PYX12 = (
    "import sys, time; sys.path.insert(0, sys.argv[1]); from referee_pyx12 import check; check(sys.argv[2]); "
    "start = time.process_time(); check(sys.argv[3]); print(time.process_time() - start)"
)
ASK_STEP = """
import sys
import benchmarks.x12 as it
print(it.json.dumps(it.best_of(sys.argv[1], sys.argv[2], it.Path(sys.argv[3]))))
"""
ASK_STREAM = """
import sys, time
import benchmarks.x12 as it
from x12 import streaming
start = time.process_time()
with streaming.open(sys.argv[1]) as mail:
    count = sum(1 for _ in mail)
print(count, time.process_time() - start, it.peak())
"""


def run(*options: str) -> None:
    """Print the tables, or with `--json` one object."""
    with tempfile.TemporaryDirectory() as folder:
        files = {kind: _generated(kind, CLAIMS, Path(folder)) for kind in KINDS}
        told = {kind: measured(kind, file, Path(folder)) for kind, file in files.items()}
        told["streamed"] = streamed(files["835"], Path(folder))
    told["makings"] = nanoseconds()
    if "--json" in options:
        print(json.dumps(told))
    else:
        _print(told)


def measured(kind: str, file: Path, folder: Path) -> dict[str, Any]:
    """The figures of one kind: for each step CPU seconds, claims/s, MB/s, memory, and the ratios."""
    size = file.stat().st_size
    runs = [{name: _alone(kind, name, file) for name in STEPS} for _ in range(RUNS)]
    best = {name: min(run[name]["seconds"] for run in runs) for name in STEPS}
    pyx12 = _pyx12(kind, folder)
    figures = {}
    for name, spent in best.items():
        figures[name] = {
            "seconds": round(spent, 4),
            "claims_per_second": round(CLAIMS / spent),
            "megabytes_per_second": round(size / spent / 1e6, 1),
            "memory_mb": round(runs[0][name]["memory"] / 1024, 1),
            "to_split": round(spent / best["split"], 2),
            "times_pyx12": round(pyx12 * CLAIMS / FEW / spent, 1) if pyx12 else None,
        }
    return {"bytes": size, "pyx12_claims_per_second": round(FEW / pyx12) if pyx12 else None, **figures}


def best_of(kind: str, name: str, file: Path) -> dict[str, float]:
    """The best CPU time of one step in this process, and by how many kB the first run raised its peak."""
    data = file.read_bytes()
    step = _step(KINDS[kind], name, data)
    before, spent = peak(), [_spent(step)]
    memory = peak() - before
    spent += [_spent(step) for _ in range(ROUNDS - 1)]
    return {"seconds": min(spent), "memory": memory}


def _step(module: Any, name: str, data: bytes) -> Callable[[], object]:
    """What is measured. A document that is to be written is made beforehand."""
    if name.startswith("write"):
        document = module.read(envelope.read(data).transactions[0])
        known = _forgotten(document) if name == "write anew" else document
        return lambda: _written(module, known)
    steps: dict[str, Callable[[], object]] = {
        "split": lambda: [segment.split(b"*") for segment in data.split(b"~")],
        "tokenize": lambda: envelope.read(data).transactions[0].rows,
        "read": lambda: module.read(envelope.read(data).transactions[0]),
        "validate": lambda: validate(envelope.read(data)),
    }
    return steps[name]


def streamed(file: Path, folder: Path) -> dict[str, Any]:
    """A 100 MB 835, claim by claim, in a process of its own: its claims, CPU seconds and whole memory."""
    text = file.read_text()
    first, last = text.index("CLP*"), text.index("PLB*")
    large = folder / "large.835"
    with large.open("w") as out:
        out.write(text[:first])
        for _ in range(LARGE // (last - first) + 1):
            out.write(text[first:last])
        out.write(text[last:])
    count, spent, memory = _child(ASK_STREAM, str(large)).split()
    size = large.stat().st_size
    return {
        "bytes": size,
        "claims": int(count),
        "seconds": round(float(spent), 2),
        "claims_per_second": round(int(count) / float(spent)),
        "megabytes_per_second": round(size / float(spent) / 1e6, 1),
        "memory_mb": round(int(memory) / 1024, 1),
    }


def peak() -> int:
    """The most memory this program has had, in kB; `getrusage` would tell a child its parent's as well."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])  # type: ignore[index]  # always there


def _generated(kind: str, claims: int, folder: Path) -> Path:
    file = folder / f"{claims}.{kind}"
    _run(sys.executable, str(TOOLS / "gen_x12.py"), kind.lower(), f"--claims={claims}", f"--out={file}")
    return file


def _written(module: Any, document: Any) -> str:
    """The document as an interchange."""
    group = OutboundGroup(
        functional_id="HP" if module is remittance_835 else "HC",
        version=module.VERSION,
        control_number=1,
        transactions=[module.render(document)],
    )
    sender, receiver = Address(id="SUBMITTER"), Address(id="RECEIVER")
    return write(
        sender=sender, receiver=receiver, control_number=1, written_at=WRITTEN_AT, usage="T", groups=[group]
    )


def _forgotten(value: Any) -> Any:
    """The same document as if it had been built here: nothing is remembered of a text."""
    if isinstance(value, tuple):
        return tuple(_forgotten(item) for item in value)
    if not isinstance(value, Loop):
        return value
    names = (it.name for it in dataclasses.fields(value) if it.name not in ("layout", "findings", "trailer"))
    changes: dict[str, Any] = {name: _forgotten(getattr(value, name)) for name in names}
    return dataclasses.replace(value, layout=(), **changes)


def _spent(step: Callable[[], object]) -> float:
    start = time.process_time()
    kept = step()
    spent = time.process_time() - start
    del kept
    return spent


def _alone(kind: str, name: str, file: Path) -> dict[str, float]:
    told: dict[str, float] = json.loads(_child(ASK_STEP, kind, name, str(file)))
    return told


def _pyx12(kind: str, folder: Path) -> float:
    """CPU seconds pyx12 takes for few claims; 0 where it is not installed (./manage.py referees)."""
    if not REFEREE.exists():
        return 0
    one, few = _generated(kind, 1, folder), _generated(kind, FEW, folder)
    return float(_run(str(REFEREE), "-c", ASK_PYX12, str(TOOLS), str(one), str(few)))


def _child(program: str, *arguments: str) -> str:
    return _run(sys.executable, "-c", program, *arguments)


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603 - ours
    return done.stdout


def _print(told: dict[str, Any]) -> None:
    for kind in KINDS:
        figures = told[kind]
        print(f"\n{kind}: {CLAIMS:,} claims, {figures['bytes'] / 1e6:.1f} MB; ", end="")
        print(f"pyx12 {figures['pyx12_claims_per_second']} claims/s\n")
        print(
            "| step | claims/s | MB/s | memory, MB | time to split | times pyx12 |\n|---|---|---|---|---|---|"
        )
        for name, it in figures.items():
            if isinstance(it, dict):
                print(
                    f"| {name} | {it['claims_per_second']:,} | {it['megabytes_per_second']} "
                    f"| {it['memory_mb']} | {it['to_split']} | {it['times_pyx12']} |"
                )
    it = told["streamed"]
    print(f"\n835 of {it['bytes'] / 1e6:.0f} MB claim by claim: {it['claims']:,} claims, ", end="")
    print(f"{it['claims_per_second']:,} claims/s, {it['memory_mb']} MB of memory in all\n")
    print("| a record of eight texts | ns |\n|---|---|")
    for name, spent in told["makings"].items():
        print(f"| {name} | {spent} |")
