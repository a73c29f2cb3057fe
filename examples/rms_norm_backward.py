"""Gradient of RMS norm with respect to its input, from the reciprocal root mean squares of the forward pass."""

import triton
import triton.language as tl


@triton.jit
def rms_norm_backward_kernel(
    dx_ptr, dy_ptr, x_ptr, w_ptr, rstd_ptr, dx_row_stride, dy_row_stride, x_row_stride, n_cols, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    x_row = x_ptr + row * x_row_stride
    dy_row = dy_ptr + row * dy_row_stride
    lane = tl.arange(0, BLOCK)
    rstd = tl.load(rstd_ptr + row)
    dot = 0.0
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        mask = col < n_cols
        x = tl.load(x_row + col, mask=mask, other=0.0)
        wdy = tl.load(w_ptr + col, mask=mask, other=0.0) * tl.load(dy_row + col, mask=mask, other=0.0)
        dot += tl.sum(x * wdy, axis=0)
    scale = rstd * rstd * rstd * dot / n_cols
    for start in range(0, n_cols, BLOCK):
        col = start + lane
        mask = col < n_cols
        x = tl.load(x_row + col, mask=mask, other=0.0)
        wdy = tl.load(w_ptr + col, mask=mask, other=0.0) * tl.load(dy_row + col, mask=mask, other=0.0)
        tl.store(dx_ptr + row * dx_row_stride + col, rstd * wdy - scale * x, mask=mask)


SIGNATURE = {
    "dx_ptr": "*fp32",
    "dy_ptr": "*fp32",
    "x_ptr": "*fp32",
    "w_ptr": "*fp32",
    "rstd_ptr": "*fp32",
    "dx_row_stride": "i32",
    "dy_row_stride": "i32",
    "x_row_stride": "i32",
    "n_cols": "i32",
    "BLOCK": "constexpr",
}
CONSTEXPRS = {"BLOCK": 256}
