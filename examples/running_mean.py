"""Mean of each column, updated row by row; 0 where there are no rows."""

import triton
import triton.language as tl


@triton.jit
def running_mean_kernel(out_ptr, x_ptr, x_row_stride, n_rows, n_cols, BLOCK: tl.constexpr):
    col = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = col < n_cols
    mean = tl.zeros((BLOCK,), dtype=tl.float32)
    for row in range(n_rows):
        x = tl.load(x_ptr + row * x_row_stride + col, mask=mask, other=0.0)
        mean += (x - mean) / (row + 1)
    tl.store(out_ptr + col, mean, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "n_rows": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
