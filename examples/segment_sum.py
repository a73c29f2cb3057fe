"""Sums of the segments of a vector that offset_ptr bounds; a while loop walks through a segment."""

import triton
import triton.language as tl


@triton.jit
def segment_sum_kernel(out_ptr, x_ptr, offset_ptr, BLOCK: tl.constexpr):
    segment = tl.program_id(0)
    start = tl.load(offset_ptr + segment)
    end = tl.load(offset_ptr + segment + 1)
    lane = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), dtype=tl.float32)
    while start < end:
        total += tl.load(x_ptr + start + lane, mask=start + lane < end, other=0.0)
        start += BLOCK
    tl.store(out_ptr + segment, tl.sum(total, axis=0))


SIGNATURE = {"out_ptr": "*fp32", "x_ptr": "*fp32", "offset_ptr": "*i32", "BLOCK": "constexpr"}
CONSTEXPRS = {"BLOCK": 64}
