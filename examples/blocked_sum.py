"""Sum of each row of any length, block by block."""

import triton
import triton.language as tl


@triton.jit
def blocked_sum_kernel(out_ptr, x_ptr, x_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        mask = start + col < n_cols
        total += tl.load(x_ptr + row * x_row_stride + start + col, mask=mask, other=0.0)
    tl.store(out_ptr + row, tl.sum(total, axis=0))


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "x_row_stride": "i32", "n_cols": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 256}
