"""Time and peak memory of lifting over Triton's own compile of the example kernels: ``python -m benchmarks.bench``.

Each kernel is compiled in processes of its own, with lifting and without it in turns, uncached, several rounds of each.
Prints a table and writes ``benchmarks/results.json``; docs/benchmark.md says what the columns mean.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
HEADER = ("kernel", "ops", "TTIR ms", "cubin ms", "lift ms", "lift/TTIR", "lift/cubin", "end to end", "memory")
TIMES = ("import_triton", "import_lift", "first_lift", "ttir", "cubin", "lift", "peak_mib")


def kernels() -> dict[str, str]:
    """Module and kernel of every example, in the catalogue's order."""
    sys.path.insert(0, str(ROOT / "examples"))
    from catalogue import KERNELS

    return KERNELS


def run_worker(module: str, kernel: str, side: str, repetitions: int) -> dict[str, Any]:
    """One worker in a fresh process, with a cache of its own and nothing of TRITON_LIFT set."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRITON_LIFT")}
        environment |= {"TRITON_CACHE_DIR": cache, "TRITON_ALWAYS_COMPILE": "1", "TRITON_DEFAULT_FP_FUSION": "1"}
        command = [sys.executable, "-m", "benchmarks.worker", module, kernel, side, str(repetitions)]
        process = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(process.stdout.splitlines()[-1])


def median_of(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of what was measured; what is the same in each round is taken from the last one."""
    out = dict(rounds[-1])
    for name in TIMES:
        if name in out:
            out[name] = statistics.median(r[name] for r in rounds)
    return out


def bench_kernel(module: str, kernel: str, rounds: int, repetitions: int) -> dict[str, Any]:
    """Both sides of one kernel, and their ratios."""
    off: list[dict[str, Any]] = []
    on: list[dict[str, Any]] = []
    for _ in range(rounds):
        off.append(run_worker(module, kernel, "off", repetitions))
        on.append(run_worker(module, kernel, "on", repetitions))
    without, with_ = median_of(off), median_of(on)
    if without["lifted"] or not with_["lifted"]:
        raise SystemExit(f"{module}: the sides are mixed up, or the kernel was not lifted")
    ratios = {
        "lift_over_ttir": with_["lift"] / with_["ttir"],
        "lift_over_cubin": with_["lift"] / without["cubin"],
        "end_to_end": statistics.median(b["cubin"] / a["cubin"] for a, b in zip(off, on, strict=True)),
        "memory": statistics.median(b["peak_mib"] / a["peak_mib"] for a, b in zip(off, on, strict=True)),
    }
    return {"kernel": kernel, "without": without, "with": with_, "ratios": ratios}


def row(module: str, found: dict[str, Any]) -> tuple[str, ...]:
    """The cells of one kernel."""
    without, with_, ratios = found["without"], found["with"], found["ratios"]
    return (
        module,
        str(with_["ops"]),
        *(f"{1e3 * seconds:.1f}" for seconds in (with_["ttir"], without["cubin"], with_["lift"])),
        *(f"{ratios[name]:.2f}" for name in ("lift_over_ttir", "lift_over_cubin", "end_to_end", "memory")),
    )


def table(rows: list[tuple[str, ...]]) -> str:
    """A Markdown table, numbers to the right."""
    widths = [max(len(r[column]) for r in rows) for column in range(len(rows[0]))]
    lines: list[str] = []
    for number, cells in enumerate(rows):
        padded = [c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))]
        lines.append("| " + " | ".join(padded) + " |")
        if number == 0:
            rule = ["-" * w if i == 0 else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
            lines.append("| " + " | ".join(rule) + " |")
    return "\n".join(lines)


def summary_row(found: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """Medians over the kernels, ratios only."""
    ratios = [f["ratios"] for f in found.values()]
    names = ("lift_over_ttir", "lift_over_cubin", "end_to_end", "memory")
    return ("median", "", "", "", "", *(f"{statistics.median(r[n] for r in ratios):.2f}" for n in names))


def imports(found: dict[str, dict[str, Any]]) -> dict[str, float]:
    """What a process pays once, whatever it compiles: medians over all processes, CPU seconds."""
    on = [f["with"] for f in found.values()]
    once = {name: statistics.median(side[name] for side in on) for name in ("import_triton", "import_lift")}
    usual = statistics.median(f["with"]["cubin"] for f in found.values() if f["kernel"] == "add_kernel")
    once["first_lift_surplus"] = max(0.0, statistics.median(side["first_lift"] for side in on) - usual)
    return once


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="processes per kernel and side (default 3)")
    parser.add_argument("--repetitions", type=int, default=5, help="compiles per process (default 5)")
    parser.add_argument("--only", default=None, help="one example, by module; vector_add is measured too")
    parser.add_argument("--output", type=Path, default=RESULTS, help="JSON file (default benchmarks/results.json)")
    arguments = parser.parse_args()
    wanted = {m: k for m, k in kernels().items() if arguments.only in (None, m) or m == "vector_add"}
    found: dict[str, dict[str, Any]] = {}
    for module, kernel in wanted.items():
        print(f"{module} ...", file=sys.stderr)
        found[module] = bench_kernel(module, kernel, arguments.rounds, arguments.repetitions)
    once = imports(found)
    print(table([HEADER, *(row(module, f) for module, f in found.items()), summary_row(found)]))
    print(
        f"\nonce per process: import of Triton {1e3 * once['import_triton']:.0f} ms, import of triton-lift"
        f" {1e3 * once['import_lift']:.0f} ms, first lift beyond a usual one {1e3 * once['first_lift_surplus']:.0f} ms"
    )
    results = {
        "python": platform.python_version(),
        "triton": version("triton"),
        "triton_lift": version("triton-lift"),
        "rounds": arguments.rounds,
        "repetitions": arguments.repetitions,
        "once_per_process": once,
        "kernels": found,
    }
    arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
