"""Sum of the values in a range of a vector; a while loop goes from its first block to its end."""

import triton
import triton.language as tl


@triton.jit
def while_sum_kernel(out_ptr, x_ptr, first, last, BLOCK: tl.constexpr):
    lane = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    start = first
    while start < last:
        total += tl.load(x_ptr + start + lane, mask=start + lane < last, other=0.0)
        start += BLOCK
    tl.store(out_ptr, tl.sum(total, axis=0))


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "first": "i32", "last": "i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 64}
