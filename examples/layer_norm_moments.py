"""Layer norm of rows of any length; the variance is the mean square less the squared mean."""

import triton
import triton.language as tl


@triton.jit
def layer_norm_moments_kernel(
    out_ptr, x_ptr, w_ptr, b_ptr, x_row_stride, out_row_stride, n_cols, eps, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    out_row = out_ptr + row * out_row_stride
    lane = tl.arange(0, BLOCK)
    total = 0.0
    squares = 0.0
    for start in range(0, n_cols, BLOCK):
        x = tl.load(x_row + start + lane, mask=start + lane < n_cols, other=0.0)
        total += tl.sum(x, axis=0)
        squares += tl.sum(x * x, axis=0)
    mean = total / n_cols
    rstd = tl.rsqrt(squares / n_cols - mean * mean + eps)
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        mask = col < n_cols
        x = tl.load(x_row + col, mask=mask, other=0.0)
        w = tl.load(w_ptr + col, mask=mask, other=0.0)
        b = tl.load(b_ptr + col, mask=mask, other=0.0)
        tl.store(out_row + col, (x - mean) * rstd * w + b, mask=mask)


SIGNATURE = {
    "out_ptr": "*fp32",
    "x_ptr": "*fp32",
    "w_ptr": "*fp32",
    "b_ptr": "*fp32",
    "x_row_stride": "i32",
    "out_row_stride": "i32",
    "n_cols": "i32",
    "eps": "fp32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
