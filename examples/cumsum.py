"""Running sum of each row, a row in one block."""

import triton
import triton.language as tl


@triton.jit
def cumsum_kernel(x_ptr, out_ptr, row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    mask = col < n_cols
    x = tl.load(x_ptr + row * row_stride + col, mask=mask, other=0.0)
    tl.store(out_ptr + row * row_stride + col, tl.cumsum(x, axis=0), mask=mask)


SIGNATURE = {"x_ptr": "*fp32", "out_ptr": "*fp32", "row_stride": "i32", "n_cols": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 1024}
