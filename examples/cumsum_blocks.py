"""Cumulative sum along rows of any length; the sum of the blocks so far is carried."""

import triton
import triton.language as tl


@triton.jit
def cumsum_blocks_kernel(out_ptr, x_ptr, x_row_stride, out_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    lane = tl.arange(0, BLOCK)
    carry = 0.0
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        x = tl.load(x_ptr + row * x_row_stride + col, mask=col < n_cols, other=0.0)
        tl.store(out_ptr + row * out_row_stride + col, carry + tl.cumsum(x, axis=0), mask=col < n_cols)
        carry += tl.sum(x, axis=0)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
