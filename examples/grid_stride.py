"""Scaled addition over a vector by any number of programs: each takes every num_programs-th block."""

import triton
import triton.language as tl


@triton.jit
def grid_stride_kernel(out_ptr, x_ptr, y_ptr, n, alpha, BLOCK: tl.constexpr):
    for block in range(tl.program_id(0), tl.cdiv(n, BLOCK), tl.num_programs(0)):
        i = block * BLOCK + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + i, mask=i < n)
        y = tl.load(y_ptr + i, mask=i < n)
        tl.store(out_ptr + i, alpha * x + y, mask=i < n)


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "y_ptr": "*fp32", "n": "i32", "alpha": "fp32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 1024}
