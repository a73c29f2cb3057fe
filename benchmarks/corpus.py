"""Lifting over Triton's compile to cubin for a folder of captured kernels: ``python -m benchmarks.corpus DIR``.

DIR/<package>/NAME.ttir are kernels in TTIR, NAME.json beside them may hold ``options`` (warps, stages). Each kernel has
a process of its own, which lifts it first and then compiles it, both after a small kernel has warmed it up. Prints
tables; docs/benchmark.md says what the columns mean.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.bench import ROOT, table

Record = dict[str, Any]
HEADER = (
    "package", "kernels", "lift/cubin", "95 %", "largest", "lift ms", "95 %", "steps", "95 %", "peak MiB", "failed",
)  # fmt: skip
WORST = 10
"""Kernels with the largest ratio that are listed."""


def measure(path: Path, seconds: float) -> Record:
    """One kernel in a fresh process; ``failed`` says why there are no figures."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRITON_LIFT")}
        environment |= {"TRITON_CACHE_DIR": cache, "TRITON_ALWAYS_COMPILE": "1", "TRITON_DEFAULT_FP_FUSION": "1"}
        command = [sys.executable, "-m", "benchmarks.worker", "--file", str(path.resolve())]
        base: Record = {"package": path.parent.name, "kernel": path.stem}
        try:
            process = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return base | {"failed": f"killed after {seconds:.0f} s"}
    if process.returncode:
        return base | {"failed": (process.stderr.strip().splitlines() or [f"exit code {process.returncode}"])[-1][:200]}
    return base | json.loads(process.stdout.splitlines()[-1])


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def row(name: str, records: Sequence[Record]) -> tuple[str, ...]:
    """The cells of one package."""
    good = [r for r in records if "failed" not in r]
    if not good:
        return (name, "0", *("" for _ in HEADER[3:]), str(len(records)))
    ratios = [r["lift"] / r["cubin"] for r in good]
    lifts, steps = [1e3 * r["lift"] for r in good], [r["steps"] for r in good]
    return (
        name,
        str(len(good)),
        *(f"{x:.2f}" for x in (quantile(ratios, 0.5), quantile(ratios, 0.95), max(ratios))),
        *(f"{quantile(lifts, share):.1f}" for share in (0.5, 0.95)),
        *(f"{quantile(steps, share):.0f}" for share in (0.5, 0.95)),
        f"{max(r['peak_mib'] for r in good):.0f}",
        str(len(records) - len(good)),
    )


def page(records: Sequence[Record]) -> str:
    """Ratios per package and in all, then the kernels that cost most, then what failed."""
    packages = sorted({r["package"] for r in records})
    rows = [HEADER, *(row(p, [r for r in records if r["package"] == p]) for p in packages), row("all", records)]
    good = [r for r in records if "failed" not in r]
    worst = sorted(good, key=lambda r: (-r["lift"] / r["cubin"], r["package"], r["kernel"]))[:WORST]
    costly = [("kernel", "lift/cubin", "lift ms", "cubin ms", "steps", "peak MiB", "grade")]
    for r in worst:
        times = (f"{r['lift'] / r['cubin']:.2f}", f"{1e3 * r['lift']:.0f}", f"{1e3 * r['cubin']:.0f}")
        costly.append((r["kernel"], *times, str(r["steps"]), f"{r['peak_mib']:.0f}", r["grade"]))
    spent = sorted(f"{r['kernel']}: {r['budget']}" for r in good if r["budget"])
    failed = sorted(f"{r['kernel']}: {r['failed']}" for r in records if "failed" in r)
    parts = [table(rows), table(costly)]
    parts += ["\n".join([title, *(f"- {line}" for line in lines)]) for title, lines in (
        ("Budget spent:", spent), ("Without figures:", failed)) if lines]  # fmt: skip
    return "\n\n".join(parts)


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--jobs", type=int, default=1, help="kernels at a time (default 1)")
    parser.add_argument("--seconds", type=float, default=300, help="kill a kernel's process after this long")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th kernel")
    parser.add_argument("--output", type=Path, help="JSON file with all figures")
    options = parser.parse_args()
    files = sorted(options.directory.glob("*/*.ttir"))[:: options.every]
    if not files:
        print(f"no DIR/<package>/NAME.ttir below {options.directory}", file=sys.stderr)
        return 2
    records: list[Record] = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for number, record in enumerate(pool.map(lambda f: measure(f, options.seconds), files), 1):
            records.append(record)
            print(f"\r{number}/{len(files)} {record['kernel'][:60]:60}", end="", file=sys.stderr)
    print(file=sys.stderr)
    print(page(records))
    if options.output:
        options.output.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
