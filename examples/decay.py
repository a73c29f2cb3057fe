"""Exponential moving average along the rows of a matrix, the last value of each column."""

import triton
import triton.language as tl


@triton.jit
def decay_kernel(out_ptr, x_ptr, x_row_stride, n_rows, n_cols, beta, BLOCK: tl.constexpr):
    col = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = col < n_cols
    average = tl.zeros((BLOCK,), dtype=tl.float32)
    for row in range(n_rows):
        x = tl.load(x_ptr + row * x_row_stride + col, mask=mask, other=0.0)
        average = beta * average + (1.0 - beta) * x
    tl.store(out_ptr + col, average, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "n_rows": "i32",
    "n_cols": "i32",
    "beta": "fp32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
