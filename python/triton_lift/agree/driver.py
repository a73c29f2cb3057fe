"""Agreement over a folder of kernels: one process per kernel, killed when it hangs; a table and NDJSON."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triton_lift.agree.campaign import MutantResult
from triton_lift.agree.kernels import agree_kernel

SECONDS = 120
"""Wall-clock time after which a kernel's process is killed."""

Pipe = Any


@dataclass(frozen=True, slots=True)
class How:
    """What to evaluate: statements that are not proved too, or the writes per program and lane."""

    unproved: bool = False
    raw: bool = False


def main(argv: list[str] | None = None) -> int:
    """Entry of ``python -m triton_lift.agree``; 1 when some kernel disagrees, else 0."""
    options = _options().parse_args(argv)
    target = Path(options.target)
    files = (
        [target]
        if target.is_file()
        else sorted(p for p in target.rglob(options.glob) if p.suffix in (".ttir", ".mlir"))
    )
    if options.mutants:
        return _mutants(files, options)
    out = open(options.output, "w", encoding="utf-8") if options.output else None  # noqa: SIM115
    counts: Counter[str] = Counter()
    try:
        for record in run_all(
            files, options.jobs, options.seconds, seed=options.seed, how=How(options.unproved, options.raw)
        ):
            counts[record["status"]] += 1
            print(row(record), flush=True)
            if out is not None:
                out.write(json.dumps(record, sort_keys=True) + "\n")
                out.flush()
    finally:
        if out is not None:
            out.close()
    print("  ".join(f"{n} {status}" for status, n in sorted(counts.items())))
    return 1 if counts["disagrees"] else 0


def _mutants(files: list[Path], options: argparse.Namespace) -> int:
    """Campaign over the files; 1 when a mutant was proved that the evaluator tells apart."""
    from triton_lift.agree import mutants

    results: list[MutantResult] = []
    lines: list[str] = []
    for result in mutants.campaign(files, read_generic, total=options.mutants, seed=options.seed):
        results.append(result)
        lines.append(json.dumps(mutants.record(result), sort_keys=True))
        if result.outcome != "killed":
            print(f"{result.outcome:10} {result.kernel}: {result.change} ({result.compared} launches) {result.launch}")
    if options.output:
        Path(options.output).write_text("\n".join([*lines, ""]), encoding="utf-8")
    print(mutants.summary(results))
    return 1 if any(r.outcome == "unsound" for r in results) else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("triton_lift.agree", description="Compare proved summaries with the evaluator.")
    parser.add_argument(
        "target", help="a kernel (.ttir, .mlir) or a folder of them, launch records NAME.json beside them"
    )
    parser.add_argument("--glob", default="*", help="names of the files in a folder")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="kill a kernel after this long")
    parser.add_argument("--unproved", action="store_true", help="also evaluate statements that are not proved")
    parser.add_argument(
        "--raw", action="store_true", help="check the writes per program and lane, not the merged statements"
    )
    parser.add_argument("--mutants", type=int, default=0, metavar="N", help="try claims on up to N mutants instead")
    parser.add_argument("-o", "--output", help="write one JSON record per line")
    return parser


def row(record: dict[str, Any]) -> str:
    """One line of the table, with mismatches and reasons for skipping below it."""
    name = f"{record['file'][:56]:56}"
    counted, seconds = record.get("counted", 0), record["seconds"]
    head = f"{record['status']:14} {name} {record['grade']:8} {counted:3} launches {seconds:7.2f} s"
    more = [f"    {m}" for m in record.get("mismatches", [])[:3]]
    if record["status"] in ("not evaluated", "crashed", "not lifted"):
        skipped = record.get("skipped", {})
        more += [f"    {n} x {reason}" for reason, n in sorted(skipped.items(), key=lambda kv: -kv[1])[:3]]
        more += [f"    {d}" for d in record.get("diagnostics", [])[:1]]
    undecided = {mode: n for mode, n in record.get("undecided", {}).items() if n}
    if record.get("trips"):
        more.append(f"    iterations of loops: {', '.join(map(str, record['trips']))}")
    if undecided:
        more.append(f"    undecided cells: {undecided} of {record['cells']}")
    more += [f"    requires fails at {f}" for f in record.get("recorded", [])[:2]]
    for number, given in enumerate(record.get("given_at_recorded", [])):
        if given["fails"]:
            more.append(f"    outside given at recorded {number}: {given['where']}")
    if record.get("mismatches"):
        more.append(f"    repro: {record['repro']}")
    return "\n".join([head, *more])


def run_all(files: list[Path], jobs: int, seconds: float, *, seed: int, how: How) -> Iterator[dict[str, Any]]:
    """Records in the order of the files."""
    context = multiprocessing.get_context("fork" if sys.platform != "win32" else "spawn")
    running: list[tuple[int, Any, Pipe, float]] = []
    done: dict[int, dict[str, Any]] = {}
    waiting = list(enumerate(files))
    shown = 0
    while waiting or running:
        while waiting and len(running) < max(1, jobs):
            number, path = waiting.pop(0)
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_child, args=(sender, path, seed, how))
            process.start()
            sender.close()
            running.append((number, process, receiver, time.monotonic()))
        for item in list(running):
            number, process, receiver, start = item
            record = _result(files[number], process, receiver, time.monotonic() - start, seconds)
            if record is not None:
                done[number] = record
                running.remove(item)
        while shown in done:
            yield done.pop(shown)
            shown += 1
        time.sleep(0.01)
    while shown in done:
        yield done.pop(shown)
        shown += 1


def _result(path: Path, process: Any, receiver: Pipe, age: float, seconds: float) -> dict[str, Any] | None:
    """The record of a process that has ended, or has been killed; None while it runs."""
    base = {"file": path.name, "grade": "refused", "verdict": "", "seconds": round(age, 3)}
    if receiver.poll():
        try:
            record = receiver.recv()
        except EOFError:
            process.join()
            return base | {"status": "crashed", "diagnostics": [f"exit code {process.exitcode}"]}
        process.join()
        return record
    if age > seconds:
        process.kill()
        process.join()
        return base | {"status": "not evaluated", "diagnostics": [f"killed after {seconds:.0f} s"]}
    return None


def _child(sender: Pipe, path: Path, seed: int, how: How) -> None:
    sender.send(record_of(path, seed=seed, how=how))
    sender.close()


def record_of(path: Path, *, seed: int, how: How, read: Callable[[Path], str] | None = None) -> dict[str, Any]:
    """The record of one file; any failure of ours is a record, too."""
    try:
        text = (read or read_generic)(path)
        return agree_kernel(text, path, seed=seed, unproved=how.unproved or how.raw, raw=how.raw)
    except Exception as error:  # a crash costs only its own kernel
        shown = f"{type(error).__name__}: {error}"
        base: dict[str, Any] = {"file": path.name, "grade": "refused", "verdict": "", "seconds": 0.0}
        return base | {"status": "crashed", "diagnostics": [shown[:300]]}


def read_generic(path: Path) -> str:
    """A kernel file in generic form; pretty form goes through Triton's parser."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith('"builtin.module"'):
        return text
    from triton_lift.hook.triton_api import generic_text_of_ttir

    return generic_text_of_ttir(path)
