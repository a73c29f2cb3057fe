"""Sum of each column, software-pipelined: a row is loaded while the one before it is used."""

import triton
import triton.language as tl


@triton.jit
def pipelined_sum_kernel(out_ptr, x_ptr, x_row_stride, n_rows, n_cols, BLOCK: tl.constexpr):
    col = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = col < n_cols
    x_ptrs = x_ptr + col
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    current = tl.load(x_ptrs, mask=mask & (n_rows > 0), other=0.0)
    for row in range(n_rows):
        x_ptrs += x_row_stride
        following = tl.load(x_ptrs, mask=mask & (row + 1 < n_rows), other=0.0)
        total += current
        current = following
    tl.store(out_ptr + col, total, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "n_rows": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
