"""Time and peak memory of lifting over Triton's own compile of the example kernels, measured side by side.

Each repetition compiles a kernel to its binary without and with lifting, in turns, in one process, uncached; CPU time
counts child processes (ptxas) too. Imports are paid once per process and shown apart; so is peak memory, which takes a
process of its own for each side.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"
KERNELS = {"vector_add": "add_kernel", "softmax": "softmax_kernel"}


def cpu_seconds() -> float:
    """CPU time of this process and of its finished children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def compile_once(example: Any, kernel: str) -> float:
    """CPU seconds of one uncached compile to the binary."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    source = ASTSource(getattr(example, kernel), signature=example.SIGNATURE, constexprs=example.CONSTEXPRS)
    started = cpu_seconds()
    triton.compile(source, target=GPUTarget("cuda", 90, 32))
    return cpu_seconds() - started


def worker(side: str, repetitions: int) -> dict[str, Any]:
    """Measure in this process; ``side`` is off, on or both, and both gives the times."""
    import importlib

    started = cpu_seconds()
    importlib.import_module("triton")
    answer: dict[str, Any] = {"import_triton": cpu_seconds() - started}
    import triton_lift

    sys.path.insert(0, str(EXAMPLES))
    examples = {name: importlib.import_module(name) for name in KERNELS}
    for name, kernel in KERNELS.items():  # warm up Triton; its first compile pays for much that is not this kernel
        compile_once(examples[name], kernel)
    if side in ("on", "both"):
        started = cpu_seconds()
        importlib.import_module("triton_lift.pipeline")
        importlib.import_module("triton_lift.hook.plugin")
        imported = cpu_seconds() - started
        with triton_lift.lifting():
            firsts = [compile_once(examples[name], kernel) for name, kernel in KERNELS.items()]
        # The first lift imports what the pipeline puts off.
        answer["first_lift"] = imported + firsts[0]
    if side == "both":
        times: dict[str, dict[str, list[float]]] = {name: {"off": [], "on": []} for name in KERNELS}
        for _ in range(repetitions):
            for name, kernel in KERNELS.items():
                times[name]["off"].append(compile_once(examples[name], kernel))
                with triton_lift.lifting():
                    times[name]["on"].append(compile_once(examples[name], kernel))
        answer["times"] = times
    answer["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return answer


def measure(side: str, repetitions: int) -> dict[str, Any]:
    """Run `worker` in a fresh process with a cache of its own."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TRITON_LIFT")}
        environment |= {"TRITON_CACHE_DIR": cache, "TRITON_ALWAYS_COMPILE": "1", "TRITON_DEFAULT_FP_FUSION": "1"}
        command = [sys.executable, "-m", "benchmarks.lift_overhead", "--worker", side]
        command += ["--repetitions", str(repetitions)]
        process = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(process.stdout.splitlines()[-1])


def report(repetitions: int) -> None:
    """Print one line per kernel, then imports and memory."""
    both = measure("both", repetitions)
    print(f"CPU time of one compile to cubin, median of {repetitions}; spread: distance of the quartiles over median")
    print(f"{'kernel':16} {'without':>10} {'with':>10} {'lifting':>10} {'ratio':>7} {'spread':>7}")
    for name, times in both["times"].items():
        off, on = statistics.median(times["off"]), statistics.median(times["on"])
        low, _, high = statistics.quantiles(times["off"], n=4)
        cells = [f"{1e3 * value:7.1f} ms" for value in (off, on, on - off)]
        print(f"{name:16} {' '.join(cells)} {(on - off) / off:7.3f} {(high - low) / off:7.3f}")
    later = statistics.median(both["times"][next(iter(KERNELS))]["on"])
    imports = max(0.0, both["first_lift"] - later)
    cells = f"triton {1e3 * both['import_triton']:.0f} ms, triton-lift {1e3 * imports:.0f} ms"
    print(f"imports, once per process: {cells}, ratio {imports / both['import_triton']:.2f}")
    off_peak, on_peak = measure("off", 0)["peak_mib"], measure("on", 0)["peak_mib"]
    print(f"peak memory: without {off_peak:.0f} MiB, with {on_peak:.0f} MiB, ratio {on_peak / off_peak:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--worker", choices=("off", "on", "both"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(worker(arguments.worker, arguments.repetitions)))
    else:
        report(arguments.repetitions)


if __name__ == "__main__":
    main()
