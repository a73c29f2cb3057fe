"""Transpose of a matrix, a tile per program."""

import triton
import triton.language as tl


@triton.jit
def transpose_kernel(x_ptr, out_ptr, n_rows, n_cols, x_stride, out_stride, ROWS: tl.constexpr, COLS: tl.constexpr):
    row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    col = tl.program_id(1) * COLS + tl.arange(0, COLS)
    mask = (row[:, None] < n_rows) & (col[None, :] < n_cols)
    tile = tl.load(x_ptr + row[:, None] * x_stride + col[None, :], mask=mask, other=0.0)
    tl.store(out_ptr + col[:, None] * out_stride + row[None, :], tl.trans(tile), mask=tl.trans(mask))


SIGNATURE = {
    "x_ptr": "*fp32",
    "out_ptr": "*fp32",
    "n_rows": "i32",
    "n_cols": "i32",
    "x_stride": "i32",
    "out_stride": "i32",
    "ROWS": "constexpr",
    "COLS": "constexpr",
}
CONSTEXPRS = {"ROWS": 32, "COLS": 64}
