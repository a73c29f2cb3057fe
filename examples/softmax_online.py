"""Row-wise softmax of rows of any length; maximum and sum of a row are found in one pass."""

import triton
import triton.language as tl


@triton.jit
def softmax_online_kernel(out_ptr, x_ptr, x_row_stride, out_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    out_row = out_ptr + row * out_row_stride
    lane = tl.arange(0, BLOCK)
    biggest = -float("inf")
    total = 0.0
    for start in range(0, n_cols, BLOCK):
        x = tl.load(x_row + start + lane, mask=start + lane < n_cols, other=-float("inf"))
        bigger = tl.maximum(biggest, tl.max(x, axis=0))
        total = total * tl.exp(biggest - bigger) + tl.sum(tl.exp(x - bigger), axis=0)
        biggest = bigger
    for start in range(0, n_cols, BLOCK):
        mask = start + lane < n_cols
        x = tl.load(x_row + start + lane, mask=mask, other=-float("inf"))
        tl.store(out_row + start + lane, tl.exp(x - biggest) / total, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
