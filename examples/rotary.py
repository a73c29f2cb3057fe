"""Rotary position embedding: each pair (x[k], x[k + half]) of a row is rotated by the angle of its column."""

import triton
import triton.language as tl


@triton.jit
def rotary_kernel(x_ptr, cos_ptr, sin_ptr, out_ptr, row_stride, HALF: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, HALF)
    cos = tl.load(cos_ptr + row * HALF + col)
    sin = tl.load(sin_ptr + row * HALF + col)
    left = tl.load(x_ptr + row * row_stride + col)
    right = tl.load(x_ptr + row * row_stride + HALF + col)
    tl.store(out_ptr + row * row_stride + col, left * cos - right * sin)
    tl.store(out_ptr + row * row_stride + HALF + col, right * cos + left * sin)


SIGNATURE = {
    "x_ptr": "*fp32",
    "cos_ptr": "*fp32",
    "sin_ptr": "*fp32",
    "out_ptr": "*fp32",
    "row_stride": "i32",
    "HALF": "constexpr",
}
CONSTEXPRS = {"HALF": 64}
