"""Row-wise softmax, each row in one block, stabilised by subtracting its maximum."""

import triton
import triton.language as tl


@triton.jit
def softmax_kernel(out_ptr, x_ptr, x_row_stride, out_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    mask = col < n_cols
    x = tl.load(x_ptr + row * x_row_stride + col, mask=mask, other=-float("inf"))
    numerator = tl.exp(x - tl.max(x, axis=0))
    tl.store(out_ptr + row * out_row_stride + col, numerator / tl.sum(numerator, axis=0), mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 1024}
