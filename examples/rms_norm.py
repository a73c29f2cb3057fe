"""RMS norm of a matrix, each row in one block."""

import triton
import triton.language as tl


@triton.jit
def rms_norm_kernel(x_ptr, weight_ptr, out_ptr, x_row_stride, out_row_stride, n_cols, eps, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    col = tl.arange(0, BLOCK)
    mask = col < n_cols
    x = tl.load(x_ptr + row * x_row_stride + col, mask=mask, other=0.0)
    weight = tl.load(weight_ptr + col, mask=mask, other=0.0)
    mean_square = tl.sum(x * x, axis=0) / n_cols
    tl.store(out_ptr + row * out_row_stride + col, x * tl.rsqrt(mean_square + eps) * weight, mask=mask)


SIGNATURE = {
    "x_ptr": "*fp32",
    "weight_ptr": "*fp32",
    "out_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "eps": "fp32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 1024}
