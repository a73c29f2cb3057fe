"""One process of the benchmark: compiles one example kernel again and again, with lifting or without it, or lifts and
compiles one file of TTIR.

Prints one line of JSON. Times are CPU seconds of this process and of its finished children (ptxas is one), so that a
busy machine disturbs them little; memory is the peak resident size of this process.
"""

from __future__ import annotations

import importlib
import json
import resource
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"
OURS = (
    "triton_lift.hook.plugin",
    "triton_lift.hook.stages",
    "triton_lift.hook.triton_api",
    "triton_lift.pipeline.lift",
)
"""What a process imports of ours when it compiles its first kernel, and what these modules import."""


def cpu_seconds() -> float:
    """CPU time of this process and of its finished children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """(CPU seconds, result)."""
    started = cpu_seconds()
    result = work()
    return cpu_seconds() - started, result


def compile_to_cubin(example: Any, kernel: str) -> Any:
    """One uncached compile to the binary, for CUDA sm_90; no GPU is needed."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    source = ASTSource(getattr(example, kernel), signature=example.SIGNATURE, constexprs=example.CONSTEXPRS)
    return triton.compile(source, target=GPUTarget("cuda", 90, 32))


def lift(module: Any) -> Any:
    """What the hook does with a module of TTIR: read it, lift it, write the attributes."""
    from triton_lift.hook import triton_api
    from triton_lift.pipeline import lift_text

    reading = triton_api.read(module)
    result = lift_text(reading.generic_text)
    reading.attach(result.func_attrs, result.func_unit_attrs, result.arg_attrs)
    return result


def measure(module_name: str, kernel: str, side: str, repetitions: int) -> dict[str, Any]:
    """The measurements of one process; ``side`` is ``on`` or ``off``."""
    out: dict[str, Any] = {"import_triton": timed(lambda: importlib.import_module("triton"))[0]}
    import triton_lift

    sys.path.insert(0, str(EXAMPLES))
    warm = importlib.import_module("vector_add")
    example = importlib.import_module(module_name)
    # Triton's first compile of a process loads and builds much that is not this kernel's.
    compile_to_cubin(warm, "add_kernel")
    if side == "on":
        out["import_lift"] = timed(lambda: [importlib.import_module(name) for name in OURS])[0]
        triton_lift.enable()
        out["first_lift"] = timed(lambda: compile_to_cubin(warm, "add_kernel"))[0]
    cubin = [timed(lambda: compile_to_cubin(example, kernel)) for _ in range(repetitions)]
    out["cubin"] = statistics.median(seconds for seconds, _ in cubin)
    out["lifted"] = bool(getattr(cubin[-1][1].metadata, "lift_summary", ""))
    # Before anything is compiled otherwise than a program would do it.
    out["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if side == "on":
        from triton_lift.hook import triton_api

        function = getattr(example, kernel)
        ttir = [
            timed(lambda: triton_api.compile_to_ttir(function, example.SIGNATURE, example.CONSTEXPRS))
            for _ in range(repetitions)
        ]
        out["ttir"] = statistics.median(seconds for seconds, _ in ttir)
        lifts = [timed(lambda: lift(ttir[-1][1])) for _ in range(repetitions)]
        out["lift"] = statistics.median(seconds for seconds, _ in lifts)
        record = lifts[-1][1].record
        out["ops"], out["verdict"] = record["ops"], record["verdicts"]["value"]
    return out


def measure_file(path: Path) -> dict[str, Any]:
    """Lifting of a kernel in TTIR, then its compile from there to the binary, once each; steps of the budget, memory.

    Triton's time is without making the TTIR, which was done when the kernel was captured.
    """
    import triton
    from triton.backends.compiler import GPUTarget

    from triton_lift._core import BudgetError
    from triton_lift.emit.attributes import argument_attributes, function_attributes, unit_attributes
    from triton_lift.hook import triton_api
    from triton_lift.pipeline.lift import lift_state

    def work(module: Any) -> tuple[Any, Any]:
        reading = triton_api.read(module)
        state, record = lift_state(reading.generic_text)
        reading.attach(function_attributes(record), unit_attributes(record), argument_attributes(record))
        return state, record

    sys.path.insert(0, str(EXAMPLES))
    warm = importlib.import_module("vector_add")
    work(triton_api.compile_to_ttir(warm.add_kernel, warm.SIGNATURE, warm.CONSTEXPRS))
    module = triton_api.parse_file(path, triton_api.new_context())
    seconds, (state, record) = timed(lambda: work(module))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    compile_to_cubin(warm, "add_kernel")
    captured = path.with_suffix(".json")
    given = json.loads(captured.read_text(encoding="utf-8")).get("options", {}) if captured.exists() else {}
    options = {k: v for k, v in given.items() if v is not None and k in ("num_warps", "num_stages", "num_ctas")}
    cubin = timed(lambda: triton.compile(str(path), target=GPUTarget("cuda", 90, 32), options=options))[0]
    budget = [d.message for d in record.diagnostics if d.code == "budget-exceeded"]
    try:
        steps = 0 if state is None else state.ctx.steps
    except BudgetError:
        steps = 0
    return {
        "lift": seconds, "cubin": cubin, "steps": steps, "peak_mib": peak,
        "ops": record.ops, "grade": record.grade, "budget": budget[0] if budget else "",
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "--file":
        print(json.dumps(measure_file(Path(sys.argv[2]))))
    else:
        print(json.dumps(measure(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))))
