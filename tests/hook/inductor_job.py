"""What a compile worker of torch's Inductor is given to do, as a program whose pool forks or starts its workers.

Run as a script: prints one line of JSON about a kernel that a worker compiled, in the way named by its argument.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from typing import Any

KERNEL = "triton_poi_fused_add_0"
# In the manner of the source that Inductor generates. The device need not be there: its properties are written down.
SOURCE = f'''
import triton
import triton.language as tl
from torch._inductor.runtime import triton_heuristics
from torch._inductor.runtime.hints import DeviceProperties

@triton_heuristics.pointwise(
    size_hints={{"x": 1024}},
    filename=__file__,
    triton_meta={{
        "signature": {{"in_ptr0": "*fp32", "in_ptr1": "*fp32", "out_ptr0": "*fp32", "xnumel": "i32", "XBLOCK": "constexpr"}},
        "device": DeviceProperties(type="cuda", index=0, multi_processor_count=132, cc=90, major=9, warp_size=32),
        "constants": {{}},
        "configs": [{{(0,): [["tt.divisibility", 16]]}}],
    }},
    inductor_meta={{"grid_type": "Grid1D", "autotune_hints": set(), "kernel_name": "{KERNEL}", "mutated_arg_names": []}},
    min_elem_per_thread=0,
)
@triton.jit
def {KERNEL}(in_ptr0, in_ptr1, out_ptr0, xnumel, XBLOCK: tl.constexpr):
    xindex = tl.program_id(0) * XBLOCK + tl.arange(0, XBLOCK)[:]
    xmask = xindex < xnumel
    tmp0 = tl.load(in_ptr0 + xindex, xmask)
    tmp1 = tl.load(in_ptr1 + xindex, xmask)
    tl.store(out_ptr0 + xindex, tmp0 + tmp1, xmask)
'''


def compile_in_worker(load: Callable[[], Any], environment: dict[str, str]) -> dict[str, Any]:
    """Inductor's own job for a Triton kernel, without the GPU it looks for first."""
    from torch._inductor.runtime import triton_helpers
    from torch._inductor.runtime.compile_tasks import _worker_compile_triton

    triton_helpers.set_driver_to_gpu = lambda: None
    kernel, _ = _worker_compile_triton(load, environment, {})
    return {"pid": os.getpid(), "compiled": len(kernel.compile_results), "ours": "triton_lift" in sys.modules}


def main(kind: str) -> None:
    """Compile the kernel in a worker of Inductor's pool; ``kind`` is its ``worker_start_method``."""
    import inductor_job  # this file, under the name by which a worker finds it
    from torch._inductor import config
    from torch._inductor.async_compile import AsyncCompile, shutdown_compile_workers
    from torch._inductor.codecache import _load_triton_kernel_from_source

    config.worker_start_method, config.compile_threads = kind, 2
    load = functools.partial(_load_triton_kernel_from_source, KERNEL, SOURCE)
    environment = {name: os.environ[name] for name in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")}
    pool = AsyncCompile.process_pool()
    answer = pool.submit(inductor_job.compile_in_worker, load, environment).result(timeout=200)
    shutdown_compile_workers()
    print(json.dumps({**answer, "parent": os.getpid(), "pool": type(pool).__name__}))


if __name__ == "__main__":
    main(sys.argv[1])
