"""Sum of the eight values of each column of a tall block: a loop whose trip count is a constant."""

import triton
import triton.language as tl


@triton.jit
def fixed_trips_kernel(out_ptr, x_ptr, x_row_stride, n_cols, BLOCK: tl.constexpr, ROWS: tl.constexpr):
    col = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = col < n_cols
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    for row in range(ROWS):
        total += tl.load(x_ptr + row * x_row_stride + col, mask=mask, other=0.0)
    tl.store(out_ptr + col, total, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
    "ROWS": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256, "ROWS": 8}
