"""Dot product of two vectors, with two accumulators for the even and the odd blocks."""

import triton
import triton.language as tl


@triton.jit
def dot_product_kernel(out_ptr, x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    lane = tl.arange(0, BLOCK)
    even = tl.zeros((BLOCK,), dtype=tl.float32)
    odd = tl.zeros((BLOCK,), dtype=tl.float32)
    for start in range(0, n, 2 * BLOCK):
        i = start + lane
        even += tl.load(x_ptr + i, mask=i < n, other=0.0) * tl.load(y_ptr + i, mask=i < n, other=0.0)
        j = i + BLOCK
        odd += tl.load(x_ptr + j, mask=j < n, other=0.0) * tl.load(y_ptr + j, mask=j < n, other=0.0)
    tl.store(out_ptr, tl.sum(even + odd, axis=0))


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "y_ptr": "*fp32", "n": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 256}
