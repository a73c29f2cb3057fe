"""Logarithm of the sum of exponentials of each row, in one pass."""

import triton
import triton.language as tl


@triton.jit
def logsumexp_kernel(out_ptr, x_ptr, x_row_stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    lane = tl.arange(0, BLOCK)
    biggest = -float("inf")
    total = 0.0
    for start in range(0, n_cols, BLOCK):
        x = tl.load(x_ptr + row * x_row_stride + start + lane, mask=start + lane < n_cols, other=-float("inf"))
        bigger = tl.maximum(biggest, tl.max(x, axis=0))
        total = total * tl.exp(biggest - bigger) + tl.sum(tl.exp(x - bigger), axis=0)
        biggest = bigger
    tl.store(out_ptr + row, biggest + tl.log(total))


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "x_row_stride": "i32", "n_cols": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 256}
